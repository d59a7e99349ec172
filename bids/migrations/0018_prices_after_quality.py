from django.db import migrations

from framework_portal.audit.triggers import append_only

GUARDS = """
-- Where price is opened after quality it lies in an envelope of its own, and nowhere else.
CREATE FUNCTION bids_guard_price_envelope() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition lots_competition;
BEGIN
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    JOIN bids_bid b ON b.lot_id = l.id WHERE b.id = NEW.bid_id;
  IF competition.price_after_quality <> (NEW.price_offer_id IS NOT NULL) THEN
    RAISE EXCEPTION 'price lies in its own envelope where it is opened after quality'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'price_in_its_own_envelope';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_price_envelope BEFORE INSERT ON bids_submission
  FOR EACH ROW EXECUTE FUNCTION bids_guard_price_envelope();

-- Quality scores are locked once, while the competition is being scored and every bid has its mark.
CREATE FUNCTION bids_guard_quality_lock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition lots_competition;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR UPDATE;
  IF NOT competition.price_after_quality OR competition.state <> 'opened' THEN
    RAISE EXCEPTION 'quality scores are locked while they are given'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'quality_locked_during_evaluation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_quality_lock BEFORE INSERT ON bids_qualitylock
  FOR EACH ROW EXECUTE FUNCTION bids_guard_quality_lock();

-- A locked score stands, also while the competition is still being evaluated.
CREATE FUNCTION bids_guard_locked_score() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM bids_qualitylock q JOIN lots_lot l ON l.competition_id = q.competition_id
    JOIN bids_bid b ON b.lot_id = l.id WHERE b.id = NEW.bid_id) THEN
    RAISE EXCEPTION 'the quality scores are locked' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'locked_scores_stand';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_locked_score BEFORE INSERT OR UPDATE ON bids_score
  FOR EACH ROW EXECUTE FUNCTION bids_guard_locked_score();

-- Prices: after the lock, by two openers, the first of whom acted lately and for the prices.
CREATE FUNCTION bids_guard_price_opening() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  competition lots_competition;
  first_act bids_openingapproval;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR UPDATE;
  SELECT * INTO first_act FROM bids_openingapproval WHERE id = NEW.approval_id;
  IF competition.state <> 'opened'
     OR NOT EXISTS (SELECT 1 FROM bids_qualitylock WHERE competition_id = NEW.competition_id) THEN
    RAISE EXCEPTION 'prices are opened once the quality scores are locked'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'prices_opened_after_quality';
  END IF;
  IF first_act.competition_id <> NEW.competition_id OR first_act.part <> 'price'
     OR first_act.approved_by_id <> NEW.first_by_id OR first_act.expires_at <= portal_clock() THEN
    RAISE EXCEPTION 'the first approval does not hold' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opening_takes_two_acts';
  END IF;
  IF EXISTS (
    SELECT 1 FROM unnest(ARRAY[NEW.first_by_id, NEW.second_by_id]) AS person
    WHERE NOT EXISTS (SELECT 1 FROM lots_opener o
                      WHERE o.competition_id = NEW.competition_id AND o.user_id = person)) THEN
    RAISE EXCEPTION 'two openers of this competition open it' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opening_by_two_openers';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_price_opening BEFORE INSERT ON bids_priceopening
  FOR EACH ROW EXECUTE FUNCTION bids_guard_price_opening();

-- An approval of the prices waits for the lock too; one of anything else does not pass for it.
CREATE FUNCTION bids_guard_approved_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.part = 'price'
     AND NOT EXISTS (SELECT 1 FROM bids_qualitylock WHERE competition_id = NEW.competition_id) THEN
    RAISE EXCEPTION 'prices are opened once the quality scores are locked'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'prices_opened_after_quality';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_approved_part BEFORE INSERT ON bids_openingapproval
  FOR EACH ROW EXECUTE FUNCTION bids_guard_approved_part();

-- A price is known by an opening of prices only, and stays; the end of the evaluation waits for it.
CREATE FUNCTION bids_guard_opened_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.opened_price_id IS DISTINCT FROM OLD.opened_price_id AND (
    OLD.opened_price_id IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM bids_priceopening p JOIN lots_lot l ON l.competition_id = p.competition_id
      WHERE l.id = NEW.lot_id)) THEN
    RAISE EXCEPTION 'prices are opened by an opening of prices' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'price_opened_by_an_opening';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_opened_price BEFORE UPDATE OF opened_price_id ON bids_bid
  FOR EACH ROW EXECUTE FUNCTION bids_guard_opened_price();

CREATE FUNCTION bids_guard_end_of_evaluation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'opened' AND NEW.state = 'evaluated' AND NEW.price_after_quality
     AND NOT EXISTS (SELECT 1 FROM bids_priceopening WHERE competition_id = NEW.id) THEN
    RAISE EXCEPTION 'the prices were not opened' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'evaluated_with_prices';
  END IF;
  IF OLD.state = 'evaluated' AND NEW.state = 'opened' AND NEW.price_after_quality THEN
    RAISE EXCEPTION 'locked scores are not taken up again' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'locked_scores_stand';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_end_of_evaluation BEFORE UPDATE OF state ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION bids_guard_end_of_evaluation();
"""


class Migration(migrations.Migration):
    """Where the competition says so, prices are opened once the quality scores stand."""

    dependencies = [("bids", "0017_signed_records_and_prices")]
    operations = [
        migrations.RunSQL(
            GUARDS,
            "DROP FUNCTION bids_guard_price_envelope, bids_guard_quality_lock,"
            " bids_guard_locked_score, bids_guard_price_opening, bids_guard_approved_part,"
            " bids_guard_opened_price, bids_guard_end_of_evaluation CASCADE",
        ),
        *append_only("bids_qualitylock"),
        *append_only("bids_priceopening"),
    ]
