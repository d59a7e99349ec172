from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change

GUARDS = """
-- A receipt is of what the rows say, its leaf is of its own text, and the log that it joins is open.
CREATE FUNCTION bids_guard_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bid bids_bid;
  competition lots_competition;
  submission bids_submission;
  offer sealing_sealedoffer;
  said jsonb;
BEGIN
  SELECT * INTO bid FROM bids_bid WHERE id = NEW.bid_id;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = bid.lot_id FOR SHARE OF c;
  said := NEW.text::jsonb;
  IF NEW.leaf <> encode(sha256('\\x00'::bytea || convert_to(NEW.text, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the leaf is of another text' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'receipt_leaf_of_its_text';
  END IF;
  IF NEW.competition_id <> competition.id
     OR said->>'kind' <> 'receipt' OR said->>'of' <> NEW.kind OR said->>'number' <> NEW.number
     OR said->>'key' <> NEW.key_id OR said->>'bid' <> bid.reference::text
     OR said->>'competition' <> competition.reference::text
     OR said->>'received_at'
        <> to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') THEN
    RAISE EXCEPTION 'the receipt says something else' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'receipt_says_what_it_holds';
  END IF;
  IF NEW.kind = 'submission' THEN
    SELECT * INTO submission FROM bids_submission WHERE id = NEW.submission_id;
    SELECT * INTO offer FROM sealing_sealedoffer WHERE id = submission.offer_id;
    IF submission.bid_id <> bid.id OR submission.received_at <> NEW.at
       OR said->>'sequence' <> submission.sequence::text
       OR said->>'envelope_hash' <> offer.envelope_hash
       OR said->>'commitment' <> offer.digest THEN
      RAISE EXCEPTION 'the receipt is of another version' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'receipt_of_its_submission';
    END IF;
  ELSIF NEW.kind = 'withdrawal'
     AND (bid.state <> 'withdrawn' OR bid.withdrawn_at IS DISTINCT FROM NEW.at) THEN
    RAISE EXCEPTION 'the bid was not withdrawn then' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'receipt_of_a_withdrawal';
  END IF;
  IF competition.state <> 'published' OR NEW.at >= competition.closes_at
     OR portal_clock() >= competition.closes_at + interval '60 seconds'
     OR EXISTS (SELECT 1 FROM bids_loghead h WHERE h.competition_id = competition.id
                AND h.closes_at = competition.closes_at) THEN
    RAISE EXCEPTION 'the log is closed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'receipt_before_the_log_closes';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_receipt BEFORE INSERT ON bids_receipt
  FOR EACH ROW EXECUTE FUNCTION bids_guard_receipt();

-- Nothing is taken in, and nothing is withdrawn, without a receipt: asked when it is committed.
CREATE FUNCTION bids_submission_has_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM bids_receipt WHERE submission_id = NEW.id) THEN
    RAISE EXCEPTION 'a submission has a receipt' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_has_a_receipt';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER bids_submission_has_receipt AFTER INSERT ON bids_submission
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bids_submission_has_receipt();

CREATE FUNCTION bids_withdrawal_has_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM bids_receipt WHERE bid_id = NEW.id AND kind = 'withdrawal') THEN
    RAISE EXCEPTION 'a withdrawal has a receipt' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'withdrawal_has_a_receipt';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER bids_withdrawal_has_receipt AFTER UPDATE ON bids_bid
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.state = 'withdrawn' AND OLD.state = 'submitted')
  EXECUTE FUNCTION bids_withdrawal_has_receipt();

-- The head of a log is published after closing and its grace, when nothing is on its way any more.
CREATE FUNCTION bids_guard_log_head() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  competition lots_competition;
  said jsonb;
BEGIN
  SELECT * INTO competition FROM lots_competition WHERE id = NEW.competition_id FOR UPDATE;
  said := NEW.text::jsonb;
  IF competition.state <> 'published' OR NEW.closes_at <> competition.closes_at
     OR portal_clock() < competition.closes_at + interval '60 seconds'
     OR NEW.published_at < competition.closes_at + interval '60 seconds'
     OR NEW.published_at > portal_clock() THEN
    RAISE EXCEPTION 'the deadline has not passed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'log_head_after_closing';
  END IF;
  IF said->>'kind' <> 'log-head' OR said->>'root' <> NEW.root OR said->>'key' <> NEW.key_id
     OR said->>'competition' <> competition.reference::text
     OR said->>'closes_at'
        <> to_char(NEW.closes_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
     OR said->>'published_at'
        <> to_char(NEW.published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') THEN
    RAISE EXCEPTION 'the head says something else' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'log_head_says_what_it_holds';
  END IF;
  IF EXISTS (
    SELECT 1 FROM bids_receipt r WHERE r.competition_id = NEW.competition_id
      AND NOT NEW.leaves ? r.leaf
  ) OR jsonb_array_length(NEW.leaves)
     <> 1 + (SELECT count(*) FROM bids_receipt r WHERE r.competition_id = NEW.competition_id)
     OR NOT NEW.leaves
        ? encode(sha256('\\x00'::bytea || convert_to(NEW.blinding, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the head leaves a receipt out, or holds what is none'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'log_head_holds_every_receipt';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_log_head BEFORE INSERT ON bids_loghead
  FOR EACH ROW EXECUTE FUNCTION bids_guard_log_head();
"""


class Migration(migrations.Migration):
    """What the database itself keeps of receipts and logs."""

    dependencies = [("bids", "0011_receipts_of_before")]
    operations = [
        migrations.RunSQL(
            GUARDS,
            "DROP FUNCTION bids_guard_receipt, bids_submission_has_receipt,"
            " bids_withdrawal_has_receipt, bids_guard_log_head CASCADE",
        ),
        *append_only("bids_receipt"),
        *append_only("bids_loghead"),
        *marks_public_change("bids_loghead"),
    ]
