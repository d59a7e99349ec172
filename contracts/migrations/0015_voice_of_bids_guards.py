from django.db import migrations

GUARDS = """
-- A report is of the parties of its line, or of a bid that was opened; it begins unanswered.
CREATE OR REPLACE FUNCTION contracts_guard_confidential() RETURNS trigger LANGUAGE plpgsql AS $$
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
      UNION ALL
      SELECT 1 FROM bids_consentrequest q JOIN bids_bid b ON b.id = q.bid_id
        JOIN lots_lot l ON l.id = b.lot_id JOIN lots_competition p ON p.id = l.competition_id
      WHERE q.id = NEW.consent_id AND q.supplier_id = NEW.supplier_id AND q.answer <> ''
        AND b.opened_id IS NOT NULL AND b.supplier_id = NEW.lead_id AND b.lot_id = NEW.lot_id
        AND p.commissioner_id = NEW.commissioner_id
    ) THEN
      RAISE EXCEPTION 'a report is of the parties of its line' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'report_is_of_its_line';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR
     (NEW.reference, COALESCE(NEW.subcontractor_id, 0), COALESCE(NEW.consent_id, 0),
      NEW.commissioner_id, NEW.supplier_id, NEW.lead_id,
      NEW.lot_id, NEW.kind, NEW.only_author, NEW.made_at, NEW.made_by_id, NEW.answer_due)
     IS DISTINCT FROM
     (OLD.reference, COALESCE(OLD.subcontractor_id, 0), COALESCE(OLD.consent_id, 0),
      OLD.commissioner_id, OLD.supplier_id, OLD.lead_id,
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
"""


class Migration(migrations.Migration):
    """A report may be about a bid that was opened."""

    dependencies = [("contracts", "0014_voice_of_bids")]

    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
