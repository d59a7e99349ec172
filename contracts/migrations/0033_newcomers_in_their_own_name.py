from django.db import migrations

BY_CASE = """
-- Named in the bid, in the public record, or brought in by a granted case.
CREATE OR REPLACE FUNCTION contracts_guard_subcontractor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c
    WHERE c.id = NEW.contract_id AND NEW.case_id IS NULL
      AND (c.is_history OR c.state = 'draft' AND c.made_at = NEW.added_at)
  ) AND NOT EXISTS (
    SELECT 1 FROM contracts_changecase c
      JOIN contracts_proposedline l ON l.case_id = c.id AND l.party = 'replacement'
    WHERE c.id = NEW.case_id AND c.contract_id = NEW.contract_id AND c.state = 'granted'
      AND c.replacement_id = NEW.supplier_id AND l.name = {name}
      AND c.decided_at = NEW.added_at
  ) THEN
    RAISE EXCEPTION 'named in the bid or by a granted case' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'subcontractor_comes_from_the_bid';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    """Whoever is invited agrees in its own name: what the case calls it may be another."""

    dependencies = [
        ("contracts", "0032_keeps_tables"),
    ]

    operations = [
        migrations.RunSQL(
            BY_CASE.replace("{name}", "coalesce(nullif(NEW.named_as, ''), NEW.name)"),
            BY_CASE.replace("{name}", "NEW.name"),
        ),
    ]
