from django.db import migrations

GUARD = """
-- What settles a finding without a person: that a subcontract of the same line was signed.
CREATE FUNCTION contracts_guard_settling_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind <> 'not_signed' OR NOT EXISTS (
    SELECT 1 FROM contracts_subcontractstatement s
      JOIN contracts_keysubcontractor k ON k.id = s.subcontractor_id
    WHERE s.id = NEW.settled_by_statement_id AND s.subcontractor_id = NEW.subcontractor_id
      AND s.signed_on IS NOT NULL
      AND s.party = CASE WHEN k.supplier_id IS NULL THEN 'lead' ELSE 'subcontractor' END
  ) THEN
    RAISE EXCEPTION 'settled by a signature that counts' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'chain_finding_settled_by_its_signature';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_settling_statement BEFORE UPDATE ON contracts_chainfinding
  FOR EACH ROW WHEN (NEW.settled_by_statement_id IS NOT NULL)
  EXECUTE FUNCTION contracts_guard_settling_statement();
"""


class Migration(migrations.Migration):
    """Only a signature that counts settles a finding by itself."""

    dependencies = [("contracts", "0020_findings_settled_by_a_signature")]

    operations = [
        migrations.RunSQL(GUARD, "DROP FUNCTION contracts_guard_settling_statement CASCADE")
    ]
