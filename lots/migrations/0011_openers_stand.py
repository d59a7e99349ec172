from django.db import migrations

from framework_portal.audit.triggers import append_only

WHAT_MUST_HOLD = """
-- Openers are chosen in the draft, and their keys made in the act of publishing. Afterwards the
-- private half is gone: nobody can be added, and nobody exchanged.
CREATE FUNCTION lots_guard_opener() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
  IF TG_OP <> 'INSERT' THEN before := OLD.competition_id; END IF;
  IF TG_OP <> 'DELETE' THEN after := NEW.competition_id; END IF;
  IF NOT lots_is_draft(before) OR NOT lots_is_draft(after) THEN
    RAISE EXCEPTION 'openers stand still once the competition is published'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'openers_stand';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_opener BEFORE INSERT OR UPDATE OR DELETE ON lots_opener
  FOR EACH ROW EXECUTE FUNCTION lots_guard_opener();

CREATE FUNCTION lots_guard_sealing_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT lots_is_draft(NEW.competition_id) THEN
    RAISE EXCEPTION 'keys are made by publishing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'sealing_keys_stand';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_sealing_key BEFORE INSERT ON lots_sealingkey
  FOR EACH ROW EXECUTE FUNCTION lots_guard_sealing_key();

CREATE FUNCTION lots_guard_key_share() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE key lots_sealingkey; opener lots_opener; opener_key lots_openerkey;
BEGIN
  SELECT * INTO key FROM lots_sealingkey WHERE id = NEW.key_id;
  SELECT * INTO opener FROM lots_opener WHERE id = NEW.opener_id;
  SELECT * INTO opener_key FROM lots_openerkey WHERE id = NEW.opener_key_id;
  IF NOT lots_is_draft(key.competition_id) THEN
    RAISE EXCEPTION 'keys are split by publishing' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'key_shares_stand';
  END IF;
  IF opener.competition_id <> key.competition_id OR opener_key.user_id <> opener.user_id THEN
    RAISE EXCEPTION 'the share is of another competition or person'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'key_share_fits_its_opener';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_key_share BEFORE INSERT ON lots_keyshare
  FOR EACH ROW EXECUTE FUNCTION lots_guard_key_share();

-- An opener's key is retired, once; nothing else of it changes.
CREATE FUNCTION lots_guard_opener_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.retired_at IS NOT NULL OR NEW.retired_at IS NULL
     OR NEW.reference <> OLD.reference OR NEW.user_id <> OLD.user_id
     OR NEW.public_key <> OLD.public_key OR NEW.wrapped_key <> OLD.wrapped_key
     OR NEW.made_at <> OLD.made_at THEN
    RAISE EXCEPTION 'the key of an opener stays as it was made' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'opener_key_stays';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_opener_key BEFORE UPDATE OR DELETE ON lots_openerkey
  FOR EACH ROW EXECUTE FUNCTION lots_guard_opener_key();

-- The database writes down when a passphrase was proven; no caller can.
CREATE FUNCTION lots_stamp_proof() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.proven_at := portal_clock();
  RETURN NEW;
END $$;

CREATE TRIGGER lots_stamp_proof BEFORE INSERT ON lots_openerproof
  FOR EACH ROW EXECUTE FUNCTION lots_stamp_proof();

-- Nothing is published that bids could not be sealed to, or that three people could not open.
CREATE FUNCTION lots_guard_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.is_history THEN
    RETURN NEW;
  END IF;
  IF OLD.state <> 'draft' AND NEW.price_after_quality <> OLD.price_after_quality THEN
    RAISE EXCEPTION 'when price is opened stands still once it is published'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'competition_published_terms_stand';
  END IF;
  IF OLD.state <> 'draft' OR NEW.state <> 'published' THEN
    RETURN NEW;
  END IF;
  IF (SELECT count(*) FROM lots_opener WHERE competition_id = NEW.id) < 3 THEN
    RAISE EXCEPTION 'three officers or more open the bids' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_has_three_openers';
  END IF;
  IF (SELECT array_agg(part::text ORDER BY part) FROM lots_sealingkey
      WHERE competition_id = NEW.id)
     IS DISTINCT FROM (CASE WHEN NEW.price_after_quality
       THEN ARRAY['price', 'quality', 'rehearsal'] ELSE ARRAY['rehearsal', 'whole'] END) THEN
    RAISE EXCEPTION 'there is no key to seal bids to' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_has_its_keys';
  END IF;
  IF EXISTS (
    SELECT 1 FROM lots_sealingkey k CROSS JOIN lots_opener o
    WHERE k.competition_id = NEW.id AND o.competition_id = NEW.id
      AND NOT EXISTS (SELECT 1 FROM lots_keyshare s WHERE s.key_id = k.id AND s.opener_id = o.id)
  ) THEN
    RAISE EXCEPTION 'an opener has no share of a key' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'competition_keys_are_split';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER lots_guard_publication BEFORE UPDATE ON lots_competition
  FOR EACH ROW EXECUTE FUNCTION lots_guard_publication();
"""


class Migration(migrations.Migration):
    """What the database itself keeps of openers and of the keys they share."""

    dependencies = [("lots", "0010_opening_keys")]
    operations = [
        migrations.RunSQL(
            WHAT_MUST_HOLD,
            "DROP FUNCTION lots_guard_opener, lots_guard_sealing_key, lots_guard_key_share,"
            " lots_guard_opener_key, lots_stamp_proof, lots_guard_publication CASCADE",
        ),
        *append_only("lots_openerproof"),
        *append_only("lots_sealingkey"),
        *append_only("lots_keyshare"),
    ]
