from django.db import migrations

from framework_portal.audit.triggers import append_only

GUARDS = """
-- A contract follows an announced award, or the public record of the past.
CREATE FUNCTION contracts_guard_making() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_award a JOIN lots_lot l ON l.id = a.lot_id
      JOIN lots_competition c ON c.id = l.competition_id
      LEFT JOIN bids_bid b ON b.id = a.bid_id
    WHERE a.id = NEW.award_id AND a.decision = 'award' AND a.lot_id = NEW.lot_id
      AND a.lead_name = NEW.lead_name AND c.commissioner_id = NEW.commissioner_id
      AND a.is_history = NEW.is_history AND a.state IN ('announced', 'confirmed')
      AND (a.is_history OR b.supplier_id = NEW.supplier_id)
  ) THEN
    RAISE EXCEPTION 'a contract follows an announced award' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_follows_an_award';
  END IF;
  IF NEW.state <> 'draft' AND NOT NEW.is_history THEN
    RAISE EXCEPTION 'a contract begins unsigned' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_begins_unsigned';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_making BEFORE INSERT ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_making();

-- Who agreed with whom never changes, and the terms do not once it is signed: a modification is
-- a row of its own.
CREATE FUNCTION contracts_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.reference, NEW.award_id, NEW.lot_id, NEW.commissioner_id, NEW.lead_name, NEW.is_history,
      NEW.made_at, COALESCE(NEW.supplier_id, 0))
     IS DISTINCT FROM
     (OLD.reference, OLD.award_id, OLD.lot_id, OLD.commissioner_id, OLD.lead_name, OLD.is_history,
      OLD.made_at, COALESCE(OLD.supplier_id, 0))
  THEN
    RAISE EXCEPTION 'a contract keeps its parties' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_keeps_its_parties';
  END IF;
  IF OLD.signed_on IS NOT NULL AND NOT OLD.is_history AND
     (NEW.kind, NEW.legal_power, NEW.value, NEW.starts_on, NEW.ends_on, NEW.drift_limit_percent,
      NEW.chain_signs_by, NEW.signed_on, NEW.signed_at, NEW.signed_by_id)
     IS DISTINCT FROM
     (OLD.kind, OLD.legal_power, OLD.value, OLD.starts_on, OLD.ends_on, OLD.drift_limit_percent,
      OLD.chain_signs_by, OLD.signed_on, OLD.signed_at, OLD.signed_by_id)
  THEN
    RAISE EXCEPTION 'a signed contract keeps its terms' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_keeps_its_terms';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_terms BEFORE UPDATE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_terms();

CREATE FUNCTION contracts_guard_option() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM contracts_contract c
    WHERE c.id IN (COALESCE(NEW.contract_id, 0), COALESCE(OLD.contract_id, 0))
      AND c.signed_on IS NOT NULL AND NOT c.is_history
  ) THEN
    RAISE EXCEPTION 'a signed contract keeps its options' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_keeps_its_options';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER contracts_guard_option BEFORE INSERT OR UPDATE OR DELETE
  ON contracts_extensionoption FOR EACH ROW EXECUTE FUNCTION contracts_guard_option();

-- Only a signed contract is modified.
CREATE FUNCTION contracts_guard_modification() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c WHERE c.id = NEW.contract_id AND c.state = 'signed'
  ) THEN
    RAISE EXCEPTION 'only a signed contract is modified' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'modification_of_a_signed_contract';
  END IF;
  IF NEW.option_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM contracts_extensionoption o
    WHERE o.id = NEW.option_id AND o.contract_id = NEW.contract_id
  ) THEN
    RAISE EXCEPTION 'an option of another contract' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'modification_takes_its_own_option';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_modification BEFORE INSERT ON contracts_modification
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_modification();

-- The ledger begins with the bid (or the public record), written with the contract and never
-- after it.
CREATE FUNCTION contracts_guard_subcontractor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c
    WHERE c.id = NEW.contract_id
      AND (c.is_history OR c.state = 'draft' AND c.made_at = NEW.added_at)
  ) THEN
    RAISE EXCEPTION 'named in the bid or not at all' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'subcontractor_comes_from_the_bid';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_subcontractor BEFORE INSERT ON contracts_keysubcontractor
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_subcontractor();

CREATE FUNCTION contracts_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c contracts_contract%ROWTYPE;
BEGIN
  SELECT contract.* INTO c FROM contracts_keysubcontractor k
    JOIN contracts_contract contract ON contract.id = k.contract_id
    WHERE k.id = NEW.subcontractor_id;
  IF NEW.basis = 'bid' AND NOT (NOT c.is_history AND c.state = 'draft' AND c.made_at = NEW.made_at)
     OR NEW.basis = 'history' AND NOT c.is_history
  THEN
    RAISE EXCEPTION 'the ledger begins with the bid' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_entry_has_its_basis';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM contracts_ledgerentry e
    WHERE e.subcontractor_id = NEW.subcontractor_id AND e.number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'a ledger has no gap' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_has_no_gap';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_entry BEFORE INSERT ON contracts_ledgerentry
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_entry();
"""

UNDO = """
DROP TRIGGER contracts_guard_entry ON contracts_ledgerentry;
DROP FUNCTION contracts_guard_entry();
DROP TRIGGER contracts_guard_subcontractor ON contracts_keysubcontractor;
DROP FUNCTION contracts_guard_subcontractor();
DROP TRIGGER contracts_guard_modification ON contracts_modification;
DROP FUNCTION contracts_guard_modification();
DROP TRIGGER contracts_guard_option ON contracts_extensionoption;
DROP FUNCTION contracts_guard_option();
DROP TRIGGER contracts_guard_terms ON contracts_contract;
DROP FUNCTION contracts_guard_terms();
DROP TRIGGER contracts_guard_making ON contracts_contract;
DROP FUNCTION contracts_guard_making();
"""


class Migration(migrations.Migration):
    """What must always be true of contracts and ledgers."""

    dependencies = [("contracts", "0001_initial")]

    operations = [
        *append_only("contracts_keysubcontractor"),
        *append_only("contracts_ledgerentry"),
        *append_only("contracts_modification"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
