from django.db import migrations

# Who comes in is not part of what was raised any more: an invited organisation is known later.
STAYS = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'contracts_guard_case');
  held text;
BEGIN
  held := replace(replace(body, 'NEW.replacement_id, NEW.what', 'NEW.what'),
                  'OLD.replacement_id, OLD.what', 'OLD.what');
  IF length(held) <> length(body) - length('NEW.replacement_id, OLD.replacement_id, ') THEN
    RAISE EXCEPTION 'contracts_guard_case is not what it was';
  END IF;
  EXECUTE 'CREATE OR REPLACE FUNCTION contracts_guard_case() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || held || '$guard$';
END $do$;
"""
STAYED = """
DO $do$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = 'contracts_guard_case');
BEGIN
  EXECUTE 'CREATE OR REPLACE FUNCTION contracts_guard_case() RETURNS trigger LANGUAGE plpgsql'
    ' AS $guard$' || replace(replace(body, 'NEW.subcontractor_id,\n      NEW.what',
      'NEW.subcontractor_id,\n      NEW.replacement_id, NEW.what'),
      'OLD.subcontractor_id,\n      OLD.what',
      'OLD.subcontractor_id,\n      OLD.replacement_id, OLD.what') || '$guard$';
END $do$;
"""
GUARDS = """
-- Who comes in is named with the case, or by taking up its invitation while the case waits: once,
-- and only by the organisation that took it up. A new link goes to the same address.
CREATE FUNCTION contracts_guard_newcomer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  fits boolean;
BEGIN
  IF TG_OP = 'INSERT' THEN
    fits := NEW.invitation_id IS NULL OR NEW.replacement_id IS NULL
      AND contracts_is_open_invitation(NEW.invitation_id, NEW.contract_id);
  ELSIF (NEW.replacement_id, NEW.invitation_id, NEW.claimed_at)
        IS NOT DISTINCT FROM (OLD.replacement_id, OLD.invitation_id, OLD.claimed_at) THEN
    RETURN NEW;
  ELSIF OLD.state <> 'raised' OR NEW.state <> 'raised' OR OLD.replacement_id IS NOT NULL THEN
    RAISE EXCEPTION 'a case stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_stays';
  ELSIF NEW.replacement_id IS NULL THEN
    fits := contracts_is_open_invitation(NEW.invitation_id, NEW.contract_id)
      AND (SELECT count(DISTINCT lower(email)) = 1 FROM suppliers_organisationinvitation
           WHERE id IN (OLD.invitation_id, NEW.invitation_id));
  ELSE
    fits := NEW.invitation_id = OLD.invitation_id AND EXISTS (
      SELECT 1 FROM suppliers_organisationinvitation i
      WHERE i.id = NEW.invitation_id AND i.accepted_for_id = NEW.replacement_id);
  END IF;
  IF fits IS NOT TRUE THEN
    RAISE EXCEPTION 'who comes in took up the invitation' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'newcomer_took_up_its_invitation';
  END IF;
  RETURN NEW;
END $$;

-- Whether the lead of the contract sent it, and nobody has answered it or called it off.
CREATE FUNCTION contracts_is_open_invitation(wanted bigint, contract bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM suppliers_organisationinvitation i
      JOIN contracts_contract c ON c.supplier_id = i.inviter_id
    WHERE i.id = wanted AND c.id = contract AND i.accepted_at IS NULL AND i.cancelled_at IS NULL)
$$;

CREATE TRIGGER contracts_guard_newcomer BEFORE INSERT OR UPDATE ON contracts_changecase
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_newcomer();
"""
UNDO = """
DROP FUNCTION contracts_guard_newcomer CASCADE;
DROP FUNCTION contracts_is_open_invitation;
"""


class Migration(migrations.Migration):
    """What the database itself keeps of organisations that are invited into a chain."""

    dependencies = [("contracts", "0025_invited_newcomers")]
    operations = [migrations.RunSQL(STAYS, STAYED), migrations.RunSQL(GUARDS, UNDO)]
