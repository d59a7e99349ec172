from django.db import migrations

from framework_portal.audit.triggers import append_only

WHAT_MUST_HOLD = """
-- Qualified in all of the lot's categories and serving all its areas, at an instant.
CREATE FUNCTION supplier_matches_lot(supplier bigint, lot bigint, instant timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM lots_lot_categories c WHERE c.lot_id = lot AND NOT EXISTS (
      SELECT 1 FROM suppliers_qualification q
      WHERE q.supplier_id = supplier AND q.category_id = c.category_id AND q.state = 'granted'
        AND (q.expires_at IS NULL OR q.expires_at > instant))
  ) AND EXISTS (SELECT 1 FROM lots_lot_categories c WHERE c.lot_id = lot)
  AND NOT EXISTS (
    SELECT 1 FROM lots_lot_areas la
    JOIN reference_area leaf ON leaf.id = la.area_id OR leaf.parent_id = la.area_id
    WHERE la.lot_id = lot
      AND NOT EXISTS (SELECT 1 FROM reference_area part WHERE part.parent_id = leaf.id)
      AND NOT EXISTS (
        SELECT 1 FROM suppliers_supplier_areas s
        WHERE s.supplier_id = supplier AND s.area_id = leaf.id)
  )
$$;

-- The database writes down when a request arrived; no caller can.
CREATE FUNCTION bids_stamp_arrival() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.at := portal_clock();
  RETURN NEW;
END $$;

CREATE TRIGGER bids_stamp_arrival BEFORE INSERT ON bids_arrival
  FOR EACH ROW EXECUTE FUNCTION bids_stamp_arrival();

CREATE FUNCTION bids_guard_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ticket bids_arrival;
  bid bids_bid;
  competition lots_competition;
BEGIN
  SELECT * INTO ticket FROM bids_arrival WHERE id = NEW.arrival_id;
  SELECT * INTO bid FROM bids_bid WHERE id = NEW.bid_id FOR UPDATE;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = bid.lot_id FOR SHARE OF c;
  IF ticket.bid_id <> NEW.bid_id OR ticket.account_id <> NEW.submitted_by_id
     OR ticket.key <> NEW.key THEN
    RAISE EXCEPTION 'the arrival is of another bid or person' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_fits_its_arrival';
  END IF;
  IF competition.state <> 'published' OR ticket.at >= competition.closes_at THEN
    RAISE EXCEPTION 'it arrived at or after closing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_arrived_before_closing';
  END IF;
  IF ticket.at < portal_clock() - interval '60 seconds' THEN
    RAISE EXCEPTION 'the arrival is too old' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_follows_its_arrival';
  END IF;
  IF bid.state NOT IN ('draft', 'submitted') THEN
    RAISE EXCEPTION 'the bid was withdrawn or opened' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_of_a_live_bid';
  END IF;
  IF NOT supplier_matches_lot(bid.supplier_id, bid.lot_id, ticket.at) THEN
    RAISE EXCEPTION 'the supplier is not qualified for this lot'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'submission_by_a_match';
  END IF;
  NEW.received_at := ticket.at;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_submission BEFORE INSERT ON bids_submission
  FOR EACH ROW EXECUTE FUNCTION bids_guard_submission();

-- A bid's receipt is that of a submission; its state follows the competition's.
CREATE FUNCTION bids_guard_bid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition lots_competition;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.offer_id IS NOT NULL THEN
      RAISE EXCEPTION 'a bid begins as a draft' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'bid_begins_as_draft';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.lot_id <> OLD.lot_id OR NEW.supplier_id <> OLD.supplier_id THEN
    RAISE EXCEPTION 'a bid stays with its lot and its supplier'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'bid_stays_where_it_is';
  END IF;
  IF NEW.offer_id IS DISTINCT FROM OLD.offer_id
     OR NEW.submitted_at IS DISTINCT FROM OLD.submitted_at
     OR NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id THEN
    IF NOT EXISTS (
      SELECT 1 FROM bids_submission s WHERE s.bid_id = NEW.id AND s.offer_id = NEW.offer_id
        AND s.received_at = NEW.submitted_at AND s.submitted_by_id = NEW.submitted_by_id
        AND s.sequence = (SELECT max(sequence) FROM bids_submission WHERE bid_id = NEW.id)
    ) THEN
      RAISE EXCEPTION 'an offer counts by its submission' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'bid_offer_was_submitted';
    END IF;
  END IF;
  IF NEW.state = OLD.state THEN
    RETURN NEW;
  END IF;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = NEW.lot_id;
  IF NEW.state = 'withdrawn' AND OLD.state = 'submitted'
     AND portal_clock() >= competition.closes_at THEN
    RAISE EXCEPTION 'a submitted bid stands from closing on' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_withdrawn_before_closing';
  END IF;
  IF OLD.state IN ('opened', 'successful', 'unsuccessful') AND NEW.state IN ('draft', 'submitted', 'withdrawn') THEN
    RAISE EXCEPTION 'an opened bid stays opened' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_stays_opened';
  END IF;
  IF NEW.state IN ('opened', 'successful', 'unsuccessful')
     AND NOT EXISTS (SELECT 1 FROM bids_opening WHERE competition_id = competition.id) THEN
    RAISE EXCEPTION 'a bid is opened by an opening' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'bid_opened_by_an_opening';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_bid BEFORE INSERT OR UPDATE ON bids_bid
  FOR EACH ROW EXECUTE FUNCTION bids_guard_bid();

-- Opening: after the deadline and its grace, by two people, the first of whom acted lately.
CREATE FUNCTION bids_guard_opening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  competition lots_competition;
  first_act bids_openingapproval;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR UPDATE;
  SELECT * INTO first_act FROM bids_openingapproval WHERE id = NEW.approval_id;
  IF competition.state <> 'published'
     OR portal_clock() < competition.closes_at + interval '60 seconds' THEN
    RAISE EXCEPTION 'the deadline has not passed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opening_after_closing';
  END IF;
  IF first_act.competition_id <> NEW.competition_id OR first_act.approved_by_id <> NEW.first_by_id
     OR first_act.expires_at <= portal_clock()
     OR first_act.approved_at < competition.closes_at + interval '60 seconds' THEN
    RAISE EXCEPTION 'the first approval does not hold' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opening_takes_two_acts';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_opening BEFORE INSERT ON bids_opening
  FOR EACH ROW EXECUTE FUNCTION bids_guard_opening();

CREATE FUNCTION bids_guard_competition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT NEW.is_history AND NEW.state IN ('opened', 'evaluated', 'awarded')
     AND NOT EXISTS (SELECT 1 FROM bids_opening WHERE competition_id = NEW.id) THEN
    RAISE EXCEPTION 'a competition is opened by an opening' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_opened_by_an_opening';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_competition BEFORE UPDATE OF state ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION bids_guard_competition();

-- An award is of an opened bid for the same lot, under the opening of its competition.
CREATE FUNCTION bids_guard_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.is_history <> OLD.is_history OR NEW.lot_id <> OLD.lot_id
       OR NEW.bid_id IS DISTINCT FROM OLD.bid_id
       OR NEW.proposed_by_id IS DISTINCT FROM OLD.proposed_by_id
       OR OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id THEN
      RAISE EXCEPTION 'an award is not rewritten; it is set aside' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'award_is_not_rewritten';
    END IF;
  END IF;
  IF NEW.is_history THEN
    IF NOT EXISTS (
      SELECT 1 FROM lots_lot l JOIN lots_competition c ON c.id = l.competition_id
      WHERE l.id = NEW.lot_id AND c.is_history) THEN
      RAISE EXCEPTION 'history belongs to history' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'award_history_of_a_history_lot';
    END IF;
    RETURN NEW;
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM bids_opening o JOIN lots_lot l ON l.competition_id = o.competition_id
    WHERE o.id = NEW.opening_id AND l.id = NEW.lot_id) THEN
    RAISE EXCEPTION 'an award follows the opening of its competition'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'award_follows_its_opening';
  END IF;
  IF NEW.bid_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM bids_bid b WHERE b.id = NEW.bid_id AND b.lot_id = NEW.lot_id
      AND b.state IN ('opened', 'successful', 'unsuccessful')) THEN
    RAISE EXCEPTION 'an award is of an opened bid for its lot' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'award_of_an_opened_bid';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_award BEFORE INSERT OR UPDATE ON bids_award
  FOR EACH ROW EXECUTE FUNCTION bids_guard_award();
"""


class Migration(migrations.Migration):
    """What the database itself keeps of bids, openings and awards."""

    dependencies = [
        ("bids", "0001_initial"),
        ("lots", "0002_guards"),
        ("suppliers", "0001_initial"),
        ("framework_portal", "0001_clock"),
    ]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD,
            "DROP FUNCTION supplier_matches_lot, bids_stamp_arrival, bids_guard_submission,"
            " bids_guard_bid, bids_guard_opening, bids_guard_competition, bids_guard_award CASCADE",
        ),
        *append_only("bids_arrival"),
        *append_only("bids_submission"),
        *append_only("bids_openingapproval"),
        *append_only("bids_opening"),
        *append_only("bids_clarificationasker"),
    ]
