from django.db import migrations

from framework_portal.audit.triggers import append_only

# A bid that rests on a consent that was withdrawn loses its offer, and its receipt says so.
BEFORE = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'bids_guard_bid');
  held text;
BEGIN
  held := replace(body, 'IF NOT EXISTS (
      SELECT 1 FROM bids_submission s WHERE s.bid_id = NEW.id AND s.offer_id',
    'IF NOT (OLD.state = ''submitted'' AND NEW.state = ''draft'' AND NEW.offer_id IS NULL)
       AND NOT EXISTS (
      SELECT 1 FROM bids_submission s WHERE s.bid_id = NEW.id AND s.offer_id');
  IF held = body THEN
    RAISE EXCEPTION 'bids_guard_bid is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION bids_guard_bid() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';

  body := (SELECT prosrc FROM pg_proc WHERE proname = 'bids_guard_course');
  held := replace(body, 'IF OLD.state = ''submitted'' AND NEW.state = ''draft'' THEN',
    'IF OLD.state = ''submitted'' AND NEW.state = ''draft'' AND (
       NEW.offer_id IS NOT NULL OR NOT bids_is_open_for(NEW.id) OR bids_consents_hold(
         (SELECT id FROM bids_submission WHERE offer_id = OLD.offer_id))) THEN');
  IF held = body THEN
    RAISE EXCEPTION 'bids_guard_course is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION bids_guard_course() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';

  body := (SELECT prosrc FROM pg_proc WHERE proname = 'bids_guard_receipt');
  held := replace(body, 'IF NEW.kind <> ''withdrawal'' THEN',
    'IF NEW.kind = ''unseated'' THEN
    IF bid.state <> ''draft'' OR NOT EXISTS (
      SELECT 1 FROM bids_consentrequest r JOIN bids_namedconsent n ON n.consent_id = r.id
      WHERE r.bid_id = bid.id AND r.withdrawn_at = NEW.at) THEN
      RAISE EXCEPTION ''no consent was withdrawn then'' USING ERRCODE = ''check_violation'',
        CONSTRAINT = ''receipt_of_an_unseating'';
    END IF;
  ELSIF NEW.kind <> ''withdrawal'' THEN');
  IF held = body THEN
    RAISE EXCEPTION 'bids_guard_receipt is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION bids_guard_receipt() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';
END $do$;
"""
GUARDS = """
-- Whether a competition takes something in still; whoever asks keeps its deadline where it is.
CREATE FUNCTION bids_is_open_for(wanted bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  bid bids_bid;
  competition lots_competition;
BEGIN
  SELECT * INTO bid FROM bids_bid WHERE id = wanted;
  SELECT c.* INTO competition FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
    WHERE l.id = bid.lot_id FOR SHARE OF c;
  RETURN bid.state IN ('draft', 'submitted') AND competition.state = 'published'
    AND portal_clock() < competition.closes_at;
END $$;

-- What was asked stands as it was asked; an answer is given once, and a consent withdrawn once.
CREATE FUNCTION bids_guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'what was asked stays' USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.answer <> '' OR NEW.withdrawn_at IS NOT NULL OR NEW.superseded_at IS NOT NULL
       OR NEW.signed_id IS NOT NULL OR NEW.kept_id IS NOT NULL
       OR NOT bids_is_open_for(NEW.bid_id) THEN
      RAISE EXCEPTION 'consent is asked before closing' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'consent_before_closing';
    END IF;
    RETURN NEW;
  END IF;
  IF NEW.bid_id <> OLD.bid_id OR NEW.entry <> OLD.entry OR NEW.number <> OLD.number
     OR NEW.reference <> OLD.reference OR NEW.digest <> OLD.digest
     OR NEW.invited_email <> OLD.invited_email OR NEW.asked_at <> OLD.asked_at
     OR NEW.asked_by_id <> OLD.asked_by_id
     OR (OLD.supplier_id IS NOT NULL AND NEW.supplier_id IS DISTINCT FROM OLD.supplier_id)
     OR (OLD.kept_id IS NOT NULL AND NEW.kept_id IS DISTINCT FROM OLD.kept_id)
     OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)
     OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at
         OR NEW.withdrawn_by_id IS DISTINCT FROM OLD.withdrawn_by_id))
     OR (OLD.answer <> '' AND (NEW.answer <> OLD.answer OR NEW.answered_at <> OLD.answered_at
         OR NEW.answered_by_id <> OLD.answered_by_id)) THEN
    RAISE EXCEPTION 'what was asked and answered stays' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'consent_is_not_rewritten';
  END IF;
  IF NEW.answer <> OLD.answer THEN
    IF NOT bids_is_open_for(NEW.bid_id) THEN
      RAISE EXCEPTION 'an answer is given before closing' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'consent_before_closing';
    END IF;
    IF NEW.superseded_at IS NOT NULL THEN
      RAISE EXCEPTION 'these terms were replaced' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'consent_to_terms_that_stand';
    END IF;
  END IF;
  IF NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL THEN
    IF NOT bids_is_open_for(NEW.bid_id) THEN
      RAISE EXCEPTION 'a consent stands from closing on' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'consent_withdrawn_before_closing';
    END IF;
    NEW.withdrawn_at := portal_clock();
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_consent BEFORE INSERT OR UPDATE OR DELETE ON bids_consentrequest
  FOR EACH ROW EXECUTE FUNCTION bids_guard_consent();

-- A version names consents to its own bid that hold when it is sealed.
CREATE FUNCTION bids_guard_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_consentrequest r JOIN bids_submission s ON s.bid_id = r.bid_id
    WHERE r.id = NEW.consent_id AND s.id = NEW.submission_id AND r.answer = 'agreed'
      AND r.withdrawn_at IS NULL AND r.superseded_at IS NULL
  ) THEN
    RAISE EXCEPTION 'it has not agreed to these terms' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'named_with_its_consent';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_named BEFORE INSERT ON bids_namedconsent
  FOR EACH ROW EXECUTE FUNCTION bids_guard_named();

-- Whether every consent that a version names was given and not withdrawn since.
CREATE FUNCTION bids_consents_hold(version bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
    SELECT 1 FROM bids_namedconsent n JOIN bids_consentrequest r ON r.id = n.consent_id
    WHERE n.submission_id = version AND (r.answer <> 'agreed' OR r.withdrawn_at IS NOT NULL))
$$;

-- The version of a bid that counts: as before, but for one that a subcontractor left. Nothing
-- that it had replaced counts in its place: the bidder had moved on from that.
CREATE OR REPLACE FUNCTION bids_counting_submission(wanted bigint) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT newest.id FROM (
    SELECT s.id FROM bids_submission s
    WHERE s.bid_id = wanted AND (s.instruction_id IS NULL OR s.instruction_id = (
      SELECT i.id FROM bids_standbyinstruction i
      WHERE i.bid_id = wanted AND i.is_on
        AND i.id = (SELECT max(id) FROM bids_standbyinstruction WHERE bid_id = wanted)))
    ORDER BY s.sequence DESC LIMIT 1
  ) newest WHERE bids_consents_hold(newest.id)
$$;

-- No submitted bid rests on a consent that does not hold.
CREATE FUNCTION bids_guard_seat() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  named bigint;
BEGIN
  SELECT id INTO named FROM bids_submission WHERE offer_id = NEW.offer_id AND bid_id = NEW.id;
  IF NEW.state IN ('submitted', 'opened') AND NOT bids_consents_hold(named) THEN
    RAISE EXCEPTION 'a subcontractor it names has not agreed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submitted_with_every_consent';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER bids_guard_seat BEFORE UPDATE OF state, offer_id ON bids_bid
  FOR EACH ROW EXECUTE FUNCTION bids_guard_seat();

-- The same from the other side, asked when it is committed.
CREATE FUNCTION bids_withdrawn_consent_unseats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM bids_bid b JOIN bids_submission s ON s.offer_id = b.offer_id
      JOIN bids_namedconsent n ON n.submission_id = s.id
    WHERE b.id = NEW.bid_id AND b.state = 'submitted' AND n.consent_id = NEW.id
  ) THEN
    RAISE EXCEPTION 'the bid that names it is still submitted' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submitted_with_every_consent';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER bids_withdrawn_consent_unseats AFTER UPDATE ON bids_consentrequest
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.withdrawn_at IS NOT NULL AND OLD.withdrawn_at IS NULL)
  EXECUTE FUNCTION bids_withdrawn_consent_unseats();

CREATE FUNCTION bids_unseating_has_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_receipt r JOIN bids_submission s ON s.offer_id = OLD.offer_id
    WHERE r.bid_id = NEW.id AND r.kind = 'unseated'
      AND r.text::jsonb->>'sequence' = s.sequence::text
  ) THEN
    RAISE EXCEPTION 'a bid that is submitted no more has a receipt of it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'unseating_has_a_receipt';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER bids_unseating_has_receipt AFTER UPDATE ON bids_bid
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.state = 'submitted' AND NEW.state = 'draft')
  EXECUTE FUNCTION bids_unseating_has_receipt();
"""
BACK = """
DROP FUNCTION bids_guard_consent, bids_guard_named, bids_guard_seat,
  bids_withdrawn_consent_unseats, bids_unseating_has_receipt, bids_is_open_for CASCADE;
"""


class Migration(migrations.Migration):
    """What the database itself keeps of consents."""

    dependencies = [("bids", "0030_consents")]
    operations = [
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, BACK),
        *append_only("bids_namedconsent"),
        *append_only("bids_exclusivityanswer"),
    ]
