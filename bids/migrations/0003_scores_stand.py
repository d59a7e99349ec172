from django.db import migrations

WHAT_MUST_HOLD = """
-- Marks are written while the competition is opened, for opened bids, within the scale.
CREATE FUNCTION bids_guard_score() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  competition lots_competition;
  criterion lots_criterion;
  bid bids_bid;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a score is changed, not deleted' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'score_stays';
  END IF;
  SELECT * INTO bid FROM bids_bid WHERE id = NEW.bid_id;
  SELECT * INTO criterion FROM lots_criterion WHERE id = NEW.criterion_id;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = bid.lot_id FOR SHARE OF c;
  IF competition.state <> 'opened' OR bid.state <> 'opened' THEN
    RAISE EXCEPTION 'marks are given between opening and the end of the evaluation'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'score_during_evaluation';
  END IF;
  IF criterion.competition_id <> competition.id THEN
    RAISE EXCEPTION 'the criterion is of another competition' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'score_under_its_own_criterion';
  END IF;
  IF criterion.kind = 'price'
     OR NEW.mark > (CASE criterion.kind WHEN 'gate' THEN 1 ELSE competition.highest_mark END) THEN
    RAISE EXCEPTION 'the mark is off the scale' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'score_within_the_scale';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_score BEFORE INSERT OR UPDATE OR DELETE ON bids_score
  FOR EACH ROW EXECUTE FUNCTION bids_guard_score();
"""


class Migration(migrations.Migration):
    """Marks stand once the evaluation is completed."""

    dependencies = [("bids", "0002_guards")]
    operations = [migrations.RunSQL(WHAT_MUST_HOLD, "DROP FUNCTION bids_guard_score CASCADE")]
