from django.db import migrations

WHAT_MUST_HOLD = """
-- A competition goes on, never back, but for marks that are taken up again.
CREATE FUNCTION lots_guard_course() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE course text[] := ARRAY['draft', 'published', 'opened', 'evaluated', 'awarded'];
BEGIN
  IF NEW.is_history OR NEW.state = OLD.state
     OR OLD.state = 'evaluated' AND NEW.state = 'opened'
     OR OLD.state <> 'awarded' AND NEW.state = 'abandoned'
     OR array_position(course, NEW.state::text) > array_position(course, OLD.state::text) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a competition does not go from % to %', OLD.state, NEW.state
    USING ERRCODE = 'check_violation', CONSTRAINT = 'competition_states_run_one_way';
END $$;

CREATE TRIGGER lots_guard_course BEFORE UPDATE OF state ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION lots_guard_course();

-- An extension is proposed first and decided once; what was proposed stays as it was read.
CREATE FUNCTION lots_guard_extension() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.confirmed_at IS NOT NULL OR NEW.rejected_at IS NOT NULL THEN
      RAISE EXCEPTION 'an extension is proposed before it is decided'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'extension_begins_as_proposal';
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.confirmed_at IS NOT NULL OR OLD.rejected_at IS NOT NULL
     OR NEW.competition_id <> OLD.competition_id OR NEW.closes_at <> OLD.closes_at
     OR NEW.reason <> OLD.reason OR NEW.proposed_at <> OLD.proposed_at
     OR NEW.proposed_by_id <> OLD.proposed_by_id THEN
    RAISE EXCEPTION 'an extension is decided, not rewritten' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'extension_is_not_rewritten';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_extension BEFORE INSERT OR UPDATE OR DELETE ON lots_deadlineextension
  FOR EACH ROW EXECUTE FUNCTION lots_guard_extension();
"""


class Migration(migrations.Migration):
    """What was decided of a competition is not undone behind the actions."""

    dependencies = [("lots", "0005_lots_by_worth")]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD, "DROP FUNCTION lots_guard_course, lots_guard_extension CASCADE"
        ),
    ]
