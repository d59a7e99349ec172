from django.db import migrations

# As in 0012_receipt_guards, and the receipt names the envelope of the price where there is one.
GUARD = """
CREATE OR REPLACE FUNCTION bids_submission_has_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM bids_receipt r LEFT JOIN sealing_sealedoffer price ON price.id = NEW.price_offer_id
    WHERE r.submission_id = NEW.id
      AND r.text::jsonb #>> '{price,envelope_hash}' IS NOT DISTINCT FROM price.envelope_hash
      AND r.text::jsonb #>> '{price,commitment}' IS NOT DISTINCT FROM price.digest
  ) THEN
    RAISE EXCEPTION 'a submission has a receipt' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'submission_has_a_receipt';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    """A receipt leaves nothing out of what was taken in."""

    dependencies = [("bids", "0023_standby_guards")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
