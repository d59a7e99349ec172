from django.db import migrations

# The names and leads of the past follow the record of the award; nothing else of them changes.
HISTORY = """
CREATE FUNCTION contracts_guard_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (to_jsonb(NEW) - 'lead_name') IS DISTINCT FROM (to_jsonb(OLD) - 'lead_name') OR NOT EXISTS (
    SELECT 1 FROM bids_award a WHERE a.id = NEW.award_id AND a.lead_name = NEW.lead_name
  ) THEN
    RAISE EXCEPTION 'a contract of the past keeps to the public record'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'history_keeps_to_the_record';
  END IF;
  RETURN NEW;
END $$;

DROP TRIGGER contracts_guard_terms ON contracts_contract;
CREATE TRIGGER contracts_guard_terms BEFORE UPDATE ON contracts_contract
  FOR EACH ROW WHEN (NOT OLD.is_history) EXECUTE FUNCTION contracts_guard_terms();
CREATE TRIGGER contracts_guard_history BEFORE UPDATE ON contracts_contract
  FOR EACH ROW WHEN (OLD.is_history) EXECUTE FUNCTION contracts_guard_history();
"""
NO_HISTORY = """
DROP TRIGGER contracts_guard_history ON contracts_contract;
DROP TRIGGER contracts_guard_terms ON contracts_contract;
CREATE TRIGGER contracts_guard_terms BEFORE UPDATE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_terms();
DROP FUNCTION contracts_guard_history();
"""

# What stands in the register counts as a public change when it changes, and nothing else does:
# not a draft, nor pounds, volumes, terms of payment, consents or reasons.
PUBLIC = """
CREATE FUNCTION contracts_mark_contract() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT (NEW.is_history OR NEW.signed_on IS NOT NULL) THEN
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' AND
     (NEW.lead_name, NEW.kind, NEW.legal_power, NEW.state, NEW.value, NEW.starts_on, NEW.ends_on,
      NEW.signed_on, NEW.terminated_on)
     IS NOT DISTINCT FROM
     (OLD.lead_name, OLD.kind, OLD.legal_power, OLD.state, OLD.value, OLD.starts_on, OLD.ends_on,
      OLD.signed_on, OLD.terminated_on)
  THEN
    RETURN NULL;
  END IF;
  PERFORM count_public_change();
  RETURN NULL;
END $$;

CREATE TRIGGER marks_public_change AFTER INSERT OR UPDATE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_mark_contract();

CREATE FUNCTION contracts_mark_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before contracts_ledgerentry%ROWTYPE;
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_keysubcontractor k JOIN contracts_contract c ON c.id = k.contract_id
    WHERE k.id = NEW.subcontractor_id AND (c.is_history OR c.signed_on IS NOT NULL)
  ) THEN
    RETURN NULL;
  END IF;
  SELECT e.* INTO before FROM contracts_ledgerentry e
    WHERE e.subcontractor_id = NEW.subcontractor_id AND e.number < NEW.number
    ORDER BY e.number DESC LIMIT 1;
  IF NOT FOUND OR (NEW.role, NEW.share_percent, NEW.is_end)
     IS DISTINCT FROM (before.role, before.share_percent, before.is_end)
  THEN
    PERFORM count_public_change();
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER marks_public_change AFTER INSERT ON contracts_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION contracts_mark_entry();

CREATE TRIGGER marks_public_change AFTER INSERT ON contracts_modification
  FOR EACH STATEMENT EXECUTE FUNCTION mark_public_change();
"""
UNMARKED = """
DROP TRIGGER marks_public_change ON contracts_modification;
DROP TRIGGER marks_public_change ON contracts_ledgerentry;
DROP FUNCTION contracts_mark_entry();
DROP TRIGGER marks_public_change ON contracts_contract;
DROP FUNCTION contracts_mark_contract();
"""


class Migration(migrations.Migration):
    """The register is public: what stands in it, and contracts of the past."""

    dependencies = [
        ("contracts", "0003_chain_findings"),
        ("framework_portal", "0002_public_edition"),
    ]
    operations = [
        migrations.RunSQL(HISTORY, NO_HISTORY),
        migrations.RunSQL(PUBLIC, UNMARKED),
    ]
