from django.db import migrations

GUARDS = """
CREATE OR REPLACE FUNCTION contracts_guard_signing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  announced date;
BEGIN
  IF OLD.state = 'draft' AND NEW.state = 'signed' AND NOT NEW.is_history THEN
    SELECT a.announced_on INTO announced FROM bids_award a WHERE a.id = NEW.award_id;
    IF contracts_working_days(announced, NEW.signed_on - 1) <
       (SELECT COALESCE(max(p.working_days), 0) FROM reference_period p WHERE p.slug = 'standstill')
    THEN
      RAISE EXCEPTION 'signed within the standstill' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'contract_signed_after_standstill';
    END IF;
    -- The chain is read with the day that is stored: it stays as it is in this statement.
    IF NEW.chain_signs_by IS DISTINCT FROM OLD.chain_signs_by OR
       contracts_chain_unsettled(NEW.id, (NEW.signed_at AT TIME ZONE 'Europe/London')::date) > 0
    THEN
      RAISE EXCEPTION 'a subcontractor relied on has not signed' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'contract_signed_with_its_chain';
    END IF;
  END IF;
  -- What ended has ended, and what was signed was.
  IF OLD.state = 'terminated' AND NOT OLD.is_history AND
     (NEW.state, NEW.terminated_on, NEW.terminated_at, NEW.terminated_by_id,
      NEW.terminated_because, NEW.signed_on)
     IS DISTINCT FROM
     (OLD.state, OLD.terminated_on, OLD.terminated_at, OLD.terminated_by_id,
      OLD.terminated_because, OLD.signed_on)
  THEN
    RAISE EXCEPTION 'an ended contract stays so' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_stays_terminated';
  END IF;
  -- The price is the bid's.
  IF OLD.signed_on IS NULL AND OLD.value IS NOT NULL AND NEW.value IS DISTINCT FROM OLD.value
     AND NOT NEW.is_history
  THEN
    RAISE EXCEPTION 'the value is the price of the bid' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_keeps_the_price';
  END IF;
  RETURN NEW;
END $$;
"""

UNDO = """
CREATE OR REPLACE FUNCTION contracts_guard_signing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  announced date;
BEGIN
  IF OLD.state = 'draft' AND NEW.state = 'signed' AND NOT NEW.is_history THEN
    SELECT a.announced_on INTO announced FROM bids_award a WHERE a.id = NEW.award_id;
    IF contracts_working_days(announced, NEW.signed_on - 1) <
       (SELECT COALESCE(max(p.working_days), 0) FROM reference_period p WHERE p.slug = 'standstill')
    THEN
      RAISE EXCEPTION 'signed within the standstill' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'contract_signed_after_standstill';
    END IF;
    IF contracts_chain_unsettled(NEW.id, (NEW.signed_at AT TIME ZONE 'Europe/London')::date) > 0
    THEN
      RAISE EXCEPTION 'a subcontractor relied on has not signed' USING
        ERRCODE = 'check_violation', CONSTRAINT = 'contract_signed_with_its_chain';
    END IF;
  END IF;
  -- What ended has ended, and what was signed was.
  IF OLD.state = 'terminated' AND NOT OLD.is_history AND
     (NEW.state, NEW.terminated_on, NEW.terminated_at, NEW.terminated_by_id,
      NEW.terminated_because, NEW.signed_on)
     IS DISTINCT FROM
     (OLD.state, OLD.terminated_on, OLD.terminated_at, OLD.terminated_by_id,
      OLD.terminated_because, OLD.signed_on)
  THEN
    RAISE EXCEPTION 'an ended contract stays so' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_stays_terminated';
  END IF;
  -- The price is the bid's.
  IF OLD.signed_on IS NULL AND OLD.value IS NOT NULL AND NEW.value IS DISTINCT FROM OLD.value
     AND NOT NEW.is_history
  THEN
    RAISE EXCEPTION 'the value is the price of the bid' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'contract_keeps_the_price';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """A signing leaves the day by which the chain signs as it is."""

    dependencies = [("contracts", "0015_voice_of_bids_guards")]

    operations = [migrations.RunSQL(GUARDS, UNDO)]
