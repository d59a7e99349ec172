from django.db import migrations

# As in 0012_receipt_guards, but the leaves are compared as sets: with one search of the array for
# each receipt, a log of tens of thousands took longer than a statement may.
GUARD = """
CREATE OR REPLACE FUNCTION bids_guard_log_head() RETURNS trigger LANGUAGE plpgsql AS $$
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
    (SELECT r.leaf::text FROM bids_receipt r WHERE r.competition_id = NEW.competition_id
     UNION ALL SELECT encode(sha256('\\x00'::bytea || convert_to(NEW.blinding, 'UTF8')), 'hex'))
    EXCEPT ALL SELECT jsonb_array_elements_text(NEW.leaves)
  ) OR EXISTS (
    SELECT jsonb_array_elements_text(NEW.leaves) EXCEPT ALL
    (SELECT r.leaf::text FROM bids_receipt r WHERE r.competition_id = NEW.competition_id
     UNION ALL SELECT encode(sha256('\\x00'::bytea || convert_to(NEW.blinding, 'UTF8')), 'hex'))
  ) THEN
    RAISE EXCEPTION 'the head leaves a receipt out, or holds what is none'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'log_head_holds_every_receipt';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """The head of a log is published however many receipts there are."""

    dependencies = [("bids", "0024_receipts_of_prices")]
    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
