from django.db import migrations

from framework_portal.audit.triggers import append_only

# A receipt of a stand-by version is held to its row like that of a submitted one.
RECEIPTS = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'bids_guard_receipt');
  held text;
BEGIN
  held := replace(body, 'IF NEW.kind = ''submission'' THEN', 'IF NEW.kind <> ''withdrawal'' THEN');
  held := replace(held, 'IF submission.bid_id <> bid.id OR ',
    'IF submission.bid_id <> bid.id'
    ' OR (NEW.kind = ''standby'') <> (submission.instruction_id IS NOT NULL) OR ');
  IF held NOT LIKE '%submission.instruction_id%' OR held NOT LIKE '%<> ''withdrawal''%' THEN
    RAISE EXCEPTION 'bids_guard_receipt is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION bids_guard_receipt() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';
END $do$;
"""
GUARDS = """
-- The version of a bid that counts: the newest of those that were submitted, or that were kept
-- under the standing instruction that holds. All of these rows are written before closing.
CREATE FUNCTION bids_counting_submission(wanted bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT s.id FROM bids_submission s
  WHERE s.bid_id = wanted AND (s.instruction_id IS NULL OR s.instruction_id = (
    SELECT i.id FROM bids_standbyinstruction i
    WHERE i.bid_id = wanted AND i.is_on
      AND i.id = (SELECT max(id) FROM bids_standbyinstruction WHERE bid_id = wanted)))
  ORDER BY s.sequence DESC LIMIT 1
$$;

-- A bidder gives the instruction, or takes it back, before closing.
CREATE FUNCTION bids_guard_instruction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bid bids_bid;
  competition lots_competition;
BEGIN
  SELECT * INTO bid FROM bids_bid WHERE id = NEW.bid_id FOR NO KEY UPDATE;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = bid.lot_id FOR SHARE OF c;
  NEW.given_at := portal_clock();
  IF competition.state <> 'published' OR NEW.given_at >= competition.closes_at
     OR bid.state NOT IN ('draft', 'submitted') THEN
    RAISE EXCEPTION 'an instruction is given before closing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'instruction_before_closing';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_instruction BEFORE INSERT ON bids_standbyinstruction
  FOR EACH ROW EXECUTE FUNCTION bids_guard_instruction();

-- A version stands by under the instruction that holds, of its own bid.
CREATE FUNCTION bids_guard_standby_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_standbyinstruction i WHERE i.id = NEW.instruction_id
      AND i.bid_id = NEW.bid_id AND i.is_on
      AND i.id = (SELECT max(id) FROM bids_standbyinstruction WHERE bid_id = NEW.bid_id)
  ) THEN
    RAISE EXCEPTION 'no instruction holds' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'standby_under_an_instruction';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_standby_version BEFORE INSERT ON bids_submission
  FOR EACH ROW WHEN (NEW.instruction_id IS NOT NULL)
  EXECUTE FUNCTION bids_guard_standby_version();

-- What stands by becomes a bid's offer at the opening only; and what is opened is what counts.
CREATE FUNCTION bids_guard_counting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closes timestamptz;
  stands_by boolean;
  offered bigint;
BEGIN
  SELECT c.closes_at INTO closes FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = NEW.lot_id;
  SELECT id, instruction_id IS NOT NULL INTO offered, stands_by
    FROM bids_submission WHERE offer_id = NEW.offer_id AND bid_id = NEW.id;
  IF NEW.offer_id IS DISTINCT FROM OLD.offer_id AND stands_by
     AND (portal_clock() < closes + interval '60 seconds'
          OR offered IS DISTINCT FROM bids_counting_submission(NEW.id)) THEN
    RAISE EXCEPTION 'a version that stands by counts after closing only'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'standby_counts_after_closing';
  END IF;
  -- An offer that belongs to no version of the bid is told at the opening, and stops nobody.
  IF NEW.state = 'opened' AND OLD.state <> 'opened' AND offered IS NOT NULL
     AND offered IS DISTINCT FROM bids_counting_submission(NEW.id) THEN
    RAISE EXCEPTION 'the version that counts is opened' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opened_is_what_counts';
  END IF;
  IF NEW.state = 'withdrawn' AND OLD.state = 'draft' AND portal_clock() >= closes
     AND bids_counting_submission(NEW.id) IS NOT NULL THEN
    RAISE EXCEPTION 'a version that stands by stands from closing on'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bid_withdrawn_before_closing';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_counting BEFORE UPDATE OF state, offer_id ON bids_bid
  FOR EACH ROW EXECUTE FUNCTION bids_guard_counting();
"""


class Migration(migrations.Migration):
    """Which version counts is settled by rows written before closing, and by nothing else."""

    dependencies = [("bids", "0022_standby")]
    operations = [
        migrations.RunSQL(RECEIPTS, migrations.RunSQL.noop),
        migrations.RunSQL(
            GUARDS,
            "DROP FUNCTION bids_counting_submission, bids_guard_instruction,"
            " bids_guard_standby_version, bids_guard_counting CASCADE",
        ),
        *append_only("bids_standbyinstruction"),
    ]
