from django.db import migrations

# Figures are of signed contracts and stay as they were sent. A line and an income hold on to the
# report of their year until they are committed, so that nobody signs or accepts it in between.
GUARDS = """
CREATE OR REPLACE FUNCTION contracts_guard_quarter() RETURNS trigger LANGUAGE plpgsql AS $$
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
  IF TG_OP = 'UPDATE' AND NEW.income_pounds IS DISTINCT FROM OLD.income_pounds THEN
    PERFORM 1 FROM contracts_supplychainreport r
      WHERE r.contract_id = NEW.contract_id AND r.year = NEW.year FOR SHARE;
    IF EXISTS (
      SELECT 1 FROM contracts_supplychainreport r
      WHERE r.contract_id = NEW.contract_id AND r.year = NEW.year
        AND r.state IN ('signed', 'accepted')
    ) THEN
      RAISE EXCEPTION 'the report of the year stands' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'income_of_a_reported_year';
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION contracts_guard_line() RETURNS trigger LANGUAGE plpgsql AS $$
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
    WHERE q.id = NEW.quarter_id
    FOR SHARE OF r;
  IF standing = 'accepted' OR standing = 'signed' AND (TG_OP = 'INSERT' OR NEW.number <> OLD.number)
  THEN
    RAISE EXCEPTION 'the report of the year stands' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'line_of_a_reported_year';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION contracts_check_report_of(report bigint) RETURNS void LANGUAGE plpgsql AS $$
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
      FULL JOIN (SELECT * FROM contracts_reportrow WHERE signing_id = s.id) said
        ON said.subcontractor_id = c.subcontractor_id
    WHERE (COALESCE(c.referrals, 0), COALESCE(c.pounds, 0), COALESCE(c.payments, 0),
           COALESCE(c.paid_late, 0), COALESCE(c.lines, 0))
      IS DISTINCT FROM (said.referrals, said.pounds, said.payments, said.paid_late, said.lines)
  ) OR EXISTS (
    SELECT 1 FROM (
      SELECT COALESCE(sum(c.referrals), 0) AS referrals, COALESCE(sum(c.pounds), 0) AS pounds,
             COALESCE(sum(c.payments), 0) AS payments, COALESCE(sum(c.paid_late), 0) AS paid_late,
             COALESCE(sum(c.lines), 0) AS lines
      FROM contracts_confirmed_of(r.contract_id, r.year) c
    ) total, (
      SELECT COALESCE(sum(q.income_pounds), 0) AS pounds FROM contracts_quarterreturn q
      WHERE q.contract_id = r.contract_id AND q.year = r.year
    ) income
    WHERE (s.referrals, s.pounds, s.payments, s.paid_late, s.lines, s.income_pounds)
      IS DISTINCT FROM (total.referrals, total.pounds, total.payments, total.paid_late,
                        total.lines, income.pounds)
  )
  THEN
    RAISE EXCEPTION 'a report is the sum of its confirmed lines' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'report_is_the_sum_of_its_lines';
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    """Lines, incomes and signatures of one year come one after the other."""

    dependencies = [("contracts", "0008_voice_guards")]

    operations = [migrations.RunSQL(GUARDS, migrations.RunSQL.noop)]
