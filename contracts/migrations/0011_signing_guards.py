from django.db import migrations

from framework_portal.audit.triggers import append_only

GUARDS = """
-- Relied on, and neither signed nor decided about: how many such lines a contract has on a day.
-- Before its date a line is waited for; a direction sets a new date; the word of an organisation
-- with an account is its own, of any other the lead's.
CREATE FUNCTION contracts_chain_unsettled(contract bigint, today date) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT count(*)
  FROM contracts_keysubcontractor k
    JOIN contracts_contract c ON c.id = k.contract_id
    JOIN LATERAL (
      SELECT e.relied_on, e.is_end FROM contracts_ledgerentry e
      WHERE e.subcontractor_id = k.id ORDER BY e.number DESC LIMIT 1
    ) entry ON entry.relied_on AND NOT entry.is_end
    LEFT JOIN LATERAL (
      SELECT s.signed_on FROM contracts_subcontractstatement s
      WHERE s.subcontractor_id = k.id
        AND s.party = CASE WHEN k.supplier_id IS NULL THEN 'lead' ELSE 'subcontractor' END
      ORDER BY s.id DESC LIMIT 1
    ) word ON true
    LEFT JOIN LATERAL (
      SELECT d.move, d.due_on FROM contracts_chaindecision d
      WHERE d.subcontractor_id = k.id ORDER BY d.id DESC LIMIT 1
    ) decision ON true
  WHERE k.contract_id = $1 AND word.signed_on IS NULL
    AND COALESCE(decision.move, 'direct') IN ('direct', 'refuse')
    AND COALESCE(decision.due_on, c.chain_signs_by, '-infinity') < $2
$$;

-- How many working days lie from one day up to another, both counted.
CREATE FUNCTION contracts_working_days(first date, last date) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM generate_series($1::timestamp, $2::timestamp, '1 day') AS day
  WHERE extract(isodow FROM day) < 6
    AND NOT EXISTS (SELECT 1 FROM reference_holiday h WHERE h."on" = day::date)
$$;

CREATE FUNCTION contracts_guard_signing() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER contracts_guard_until_signed BEFORE UPDATE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_signing();

-- Procurement Act 2023 s.72: of whom the lead relies on; refusal, or another, after a direction
-- that was not followed.
CREATE FUNCTION contracts_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  state text;
  relied_on boolean;
BEGIN
  SELECT c.state, NOT c.is_history AND entry.relied_on AND NOT entry.is_end
    INTO state, relied_on
    FROM contracts_keysubcontractor k
      JOIN contracts_contract c ON c.id = k.contract_id
      JOIN LATERAL (
        SELECT e.relied_on, e.is_end FROM contracts_ledgerentry e
        WHERE e.subcontractor_id = k.id ORDER BY e.number DESC LIMIT 1
      ) entry ON true
    WHERE k.id = NEW.subcontractor_id;
  IF relied_on IS NOT TRUE OR state = 'terminated'
     OR state <> 'draft' AND NEW.move IN ('without', 'refuse')
  THEN
    RAISE EXCEPTION 'a decision about a subcontractor relied on' USING
      ERRCODE = 'check_violation', CONSTRAINT = 'chain_decision_of_who_is_relied_on';
  END IF;
  IF NEW.move IN ('another', 'refuse') AND NOT EXISTS (
    SELECT 1 FROM contracts_chaindecision d
    WHERE d.subcontractor_id = NEW.subcontractor_id AND d.move = 'direct'
      AND d.due_on < (NEW.decided_at AT TIME ZONE 'Europe/London')::date
  ) THEN
    RAISE EXCEPTION 'no direction was failed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'chain_decision_after_a_direction';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_decision BEFORE INSERT ON contracts_chaindecision
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_decision();

-- Nobody speaks for an organisation that has no account, and none has signed tomorrow.
CREATE FUNCTION contracts_guard_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.signed_on > (NEW.said_at AT TIME ZONE 'Europe/London')::date
     OR NEW.party = 'subcontractor' AND EXISTS (
       SELECT 1 FROM contracts_keysubcontractor k
       WHERE k.id = NEW.subcontractor_id AND k.supplier_id IS NULL)
  THEN
    RAISE EXCEPTION 'a statement of who can know' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'subcontract_statement_of_who_can_know';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_statement BEFORE INSERT ON contracts_subcontractstatement
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_statement();
"""

UNDO = """
DROP TRIGGER contracts_guard_statement ON contracts_subcontractstatement;
DROP FUNCTION contracts_guard_statement();
DROP TRIGGER contracts_guard_decision ON contracts_chaindecision;
DROP FUNCTION contracts_guard_decision();
DROP TRIGGER contracts_guard_until_signed ON contracts_contract;
DROP FUNCTION contracts_guard_signing();
DROP FUNCTION contracts_working_days(date, date);
DROP FUNCTION contracts_chain_unsettled(bigint, date);
"""


class Migration(migrations.Migration):
    """When a contract may be signed, and what may be decided of its chain."""

    dependencies = [("contracts", "0010_signing")]

    operations = [
        *append_only("contracts_subcontractstatement"),
        *append_only("contracts_chaindecision"),
        *append_only("contracts_terminationnotice"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
