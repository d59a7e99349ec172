from django.db import migrations

from framework_portal.audit.triggers import append_only

WHAT_MUST_HOLD = """
-- A published deadline is only ever moved later, before it passes, by an extension that two
-- people made. Everything else that is promised at publication stands still from then on.
CREATE FUNCTION lots_guard_competition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric;
BEGIN
  IF NEW.is_history <> OLD.is_history THEN
    RAISE EXCEPTION 'history stays history' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_history_stays';
  END IF;
  IF NEW.is_history THEN
    RETURN NEW;
  END IF;
  IF OLD.state = 'draft' AND NEW.state = 'published' THEN
    SELECT coalesce(sum(weight), 0) INTO total FROM lots_criterion WHERE competition_id = NEW.id;
    IF total <> 100 THEN
      RAISE EXCEPTION 'the weights sum to % and not to 100', total
        USING ERRCODE = 'check_violation', CONSTRAINT = 'competition_weights_sum_to_100';
    END IF;
    IF NEW.closes_at <= portal_clock() THEN
      RAISE EXCEPTION 'the deadline has passed' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'competition_published_before_it_closes';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM lots_lot WHERE competition_id = NEW.id) THEN
      RAISE EXCEPTION 'there is no lot' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'competition_has_lots';
    END IF;
    IF EXISTS (
      SELECT 1 FROM lots_lot l WHERE l.competition_id = NEW.id AND (
        NOT EXISTS (SELECT 1 FROM lots_lot_categories WHERE lot_id = l.id)
        OR NOT EXISTS (SELECT 1 FROM lots_lot_areas WHERE lot_id = l.id))
    ) THEN
      RAISE EXCEPTION 'a lot has no category or no area' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'competition_lots_are_whole';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state NOT IN ('draft', 'abandoned') AND NEW.state = 'draft' OR
     OLD.state = 'abandoned' AND NEW.state <> 'abandoned' THEN
    RAISE EXCEPTION 'what was published or abandoned is no draft again'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'competition_states_run_one_way';
  END IF;
  IF OLD.state <> 'draft' AND NEW.closes_at IS DISTINCT FROM OLD.closes_at THEN
    IF OLD.state <> 'published' OR NEW.closes_at IS NULL OR NEW.closes_at < OLD.closes_at
       OR portal_clock() >= OLD.closes_at THEN
      RAISE EXCEPTION 'a published deadline moves later only, and before it passes'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'deadline_only_extended';
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM lots_deadlineextension e
      WHERE e.competition_id = NEW.id AND e.closes_at = NEW.closes_at
        AND e.confirmed_by_id IS NOT NULL AND e.confirmed_by_id <> e.proposed_by_id
    ) THEN
      RAISE EXCEPTION 'two people extend a deadline' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'deadline_extended_by_two';
    END IF;
  END IF;
  IF OLD.state <> 'draft' AND (
       NEW.published_at IS DISTINCT FROM OLD.published_at
       OR NEW.published_by_id IS DISTINCT FROM OLD.published_by_id
       OR NEW.commissioner_id <> OLD.commissioner_id
       OR NEW.framework_id <> OLD.framework_id
       OR NEW.kind <> OLD.kind
       OR NEW.highest_mark <> OLD.highest_mark) THEN
    RAISE EXCEPTION 'this stands still once it is published' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_published_terms_stand';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_competition BEFORE UPDATE ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION lots_guard_competition();

-- A competition begins as a draft; only history comes in as it ended.
CREATE FUNCTION lots_guard_beginning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'draft' AND NOT NEW.is_history THEN
    RAISE EXCEPTION 'a competition begins as a draft' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_begins_as_draft';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_beginning BEFORE INSERT ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION lots_guard_beginning();

-- What bidders answer to stands still from publication on.
CREATE FUNCTION lots_is_draft(competition bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT state = 'draft' OR is_history FROM lots_competition WHERE id = competition), true)
$$;

CREATE FUNCTION lots_guard_terms() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
  IF TG_TABLE_NAME = 'lots_criterion' THEN
    IF TG_OP <> 'INSERT' THEN before := OLD.competition_id; END IF;
    IF TG_OP <> 'DELETE' THEN after := NEW.competition_id; END IF;
  ELSIF TG_TABLE_NAME = 'lots_question' THEN
    IF TG_OP <> 'INSERT' THEN
      SELECT competition_id INTO before FROM lots_criterion WHERE id = OLD.criterion_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      SELECT competition_id INTO after FROM lots_criterion WHERE id = NEW.criterion_id;
    END IF;
  ELSIF TG_TABLE_NAME = 'lots_lot' THEN
    IF TG_OP <> 'INSERT' THEN before := OLD.competition_id; END IF;
    IF TG_OP <> 'DELETE' THEN after := NEW.competition_id; END IF;
    -- The words of a lot may be put right with a reason; where and whom it serves may not.
    IF TG_OP = 'UPDATE' AND NEW.competition_id = OLD.competition_id AND NEW.sex = OLD.sex
       AND NEW.minimum_age IS NOT DISTINCT FROM OLD.minimum_age
       AND NEW.maximum_age IS NOT DISTINCT FROM OLD.maximum_age
       AND NEW.award_route = OLD.award_route THEN
      RETURN NEW;
    END IF;
  ELSE
    IF TG_OP <> 'INSERT' THEN
      SELECT competition_id INTO before FROM lots_lot WHERE id = OLD.lot_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
      SELECT competition_id INTO after FROM lots_lot WHERE id = NEW.lot_id;
    END IF;
  END IF;
  IF NOT lots_is_draft(before) OR NOT lots_is_draft(after) THEN
    RAISE EXCEPTION 'this stands still once the competition is published'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'published_terms_stand';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""

FROZEN = [
    "lots_criterion",
    "lots_question",
    "lots_lot",
    "lots_lot_areas",
    "lots_lot_categories",
]


class Migration(migrations.Migration):
    """What the database itself keeps of a published competition."""

    dependencies = [("lots", "0001_initial"), ("framework_portal", "0001_clock")]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD,
            "DROP FUNCTION lots_guard_competition, lots_guard_beginning, lots_guard_terms,"
            " lots_is_draft CASCADE",
        ),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER lots_guard_terms BEFORE INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION lots_guard_terms()",
                f"DROP TRIGGER lots_guard_terms ON {table}",
            )
            for table in FROZEN
        ],
        *append_only("lots_competitionchange"),
    ]
