from django.db import migrations

from framework_portal.audit.triggers import append_only

RULES = """
-- By the table that a competition was published with: where its deadline moves after an outage.
-- All outages since the counted hours before the deadline that people set count together, each
-- second once; one that was under way at the deadline counts by itself, from its end, too.
CREATE FUNCTION lots_incident_deadline(
  wanted bigint, seen bigint, OUT moves_to timestamptz, OUT counted_from timestamptz,
  OUT counted_seconds integer, OUT step bigint
) LANGUAGE plpgsql STABLE AS $$
DECLARE
  competition lots_competition;
  outage watch_outage;
  rule reference_incidentrule;
  row reference_incidentstep;
  since timestamptz;
  best timestamptz;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = wanted;
  SELECT * INTO outage FROM watch_outage WHERE id = seen;
  SELECT * INTO rule FROM reference_incidentrule WHERE id = competition.incident_rule_id;
  IF competition.id IS NULL OR outage.id IS NULL OR rule.id IS NULL THEN RETURN; END IF;
  counted_from := coalesce(competition.set_to_close_at, competition.closes_at);
  since := counted_from - make_interval(hours => rule.counted_hours);
  IF outage.ended_at <= since OR outage.began_at >= competition.closes_at THEN RETURN; END IF;
  SELECT coalesce(sum(extract(epoch FROM upper(span) - lower(span))), 0) INTO counted_seconds
    FROM unnest((
      SELECT range_agg(tstzrange(greatest(o.began_at, since), o.ended_at)) FROM watch_outage o
      WHERE o.ended_at > since AND o.began_at < competition.closes_at
        AND (o.ended_at, o.id) <= (outage.ended_at, outage.id)
    )) AS span;
  SELECT * INTO row FROM reference_incidentstep s WHERE s.rule_id = rule.id AND s."case" = 'total'
    AND s.from_minutes * 60 <= counted_seconds ORDER BY s.from_minutes DESC LIMIT 1;
  IF row.id IS NOT NULL THEN
    best := working_hour(counted_from + make_interval(mins => row.extension_minutes),
      rule.working_from, rule.working_until, rule.otherwise_at);
    step := row.id;
  END IF;
  IF outage.ended_at >= competition.closes_at THEN
    SELECT * INTO row FROM reference_incidentstep s WHERE s.rule_id = rule.id
      AND s."case" = 'across'
      AND s.from_minutes * 60 <= extract(epoch FROM outage.ended_at - outage.began_at)
      ORDER BY s.from_minutes DESC LIMIT 1;
    IF row.id IS NOT NULL THEN
      since := working_hour(outage.ended_at + make_interval(mins => row.extension_minutes),
        rule.working_from, rule.working_until, rule.otherwise_at);
      IF best IS NULL OR since > best THEN
        best := since;
        step := row.id;
      END IF;
    END IF;
  END IF;
  IF best > competition.closes_at THEN moves_to := best; END IF;
END $$;

-- Where a change or an answer at an instant moves a deadline, or NULL: to the first time of day
-- as now published that leaves the working days that a row of the reference data names.
CREATE FUNCTION lots_late_change_deadline(instant timestamptz, closes_at timestamptz)
RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  days integer := coalesce(
    (SELECT working_days FROM reference_period WHERE slug = 'late-change'), 4);
  least timestamptz := working_days_later(instant, days);
  day date := (least AT TIME ZONE 'Europe/London')::date;
  hour time := (closes_at AT TIME ZONE 'Europe/London')::time;
BEGIN
  IF closes_at >= least THEN RETURN NULL; END IF;
  WHILE NOT working_day(day) OR (day + hour) AT TIME ZONE 'Europe/London' < least LOOP
    day := add_working_days(day, 1);
  END LOOP;
  RETURN (day + hour) AT TIME ZONE 'Europe/London';
END $$;

-- A move by a rule: how far it goes is worked out here, whoever asks for it.
CREATE FUNCTION lots_guard_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition lots_competition;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR UPDATE;
  IF competition.state <> 'published' THEN
    RAISE EXCEPTION 'no deadline moves any more' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'deadline_move_of_a_published_competition';
  END IF;
  IF NEW.cause = 'incident' THEN
    SELECT moves_to, d.counted_from, d.counted_seconds, d.step
      INTO NEW.closes_at_after, NEW.counted_from, NEW.counted_seconds, NEW.step_id
      FROM lots_incident_deadline(NEW.competition_id, NEW.outage_id) d;
  ELSE
    IF portal_clock() >= competition.closes_at THEN
      RAISE EXCEPTION 'the deadline has passed' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'deadline_only_extended';
    END IF;
    IF NEW.moved_at > portal_clock() + interval '60 seconds' OR NOT EXISTS (
         SELECT 1 FROM lots_competitionchange c WHERE c.id = NEW.change_id
         AND c.competition_id = NEW.competition_id AND c.made_at = NEW.moved_at
         AND c.kind IN ('changed', 'answered', 'document')) THEN
      RAISE EXCEPTION 'no change was made then' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'deadline_moved_by_a_change';
    END IF;
    NEW.closes_at_after := lots_late_change_deadline(NEW.moved_at, competition.closes_at);
  END IF;
  IF NEW.closes_at_after IS NULL THEN
    RAISE EXCEPTION 'the rule moves nothing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'deadline_move_has_a_rule';
  END IF;
  NEW.closed_at_before := competition.closes_at;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_move BEFORE INSERT ON lots_deadlinemove
  FOR EACH ROW EXECUTE FUNCTION lots_guard_move();

-- A published deadline is only ever moved later: by two people before it passes, or by a rule
-- that worked the new one out. A trigger of its own, after lots_guard_competition.
CREATE FUNCTION lots_guard_deadline() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE by_rule text;
BEGIN
  IF NEW.is_history THEN RETURN NEW; END IF;
  IF OLD.state = 'draft' THEN
    NEW.set_to_close_at := NULL;
    NEW.incident_rule_id := NULL;
    IF NEW.state = 'published' THEN
      SELECT id INTO NEW.incident_rule_id FROM reference_incidentrule r
        WHERE r.framework_id = NEW.framework_id
          AND r.in_force_from <= (portal_clock() AT TIME ZONE 'Europe/London')::date
        ORDER BY r.version DESC LIMIT 1;
    END IF;
    RETURN NEW;
  END IF;
  NEW.incident_rule_id := OLD.incident_rule_id;
  NEW.set_to_close_at := OLD.set_to_close_at;
  IF NEW.closes_at IS NOT DISTINCT FROM OLD.closes_at THEN
    RETURN NEW;
  END IF;
  IF OLD.state <> 'published' OR NEW.state <> 'published' OR NEW.closes_at IS NULL
     OR NEW.closes_at < OLD.closes_at THEN
    RAISE EXCEPTION 'a published deadline moves later only, and before opening'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'deadline_only_extended';
  END IF;
  SELECT m.cause INTO by_rule FROM lots_deadlinemove m
    WHERE m.competition_id = NEW.id AND m.closed_at_before = OLD.closes_at
      AND m.closes_at_after = NEW.closes_at;
  IF by_rule = 'incident' THEN
    NEW.set_to_close_at := coalesce(OLD.set_to_close_at, OLD.closes_at);
    RETURN NEW;
  END IF;
  IF portal_clock() >= OLD.closes_at THEN
    RAISE EXCEPTION 'a published deadline moves before it passes'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'deadline_only_extended';
  END IF;
  IF by_rule IS NULL AND NOT EXISTS (
    SELECT 1 FROM lots_deadlineextension e
    WHERE e.competition_id = NEW.id AND e.closes_at = NEW.closes_at
      AND e.confirmed_by_id IS NOT NULL AND e.confirmed_by_id <> e.proposed_by_id
  ) THEN
    RAISE EXCEPTION 'two people extend a deadline' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'deadline_extended_by_two';
  END IF;
  NEW.set_to_close_at := NULL;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_deadline BEFORE UPDATE ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION lots_guard_deadline();
"""

# What 0002_guards asked of a deadline is asked by lots_guard_deadline from now on. The function
# is taken as it stands and only this part of it is cut out, whoever has changed the rest.
CUT = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'lots_guard_competition');
  cut text;
BEGIN
  cut := regexp_replace(body,
    '  IF OLD\\.state <> ''draft'' AND NEW\\.closes_at IS DISTINCT FROM OLD\\.closes_at THEN'
    '.*?deadline_extended_by_two'';\\s+END IF;\\s+END IF;', '');
  IF cut = body THEN
    RAISE EXCEPTION 'lots_guard_competition does not ask for the deadline any more';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION lots_guard_competition() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || cut || '$guard$';
END $do$;
"""


class Migration(migrations.Migration):
    """The two rules that move a deadline without two officers, worked out by the database."""

    dependencies = [
        ("lots", "0008_deadline_moves"),
        ("reference", "0004_working_days"),
        ("watch", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(CUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            RULES,
            "DROP FUNCTION lots_incident_deadline, lots_late_change_deadline, lots_guard_move,"
            " lots_guard_deadline CASCADE",
        ),
        *append_only("lots_deadlinemove"),
    ]
