from django.db import migrations

# As in 0002_guards, but for the lock on the bid: FOR NO KEY UPDATE lets the ticket of the next
# request, whose foreign key refers to the bid, be written while this one is at work.
GUARD = """
CREATE OR REPLACE FUNCTION bids_guard_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ticket bids_arrival;
  bid bids_bid;
  competition lots_competition;
BEGIN
  SELECT * INTO ticket FROM bids_arrival WHERE id = NEW.arrival_id;
  SELECT * INTO bid FROM bids_bid WHERE id = NEW.bid_id FOR NO KEY UPDATE;
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
"""


class Migration(migrations.Migration):
    """A submission under way keeps no arrival waiting."""

    dependencies = [("bids", "0004_database_tells_the_instant")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
