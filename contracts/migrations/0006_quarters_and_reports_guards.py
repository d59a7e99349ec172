from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change

QUARTERS = """
-- A return is of a contract that was signed, and is sent once, after its quarter.
CREATE FUNCTION contracts_guard_quarter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (
      SELECT 1 FROM contracts_contract c
      WHERE c.id = NEW.contract_id AND NOT c.is_history AND c.signed_on IS NOT NULL
    ) THEN
      RAISE EXCEPTION 'quarters are of signed contracts' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'quarter_of_a_signed_contract';
    END IF;
  ELSIF (NEW.reference, NEW.contract_id, NEW.number, NEW.year, NEW.starts_on)
     IS DISTINCT FROM (OLD.reference, OLD.contract_id, OLD.number, OLD.year, OLD.starts_on)
     OR OLD.sent_at IS NOT NULL AND (NEW.sent_at, NEW.sent_by_id, NEW.due_on)
     IS DISTINCT FROM (OLD.sent_at, OLD.sent_by_id, OLD.due_on)
  THEN
    RAISE EXCEPTION 'a return stays what it is of, and sent' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'quarter_keeps_its_place';
  END IF;
  IF NEW.sent_at IS NOT NULL AND
     (NEW.sent_at AT TIME ZONE 'Europe/London')::date < (NEW.starts_on + interval '3 months')::date
  THEN
    RAISE EXCEPTION 'a quarter is sent after its end' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'quarter_sent_after_its_end';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_quarter BEFORE INSERT OR UPDATE ON contracts_quarterreturn
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_quarter();

-- What the lead was paid, as it said it last.
CREATE FUNCTION contracts_check_income() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  q contracts_quarterreturn%ROWTYPE;
BEGIN
  SELECT * INTO q FROM contracts_quarterreturn
    WHERE id = CASE TG_TABLE_NAME WHEN 'contracts_quarterreturn' THEN NEW.id
      ELSE (to_jsonb(NEW)->>'quarter_id')::bigint END;
  IF q.income_pounds IS DISTINCT FROM (
    SELECT i.pounds FROM contracts_incomeversion i WHERE i.quarter_id = q.id
    ORDER BY i.number DESC LIMIT 1
  ) THEN
    RAISE EXCEPTION 'the income is the one stated last' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'quarter_income_is_as_stated';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contracts_check_income AFTER INSERT OR UPDATE
  ON contracts_quarterreturn DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION contracts_check_income();
CREATE CONSTRAINT TRIGGER contracts_check_income AFTER INSERT
  ON contracts_incomeversion DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION contracts_check_income();
"""

LINES = """
-- A line is of a subcontractor of the return's own contract and stays so; while a report of its
-- year is signed the lead states nothing new, and once it is accepted nothing changes at all.
CREATE FUNCTION contracts_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  standing text;
BEGIN
  IF NEW.subcontractor_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM contracts_quarterreturn q
      JOIN contracts_keysubcontractor k ON k.contract_id = q.contract_id
    WHERE q.id = NEW.quarter_id AND k.id = NEW.subcontractor_id
  ) THEN
    RAISE EXCEPTION 'a subcontractor of another contract' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'line_of_the_same_contract';
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.reference, NEW.quarter_id, NEW.subcontractor_id, NEW.name)
     IS DISTINCT FROM (OLD.reference, OLD.quarter_id, OLD.subcontractor_id, OLD.name)
  THEN
    RAISE EXCEPTION 'a line stays whose it is' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'line_keeps_its_place';
  END IF;
  SELECT r.state INTO standing FROM contracts_supplychainreport r
    JOIN contracts_quarterreturn q ON q.contract_id = r.contract_id AND q.year = r.year
    WHERE q.id = NEW.quarter_id;
  IF standing = 'accepted' OR standing = 'signed' AND (TG_OP = 'INSERT' OR NEW.number <> OLD.number)
  THEN
    RAISE EXCEPTION 'the report of the year stands' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'line_of_a_reported_year';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_line BEFORE INSERT OR UPDATE ON contracts_quarterline
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_line();

CREATE TRIGGER refuse_delete_line BEFORE DELETE ON contracts_quarterline
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A subcontractor answers the version that holds, and a settlement ends a dispute about it.
CREATE FUNCTION contracts_guard_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_lineversion v JOIN contracts_quarterline l ON l.id = v.line_id
    WHERE v.id = NEW.version_id AND l.number = v.number AND l.subcontractor_id IS NOT NULL
      AND v.answer_due_on IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'the line says something else now' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'answer_to_what_is_stated';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_answer BEFORE INSERT ON contracts_lineanswer
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_answer();

CREATE FUNCTION contracts_guard_settlement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_lineanswer a JOIN contracts_lineversion v ON v.id = a.version_id
      JOIN contracts_quarterline l ON l.id = v.line_id
    WHERE a.id = NEW.answer_id AND NOT a.confirms AND l.number = v.number
  ) THEN
    RAISE EXCEPTION 'nothing is disputed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'settlement_of_a_dispute';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_settlement BEFORE INSERT ON contracts_linesettlement
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_settlement();

-- What a line says is what its newest version, the answer to it and the settlement come to.
CREATE FUNCTION contracts_check_line_of(line bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  l contracts_quarterline%ROWTYPE;
  v contracts_lineversion%ROWTYPE;
  a contracts_lineanswer%ROWTYPE;
  s contracts_linesettlement%ROWTYPE;
  expected text;
  of_answer boolean;
BEGIN
  SELECT * INTO l FROM contracts_quarterline WHERE id = line;
  SELECT * INTO v FROM contracts_lineversion WHERE line_id = line ORDER BY number DESC LIMIT 1;
  SELECT * INTO a FROM contracts_lineanswer WHERE version_id = v.id;
  SELECT * INTO s FROM contracts_linesettlement WHERE answer_id = a.id;
  expected := CASE
    WHEN v.answer_due_on IS NULL THEN 'not_asked'
    WHEN s.id IS NOT NULL THEN 'settled'
    WHEN a.id IS NULL THEN 'asked'
    WHEN a.confirms THEN 'confirmed'
    ELSE 'disputed' END;
  of_answer := s.id IS NOT NULL AND s.ruling = 'subcontractor';
  IF v.id IS NULL OR l.number <> v.number OR l.state <> expected
    OR (l.referrals, l.pounds, l.payments, l.paid_late, l.days_to_pay) IS DISTINCT FROM
       (CASE WHEN of_answer THEN a.referrals ELSE v.referrals END,
        CASE WHEN of_answer THEN a.pounds ELSE v.pounds END,
        CASE WHEN of_answer THEN a.payments ELSE v.payments END,
        CASE WHEN of_answer THEN a.paid_late ELSE v.paid_late END,
        CASE WHEN of_answer THEN a.days_to_pay ELSE v.days_to_pay END)
  THEN
    RAISE EXCEPTION 'a line says what was stated, answered and settled'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'line_is_as_stated_and_answered';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM contracts_quarterreturn q WHERE q.id = l.quarter_id AND q.sent_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'lines are of returns that were sent' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'line_of_a_sent_quarter';
  END IF;
END $$;

CREATE FUNCTION contracts_check_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM contracts_check_line_of(CASE TG_TABLE_NAME
    WHEN 'contracts_quarterline' THEN NEW.id
    WHEN 'contracts_lineversion' THEN (to_jsonb(NEW)->>'line_id')::bigint
    WHEN 'contracts_lineanswer' THEN (
      SELECT v.line_id FROM contracts_lineversion v
      WHERE v.id = (to_jsonb(NEW)->>'version_id')::bigint)
    ELSE (
      SELECT v.line_id FROM contracts_lineversion v
        JOIN contracts_lineanswer a ON a.version_id = v.id
      WHERE a.id = (to_jsonb(NEW)->>'answer_id')::bigint) END);
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contracts_check_line AFTER INSERT OR UPDATE ON contracts_quarterline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_line();
CREATE CONSTRAINT TRIGGER contracts_check_line AFTER INSERT ON contracts_lineversion
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_line();
CREATE CONSTRAINT TRIGGER contracts_check_line AFTER INSERT ON contracts_lineanswer
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_line();
CREATE CONSTRAINT TRIGGER contracts_check_line AFTER INSERT ON contracts_linesettlement
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_line();
"""

REPORTS = """
-- A report stays of its year; it moves as the lead and the commissioner move it, and an accepted
-- one does not move at all.
CREATE FUNCTION contracts_guard_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.signing_id IS NOT NULL THEN
      RAISE EXCEPTION 'a report begins unsigned' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'report_begins_unsigned';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.reference, NEW.contract_id, NEW.year) IS DISTINCT FROM
     (OLD.reference, OLD.contract_id, OLD.year) OR OLD.state = 'accepted'
  THEN
    RAISE EXCEPTION 'a report keeps its place' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_keeps_its_place';
  END IF;
  IF NEW.state <> OLD.state AND NOT (
    OLD.state IN ('draft', 'returned') AND NEW.state = 'signed'
      AND NEW.signing_id IS DISTINCT FROM OLD.signing_id
    OR OLD.state = 'signed' AND NEW.state = 'draft'
    OR OLD.state = 'signed' AND NEW.state IN ('accepted', 'returned')
      AND NEW.signing_id = OLD.signing_id AND EXISTS (
        SELECT 1 FROM contracts_reportdecision d
        WHERE d.signing_id = NEW.signing_id AND d.accepted = (NEW.state = 'accepted')
          AND d.decided_at = NEW.decided_at AND d.decided_by_id = NEW.decided_by_id
      )
  ) THEN
    RAISE EXCEPTION 'no such move of a report' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_moves_by_its_states';
  END IF;
  IF NEW.signing_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM contracts_reportsigning s WHERE s.id = NEW.signing_id
      AND s.report_id = NEW.id AND s.signed_at = NEW.signed_at AND s.signed_by_id = NEW.signed_by_id
  ) THEN
    RAISE EXCEPTION 'a signing of another report' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_has_its_own_signing';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_report BEFORE INSERT OR UPDATE ON contracts_supplychainreport
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_report();

-- Sums over the confirmed lines of a year, for each subcontractor that has any.
CREATE FUNCTION contracts_confirmed_of(contract bigint, of_year integer)
RETURNS TABLE (subcontractor_id bigint, referrals bigint, pounds numeric, payments bigint,
               paid_late bigint, lines bigint)
LANGUAGE sql STABLE AS $$
  SELECT l.subcontractor_id, sum(l.referrals), sum(l.pounds), sum(l.payments), sum(l.paid_late),
         count(*)
  FROM contracts_quarterline l JOIN contracts_quarterreturn q ON q.id = l.quarter_id
  WHERE q.contract_id = contract AND q.year = of_year AND l.state IN ('confirmed', 'settled')
  GROUP BY l.subcontractor_id
$$;

-- While a report is signed or accepted its rows are the sums of the confirmed lines, and its totals
-- the sums of its rows.
CREATE FUNCTION contracts_check_report_of(report bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  r contracts_supplychainreport%ROWTYPE;
  s contracts_reportsigning%ROWTYPE;
BEGIN
  SELECT * INTO r FROM contracts_supplychainreport WHERE id = report;
  IF r.state NOT IN ('signed', 'accepted') THEN
    RETURN;
  END IF;
  SELECT * INTO s FROM contracts_reportsigning WHERE id = r.signing_id;
  IF EXISTS (
    SELECT 1 FROM contracts_confirmed_of(r.contract_id, r.year) c
      FULL JOIN (SELECT * FROM contracts_reportrow WHERE signing_id = s.id) row
        ON row.subcontractor_id = c.subcontractor_id
    WHERE (COALESCE(c.referrals, 0), COALESCE(c.pounds, 0), COALESCE(c.payments, 0),
           COALESCE(c.paid_late, 0), COALESCE(c.lines, 0))
      IS DISTINCT FROM (row.referrals, row.pounds, row.payments, row.paid_late, row.lines)
  ) OR (s.referrals, s.pounds, s.payments, s.paid_late, s.lines, s.income_pounds)
    IS DISTINCT FROM (
      SELECT COALESCE(sum(c.referrals), 0), COALESCE(sum(c.pounds), 0),
             COALESCE(sum(c.payments), 0), COALESCE(sum(c.paid_late), 0),
             COALESCE(sum(c.lines), 0),
             (SELECT COALESCE(sum(q.income_pounds), 0) FROM contracts_quarterreturn q
              WHERE q.contract_id = r.contract_id AND q.year = r.year)
      FROM contracts_confirmed_of(r.contract_id, r.year) c)
  THEN
    RAISE EXCEPTION 'a report is the sum of its confirmed lines' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_is_the_sum_of_its_lines';
  END IF;
END $$;

CREATE FUNCTION contracts_check_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'contracts_supplychainreport' THEN
    PERFORM contracts_check_report_of(NEW.id);
  ELSIF TG_TABLE_NAME = 'contracts_reportrow' THEN
    PERFORM contracts_check_report_of(s.report_id) FROM contracts_reportsigning s
      WHERE s.id = (to_jsonb(NEW)->>'signing_id')::bigint;
  ELSE
    PERFORM contracts_check_report_of(r.id) FROM contracts_supplychainreport r
      JOIN contracts_quarterreturn q ON q.contract_id = r.contract_id AND q.year = r.year
      WHERE r.state IN ('signed', 'accepted') AND q.id = CASE TG_TABLE_NAME
        WHEN 'contracts_quarterreturn' THEN NEW.id
        ELSE (to_jsonb(NEW)->>'quarter_id')::bigint END;
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contracts_check_report AFTER INSERT OR UPDATE
  ON contracts_supplychainreport DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION contracts_check_report();
CREATE CONSTRAINT TRIGGER contracts_check_report AFTER INSERT ON contracts_reportrow
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_report();
CREATE CONSTRAINT TRIGGER contracts_check_report AFTER INSERT OR UPDATE ON contracts_quarterline
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_report();
CREATE CONSTRAINT TRIGGER contracts_check_report AFTER INSERT OR UPDATE ON contracts_quarterreturn
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_report();
"""

UNDO = """
DROP FUNCTION contracts_check_report CASCADE;
DROP FUNCTION contracts_check_report_of CASCADE;
DROP FUNCTION contracts_confirmed_of CASCADE;
DROP FUNCTION contracts_guard_report CASCADE;
DROP FUNCTION contracts_check_line CASCADE;
DROP FUNCTION contracts_check_line_of CASCADE;
DROP FUNCTION contracts_guard_settlement CASCADE;
DROP FUNCTION contracts_guard_answer CASCADE;
DROP TRIGGER refuse_delete_line ON contracts_quarterline;
DROP FUNCTION contracts_guard_line CASCADE;
DROP FUNCTION contracts_check_income CASCADE;
DROP FUNCTION contracts_guard_quarter CASCADE;
"""


class Migration(migrations.Migration):
    """What must always be true of quarters, their lines and the reports made from them."""

    dependencies = [("contracts", "0005_quarters_and_reports")]

    operations = [
        *append_only("contracts_incomeversion"),
        *append_only("contracts_lineversion"),
        *append_only("contracts_lineanswer"),
        *append_only("contracts_linesettlement"),
        *append_only("contracts_reportsigning"),
        *append_only("contracts_reportrow"),
        *append_only("contracts_reportdecision"),
        migrations.RunSQL(QUARTERS + LINES + REPORTS, UNDO),
        # A report is published by its acceptance, with its rows; see also the register.
        *marks_public_change("contracts_supplychainreport", when="{row}.state = 'accepted'"),
    ]
