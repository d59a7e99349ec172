from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change

WHAT_MUST_HOLD = """
-- The database writes down when a look was good; no caller can.
CREATE FUNCTION watch_stamp_probe() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := portal_clock();
  RETURN NEW;
END $$;

CREATE TRIGGER watch_stamp_probe BEFORE INSERT ON watch_probe
  FOR EACH ROW EXECUTE FUNCTION watch_stamp_probe();

-- An outage lies between two looks, of which the second follows the first, and holds no look
-- in between that was answered, whoever looked: of several gaps it is the longest.
CREATE FUNCTION watch_guard_outage() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before watch_probe;
  after watch_probe;
BEGIN
  SELECT * INTO before FROM watch_probe WHERE reference = NEW.last_good;
  SELECT * INTO after FROM watch_probe WHERE reference = NEW.first_good;
  IF before.id IS NULL OR after.id IS NULL OR after.follows IS DISTINCT FROM before.reference
     OR after.seen_by <> NEW.seen_by OR after.at <= before.at THEN
    RAISE EXCEPTION 'an outage lies between two looks' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'outage_between_two_looks';
  END IF;
  SELECT gap.since, gap.at INTO NEW.began_at, NEW.ended_at FROM (
    SELECT p.at, lag(p.at) OVER (ORDER BY p.at) AS since FROM watch_probe p
    WHERE p.at BETWEEN before.at AND after.at AND (
      p.id IN (before.id, after.id)
      OR EXISTS (SELECT 1 FROM watch_probe later WHERE later.follows = p.reference))
  ) gap WHERE gap.since IS NOT NULL ORDER BY gap.at - gap.since DESC, gap.at LIMIT 1;
  NEW.recorded_at := portal_clock();
  RETURN NEW;
END $$;

CREATE TRIGGER watch_guard_outage BEFORE INSERT ON watch_outage
  FOR EACH ROW EXECUTE FUNCTION watch_guard_outage();
"""


class Migration(migrations.Migration):
    """What the database itself keeps of the watch."""

    dependencies = [("watch", "0001_initial"), ("framework_portal", "0002_public_edition")]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD, "DROP FUNCTION watch_stamp_probe, watch_guard_outage CASCADE"
        ),
        # The days keep what the looks said, once these are tidied away.
        *append_only("watch_probe", delete_unless="OLD.at > portal_clock() - interval '14 days'"),
        *append_only("watch_outage"),
        *append_only("watch_watchedday"),
        *marks_public_change("watch_outage"),
        *marks_public_change("watch_watchedday"),
    ]
