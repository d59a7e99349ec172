from django.db import migrations

GUARD = """
-- An acceptance closes the lines of its year: none of them may be disputed and unsettled by then.
-- Whoever disputes or settles a line holds on to the report first, so none comes in between.
CREATE FUNCTION contracts_guard_acceptance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM contracts_quarterline l JOIN contracts_quarterreturn q ON q.id = l.quarter_id
    WHERE q.contract_id = NEW.contract_id AND q.year = NEW.year AND l.state = 'disputed'
  ) THEN
    RAISE EXCEPTION 'a line of the year is disputed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'accepted_without_open_disputes';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_acceptance BEFORE UPDATE OF state ON contracts_supplychainreport
  FOR EACH ROW WHEN (NEW.state = 'accepted' AND OLD.state <> 'accepted')
  EXECUTE FUNCTION contracts_guard_acceptance();
"""


class Migration(migrations.Migration):
    """No acceptance of an annual report buries a dispute."""

    dependencies = [("contracts", "0029_heard_in_full")]
    operations = [migrations.RunSQL(GUARD, "DROP FUNCTION contracts_guard_acceptance CASCADE")]
