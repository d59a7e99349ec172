from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change

GUARDS = """
-- A report is of the parties of its line, and begins unanswered.
CREATE FUNCTION contracts_guard_confidential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.answered_at IS NOT NULL OR NEW.closed_at IS NOT NULL THEN
      RAISE EXCEPTION 'a report begins unanswered' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'report_begins_unanswered';
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM contracts_keysubcontractor k JOIN contracts_contract c ON c.id = k.contract_id
      WHERE k.id = NEW.subcontractor_id AND k.supplier_id = NEW.supplier_id
        AND c.supplier_id = NEW.lead_id AND c.commissioner_id = NEW.commissioner_id
        AND c.lot_id = NEW.lot_id
    ) THEN
      RAISE EXCEPTION 'a report is of the parties of its line' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'report_is_of_its_line';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR
     (NEW.reference, NEW.subcontractor_id, NEW.commissioner_id, NEW.supplier_id, NEW.lead_id,
      NEW.lot_id, NEW.kind, NEW.only_author, NEW.made_at, NEW.made_by_id, NEW.answer_due)
     IS DISTINCT FROM
     (OLD.reference, OLD.subcontractor_id, OLD.commissioner_id, OLD.supplier_id, OLD.lead_id,
      OLD.lot_id, OLD.kind, OLD.only_author, OLD.made_at, OLD.made_by_id, OLD.answer_due)
     OR OLD.answered_at IS NOT NULL AND NEW.answered_at IS DISTINCT FROM OLD.answered_at
     OR OLD.closed_at IS NOT NULL AND (NEW.closed_at, NEW.closed_by_id, NEW.outcome)
        IS DISTINCT FROM (OLD.closed_at, OLD.closed_by_id, OLD.outcome)
  THEN
    RAISE EXCEPTION 'a report is kept as it was made' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_is_kept';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_confidential BEFORE INSERT OR UPDATE OR DELETE
  ON contracts_confidentialreport FOR EACH ROW EXECUTE FUNCTION contracts_guard_confidential();

-- Nothing is said after the closing; the closing's own words come before it.
CREATE FUNCTION contracts_guard_confidential_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM contracts_confidentialreport r
    WHERE r.id = NEW.report_id AND r.closed_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'a closed report has its last words' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'closed_report_has_its_last_words';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_confidential_words BEFORE INSERT ON contracts_confidentialmessage
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_confidential_words();

-- A finding is raised unsettled, settled once and never taken back.
CREATE FUNCTION contracts_guard_integrity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.settled_at IS NULL THEN
    RETURN NEW;
  END IF;
  IF TG_OP <> 'UPDATE' OR OLD.settled_at IS NOT NULL OR
     (NEW.reference, NEW.kind, NEW.key, NEW.commissioner_id, NEW.supplier_id, NEW.lead_id,
      NEW.lot_id, COALESCE(NEW.report_id, 0), NEW.facts, NEW.raised_at)
     IS DISTINCT FROM
     (OLD.reference, OLD.kind, OLD.key, OLD.commissioner_id, OLD.supplier_id, OLD.lead_id,
      OLD.lot_id, COALESCE(OLD.report_id, 0), OLD.facts, OLD.raised_at)
  THEN
    RAISE EXCEPTION 'a finding is kept as it was raised' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'integrity_finding_is_kept';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_integrity BEFORE INSERT OR UPDATE OR DELETE
  ON contracts_integrityfinding FOR EACH ROW EXECUTE FUNCTION contracts_guard_integrity();
"""

UNDO = """
DROP TRIGGER contracts_guard_integrity ON contracts_integrityfinding;
DROP FUNCTION contracts_guard_integrity();
DROP TRIGGER contracts_guard_confidential_words ON contracts_confidentialmessage;
DROP FUNCTION contracts_guard_confidential_words();
DROP TRIGGER contracts_guard_confidential ON contracts_confidentialreport;
DROP FUNCTION contracts_guard_confidential();
"""


class Migration(migrations.Migration):
    """What must always be true of what is said in confidence."""

    dependencies = [("contracts", "0007_voice")]

    operations = [
        *append_only("contracts_confidentialmessage"),
        *append_only("contracts_confidentialanchor"),
        *append_only("contracts_voicefigures"),
        *marks_public_change("contracts_voicefigures"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
