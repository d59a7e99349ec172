from django.db import migrations

GUARD = """
-- Only what was announced is refused, and then it stays as it was told.
CREATE FUNCTION bids_guard_refusal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'refused' AND OLD.state NOT IN ('announced', 'refused')
     OR OLD.state = 'refused' AND (
       NEW.state <> 'refused' OR NEW.lead_name <> OLD.lead_name
       OR NEW.announced_at IS DISTINCT FROM OLD.announced_at
       OR NEW.announced_on IS DISTINCT FROM OLD.announced_on
       OR NEW.refused_at IS DISTINCT FROM OLD.refused_at
       OR NEW.refused_by_id IS DISTINCT FROM OLD.refused_by_id) THEN
    RAISE EXCEPTION 'a refused award stays refused' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'award_stays_refused';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_refusal BEFORE UPDATE ON bids_award
  FOR EACH ROW EXECUTE FUNCTION bids_guard_refusal();
"""


class Migration(migrations.Migration):
    """A refusal is told once, as the award was."""

    dependencies = [("bids", "0035_refused_awards")]
    operations = [migrations.RunSQL(GUARD, "DROP FUNCTION bids_guard_refusal CASCADE")]
