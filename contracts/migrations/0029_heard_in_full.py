from django.db import migrations, models

# What ends the hearing before its days are over is a view that says that it is all: for a grant
# that is not reviewed, and for the review of one that was made before.
READS = """
DO $do$
DECLARE
  wanted text[] := ARRAY[
    ARRAY['contracts_guard_case()', 'trigger', 'v.case_id = OLD.id'],
    ARRAY['contracts_case_may_be_granted(granted contracts_changecase, today date)', 'void',
          'v.case_id = granted.id']];
  one text[];
  body text;
BEGIN
  FOREACH one SLICE 1 IN ARRAY wanted LOOP
    body := (SELECT prosrc FROM pg_proc WHERE proname = split_part(one[1], '(', 1));
    IF length(replace(body, %(before)s, '')) <> length(body) - length(%(before)s) THEN
      RAISE EXCEPTION '%% is not what it was', one[1];
    END IF;
    EXECUTE 'CREATE OR REPLACE FUNCTION ' || one[1] || ' RETURNS ' || one[2]
      || ' LANGUAGE plpgsql AS $guard$' || replace(body, %(before)s, %(after)s) || '$guard$';
  END LOOP;
END $do$;
"""
ANY, WHOLE = "one[3] || ')'", "one[3] || ' AND v.says_all)'"


class Migration(migrations.Migration):
    """The ten working days to be heard are the subcontractor's own."""

    dependencies = [("contracts", "0028_readings")]

    operations = [
        migrations.AddField("affectedview", "says_all", models.BooleanField(default=False)),
        migrations.RunSQL(
            READS % {"before": ANY, "after": WHOLE}, READS % {"before": WHOLE, "after": ANY}
        ),
    ]
