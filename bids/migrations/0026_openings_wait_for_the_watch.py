from django.db import migrations

GUARD = """
-- Whether the watch can say how it was at closing. Where it looked in the week before, it must
-- have had an answer since closing (a later look follows that one), and have looked just now: an
-- outage is written with the first look after it, and moves nothing once an opening has begun.
CREATE FUNCTION bids_watch_can_say(competition bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT NOT EXISTS (
      SELECT 1 FROM watch_probe
      WHERE at < c.closes_at AND at >= c.closes_at - interval '7 days')
    OR EXISTS (SELECT 1 FROM watch_probe WHERE at > portal_clock() - interval '2 minutes')
    AND EXISTS (
      SELECT 1 FROM watch_probe p JOIN watch_probe later ON later.follows = p.reference
      WHERE p.at >= c.closes_at)
  FROM lots_competition c WHERE c.id = competition
$$;

CREATE FUNCTION bids_guard_watched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- After a first approval no deadline moves, so there is nothing left to wait for.
  IF NOT EXISTS (SELECT 1 FROM bids_openingapproval WHERE competition_id = NEW.competition_id)
     AND NOT bids_watch_can_say(NEW.competition_id) THEN
    RAISE EXCEPTION 'the watch cannot say yet whether bids were taken until closing'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'opening_after_a_look';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_watched BEFORE INSERT ON bids_openingapproval
  FOR EACH ROW EXECUTE FUNCTION bids_guard_watched();
"""


class Migration(migrations.Migration):
    """No opening begins while an outage at closing may not be written down yet."""

    dependencies = [("bids", "0025_log_heads_of_any_size"), ("watch", "0002_guards")]
    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION bids_watch_can_say, bids_guard_watched CASCADE")
    ]
