from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change

# The same counting as framework_portal/reference/calendar.py, for rules that triggers keep.
CALENDAR = """
CREATE FUNCTION working_day(day date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT extract(isodow FROM day) < 6
     AND NOT EXISTS (SELECT 1 FROM reference_holiday WHERE "on" = day)
$$;

CREATE FUNCTION add_working_days(start date, count integer) RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE day date := start; todo integer := count;
BEGIN
  WHILE todo > 0 LOOP
    day := day + 1;
    IF working_day(day) THEN todo := todo - 1; END IF;
  END LOOP;
  RETURN day;
END $$;

-- So many whole working days after an instant: from a working day on, at the same time of day;
-- from any other, at the end of the last of them.
CREATE FUNCTION working_days_later(instant timestamptz, count integer) RETURNS timestamptz
LANGUAGE plpgsql STABLE AS $$
DECLARE here timestamp := instant AT TIME ZONE 'Europe/London';
BEGIN
  IF working_day(here::date) THEN
    RETURN (add_working_days(here::date, count) + here::time) AT TIME ZONE 'Europe/London';
  END IF;
  RETURN (add_working_days(here::date, count) + 1)::timestamp AT TIME ZONE 'Europe/London';
END $$;

-- The instant itself, up to the next quarter of an hour, where that lies in working hours; else
-- the hour `otherwise` of this working day, if it is still to come, or of the next.
CREATE FUNCTION working_hour(
  instant timestamptz, since integer, until integer, otherwise integer
) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  rounded timestamptz := to_timestamp(ceil(extract(epoch FROM instant) / 900) * 900);
  here timestamp := rounded AT TIME ZONE 'Europe/London';
  day date := here::date;
BEGIN
  IF working_day(day) AND here::time BETWEEN make_time(since, 0, 0) AND make_time(until, 0, 0) THEN
    RETURN rounded;
  END IF;
  IF NOT working_day(day) OR here::time > make_time(otherwise, 0, 0) THEN
    day := add_working_days(day, 1);
  END IF;
  RETURN (day + make_time(otherwise, 0, 0)) AT TIME ZONE 'Europe/London';
END $$;
"""


class Migration(migrations.Migration):
    """Working days and hours for the rules that move a deadline; the table of one of them."""

    dependencies = [("reference", "0003_incident_rule")]
    operations = [
        migrations.RunSQL(
            CALENDAR,
            "DROP FUNCTION working_day, add_working_days, working_days_later, working_hour",
        ),
        *append_only("reference_incidentrule"),
        *append_only("reference_incidentstep"),
        *marks_public_change("reference_incidentrule"),
        *marks_public_change("reference_incidentstep"),
    ]
