from django.db import migrations

GUARDS = """
-- What was agreed, stated and reported stays: nobody is paid by a contract that never was.
CREATE FUNCTION contracts_keeps_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % refused: its rows stay', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_stays';
END $$;

CREATE TRIGGER keeps_rows BEFORE DELETE ON contracts_contract
  FOR EACH ROW EXECUTE FUNCTION contracts_keeps_rows();
CREATE TRIGGER keeps_rows BEFORE DELETE ON contracts_quarterreturn
  FOR EACH ROW EXECUTE FUNCTION contracts_keeps_rows();
CREATE TRIGGER keeps_rows BEFORE DELETE ON contracts_supplychainreport
  FOR EACH ROW EXECUTE FUNCTION contracts_keeps_rows();
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0018_dates_within_reason")]

    operations = [
        migrations.RunSQL(GUARDS, "DROP FUNCTION contracts_keeps_rows CASCADE"),
    ]
