from django.db import migrations

GUARD = """
-- A bidder says that the version that counts stands, before closing, of a change to the
-- competition. It was submitted, or stands by.
CREATE OR REPLACE FUNCTION bids_guard_affirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_bid b JOIN lots_lot l ON l.id = b.lot_id
      JOIN lots_competition c ON c.id = l.competition_id
      JOIN lots_competitionchange change ON change.competition_id = c.id
    WHERE b.id = NEW.bid_id AND b.state IN ('draft', 'submitted')
      AND NEW.submission_id = bids_counting_submission(b.id)
      AND change.id = NEW.change_id AND c.state = 'published' AND portal_clock() < c.closes_at
  ) THEN
    RAISE EXCEPTION 'no submitted bid could stand' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'affirmation_of_a_submitted_bid';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """What bidders say of a change is said of versions that stand by, too."""

    dependencies = [("bids", "0028_acts_that_arrive")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
