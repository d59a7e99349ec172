from django.db import migrations

from framework_portal.audit.triggers import append_only

GUARDS = """
-- Approvals: after the deadline and its grace, by an opener of the competition.
CREATE FUNCTION bids_guard_approver() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition lots_competition;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR SHARE;
  IF competition.closes_at IS NULL
     OR portal_clock() < competition.closes_at + interval '60 seconds' THEN
    RAISE EXCEPTION 'the deadline has not passed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'approval_after_closing';
  END IF;
  IF NOT EXISTS (SELECT 1 FROM lots_opener o WHERE o.competition_id = NEW.competition_id
                 AND o.user_id = NEW.approved_by_id) THEN
    RAISE EXCEPTION 'not an opener of this competition' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'approval_by_an_opener';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_approver BEFORE INSERT ON bids_openingapproval
  FOR EACH ROW EXECUTE FUNCTION bids_guard_approver();

-- Opening: as in 0002_guards, and by two of the competition's openers.
CREATE OR REPLACE FUNCTION bids_guard_opening() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF EXISTS (
    SELECT 1 FROM unnest(ARRAY[NEW.first_by_id, NEW.second_by_id]) AS person
    WHERE NOT EXISTS (SELECT 1 FROM lots_opener o
                      WHERE o.competition_id = NEW.competition_id AND o.user_id = person)) THEN
    RAISE EXCEPTION 'two openers of this competition open it' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opening_by_two_openers';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Only those who were named before publication open a competition."""

    dependencies = [("bids", "0014_shares_handed_over"), ("lots", "0011_openers_stand")]
    operations = [
        migrations.RunSQL(GUARDS, "DROP FUNCTION bids_guard_approver CASCADE"),
        *append_only("bids_handedshare", delete_unless="false"),
    ]
