from django.db import migrations

WHAT_MUST_HOLD = """
-- A withdrawn bid does not come back, and what an opening found is not exchanged.
CREATE FUNCTION bids_guard_course() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.opened_id IS NOT NULL AND NEW.opened_id IS DISTINCT FROM OLD.opened_id THEN
    RAISE EXCEPTION 'what the opening found stays' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_contents_stay';
  END IF;
  IF OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn' THEN
    RAISE EXCEPTION 'a withdrawn bid stays withdrawn' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_stays_withdrawn';
  END IF;
  IF OLD.state = 'submitted' AND NEW.state = 'draft' THEN
    RAISE EXCEPTION 'a submitted bid is no draft again' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_stays_submitted';
  END IF;
  IF OLD.state = 'draft' AND NEW.state IN ('opened', 'successful', 'unsuccessful') THEN
    RAISE EXCEPTION 'only a submitted bid is opened' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_opened_as_submitted';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_course BEFORE UPDATE OF state, opened_id ON bids_bid
  FOR EACH ROW EXECUTE FUNCTION bids_guard_course();

-- The first act of an opening is of now, and holds a quarter of an hour: no caller stretches it.
CREATE FUNCTION bids_guard_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.approved_at > portal_clock() OR NEW.approved_at < portal_clock() - interval '60 seconds'
     OR NEW.expires_at > NEW.approved_at + interval '15 minutes' THEN
    RAISE EXCEPTION 'an opening is approved now and for 15 minutes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_approved_now_and_briefly';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_approval BEFORE INSERT ON bids_openingapproval
  FOR EACH ROW EXECUTE FUNCTION bids_guard_approval();

-- Marks are taken up again only while no award stands on them.
CREATE FUNCTION bids_guard_reopening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'evaluated' AND NEW.state = 'opened' AND EXISTS (
    SELECT 1 FROM bids_award a JOIN lots_lot l ON l.id = a.lot_id
    WHERE l.competition_id = NEW.id AND a.state <> 'set_aside') THEN
    RAISE EXCEPTION 'an award stands on the marks' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'marks_stand_under_awards';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_reopening BEFORE UPDATE OF state ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION bids_guard_reopening();

-- What was proposed is what is approved and announced; a decision is set aside, not taken out.
CREATE FUNCTION bids_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.is_history THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR NEW.decision <> OLD.decision OR NEW.reasons <> OLD.reasons
     OR NEW.opening_id <> OLD.opening_id OR NEW.proposed_at <> OLD.proposed_at
     OR OLD.state IN ('announced', 'confirmed') AND (
       NEW.state IN ('proposed', 'approved') OR NEW.lead_name <> OLD.lead_name
       OR NEW.announced_at IS DISTINCT FROM OLD.announced_at)
     OR OLD.state = 'approved' AND NEW.state = 'proposed'
     OR OLD.state = 'set_aside' AND NEW.state <> 'set_aside' THEN
    RAISE EXCEPTION 'an award is not rewritten; it is set aside' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'award_is_not_rewritten';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_decision BEFORE UPDATE OR DELETE ON bids_award
  FOR EACH ROW EXECUTE FUNCTION bids_guard_decision();
"""


class Migration(migrations.Migration):
    """What was decided of a bid is not undone behind the actions."""

    dependencies = [("bids", "0006_public_edition"), ("lots", "0006_course")]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD,
            "DROP FUNCTION bids_guard_course, bids_guard_approval, bids_guard_reopening,"
            " bids_guard_decision CASCADE",
        ),
    ]
