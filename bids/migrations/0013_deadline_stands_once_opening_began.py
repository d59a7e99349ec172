from django.db import migrations

GUARD = """
-- Once a first officer has approved the opening, no deadline moves, by whatever rule.
CREATE FUNCTION bids_guard_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM bids_openingapproval WHERE competition_id = NEW.id) THEN
    RAISE EXCEPTION 'the opening has begun' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'deadline_stands_once_opening_began';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_deadline BEFORE UPDATE OF closes_at ON lots_competition
  FOR EACH ROW WHEN (OLD.closes_at IS DISTINCT FROM NEW.closes_at AND OLD.state <> 'draft')
  EXECUTE FUNCTION bids_guard_deadline();
"""


class Migration(migrations.Migration):
    """A deadline moves across an outage, never across an opening."""

    dependencies = [("bids", "0012_receipt_guards"), ("lots", "0009_deadline_rules")]
    operations = [migrations.RunSQL(GUARD, "DROP FUNCTION bids_guard_deadline CASCADE")]
