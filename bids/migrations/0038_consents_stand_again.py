from django.db import migrations

# A request that was replaced stays so; but a consent which the version that counts rests on stands
# again, once the bid says again what it said in that version.
GUARD = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'bids_guard_consent');
  held text;
BEGIN
  held := replace(body,
    'OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at)',
    'OR (OLD.superseded_at IS NOT NULL AND NEW.superseded_at IS DISTINCT FROM OLD.superseded_at
         AND NOT (NEW.superseded_at IS NULL AND NEW.answer = ''agreed''
           AND NEW.withdrawn_at IS NULL AND bids_is_open_for(NEW.bid_id) AND EXISTS (
             SELECT 1 FROM bids_namedconsent n
               JOIN bids_submission s ON s.id = n.submission_id
               JOIN bids_bid b ON b.id = s.bid_id AND b.offer_id = s.offer_id
             WHERE n.consent_id = NEW.id AND b.id = NEW.bid_id)))');
  IF held = body THEN
    RAISE EXCEPTION 'bids_guard_consent is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION bids_guard_consent() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';
END $do$;
"""


class Migration(migrations.Migration):
    """Dropping changes brings back the consents of what was submitted."""

    dependencies = [("bids", "0037_named_as")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
