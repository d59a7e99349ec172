from django.db import migrations

GUARD = """
-- An award falls with its contract alone: one that was refused unsigned, by a decision that is kept.
CREATE FUNCTION contracts_guard_refused_award() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c
      JOIN contracts_keysubcontractor k ON k.contract_id = c.id
      JOIN contracts_chaindecision d ON d.subcontractor_id = k.id AND d.move = 'refuse'
    WHERE c.award_id = NEW.id AND c.state = 'terminated' AND c.signed_on IS NULL
  ) THEN
    RAISE EXCEPTION 'an award falls with its contract' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'award_refused_with_its_contract';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_refused_award BEFORE UPDATE OF state ON bids_award
  FOR EACH ROW WHEN (NEW.state = 'refused' AND OLD.state <> 'refused')
  EXECUTE FUNCTION contracts_guard_refused_award();
"""


class Migration(migrations.Migration):
    """No award is called refused whose contract was not."""

    dependencies = [("contracts", "0023_refusals_let_awards_fall")]
    operations = [migrations.RunSQL(GUARD, "DROP FUNCTION contracts_guard_refused_award CASCADE")]
