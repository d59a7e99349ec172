from django.db import migrations

from framework_portal.audit.triggers import append_only

GUARDS = """
-- A case is raised under a signed contract, about one of its subcontractors who is still owed
-- something. It stays as it was raised; it is decided once, and an emergency is reviewed once.
CREATE FUNCTION contracts_guard_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  today date := (portal_clock() AT TIME ZONE 'Europe/London')::date;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a case stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_stays';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'raised' OR NOT EXISTS (
      SELECT 1 FROM contracts_contract c
      WHERE c.id = NEW.contract_id AND c.state = 'signed' AND NOT c.is_history
        AND (NEW.replacement_id IS NULL OR NEW.replacement_id <> c.supplier_id)
    ) THEN
      RAISE EXCEPTION 'a case is of a signed contract' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'case_of_a_signed_contract';
    END IF;
    IF NEW.subcontractor_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM contracts_keysubcontractor k JOIN contracts_ledgerentry e
        ON e.subcontractor_id = k.id
      WHERE k.id = NEW.subcontractor_id AND k.contract_id = NEW.contract_id AND NOT e.is_end
        AND e.number = (SELECT max(number) FROM contracts_ledgerentry
                        WHERE subcontractor_id = k.id)
    ) THEN
      RAISE EXCEPTION 'a case is about a line of its contract' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'case_about_a_line_of_its_contract';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.reference, NEW.contract_id, NEW.number, NEW.kind, NEW.subcontractor_id,
      NEW.replacement_id, NEW.what, NEW.why, NEW.effective_on, NEW.emergency, NEW.emergency_facts,
      NEW.raised_at, NEW.raised_by_id, NEW.views_due_on, NEW.decide_by)
     IS DISTINCT FROM
     (OLD.id, OLD.reference, OLD.contract_id, OLD.number, OLD.kind, OLD.subcontractor_id,
      OLD.replacement_id, OLD.what, OLD.why, OLD.effective_on, OLD.emergency, OLD.emergency_facts,
      OLD.raised_at, OLD.raised_by_id, OLD.views_due_on, OLD.decide_by)
     OR OLD.state <> 'raised' AND (
       (NEW.state, NEW.decided_at, NEW.decided_by_id, NEW.reasons, NEW.withdrawn_at,
        NEW.withdrawn_by_id, NEW.before_hearing, NEW.review_due_on)
       IS DISTINCT FROM
       (OLD.state, OLD.decided_at, OLD.decided_by_id, OLD.reasons, OLD.withdrawn_at,
        OLD.withdrawn_by_id, OLD.before_hearing, OLD.review_due_on)
       OR OLD.reviewed_at IS NOT NULL OR NOT OLD.before_hearing)
  THEN
    RAISE EXCEPTION 'a case stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'case_stays';
  END IF;
  IF OLD.state = 'raised' AND NEW.state = 'granted' THEN
    PERFORM contracts_case_may_be_granted(NEW, today);
  END IF;
  IF OLD.reviewed_at IS NULL AND NEW.reviewed_at IS NOT NULL AND NOT (
    OLD.before_hearing AND NEW.reviewed_by_id <> OLD.decided_by_id
    AND (today > OLD.views_due_on
         OR EXISTS (SELECT 1 FROM contracts_affectedview v WHERE v.case_id = OLD.id))
  ) THEN
    RAISE EXCEPTION 'a review hears the subcontractor' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'review_hears_the_affected';
  END IF;
  RETURN NEW;
END $$;

-- Silence is never a consent, and nobody's work is taken before they could speak: but in an
-- emergency, which is then reviewed.
CREATE FUNCTION contracts_case_may_be_granted(granted contracts_changecase, today date)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c WHERE c.id = granted.contract_id AND c.state = 'signed'
  ) THEN
    RAISE EXCEPTION 'a case is of a signed contract' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'case_of_a_signed_contract';
  END IF;
  IF granted.subcontractor_id IS NOT NULL AND NOT granted.before_hearing
     AND today <= granted.views_due_on
     AND NOT EXISTS (SELECT 1 FROM contracts_affectedview v WHERE v.case_id = granted.id)
  THEN
    RAISE EXCEPTION 'the subcontractor has not been heard' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'case_hears_the_affected';
  END IF;
  IF EXISTS (
    SELECT 1 FROM contracts_proposedline l
    WHERE l.case_id = granted.id
      AND (l.party = 'replacement' OR granted.kind = 'change')
      AND COALESCE((SELECT a.answer FROM contracts_proposalanswer a WHERE a.line_id = l.id
                    ORDER BY a.number DESC LIMIT 1), '') <> 'agreed'
  ) THEN
    RAISE EXCEPTION 'the terms are not agreed' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'case_has_the_consents';
  END IF;
END $$;

CREATE TRIGGER contracts_guard_case BEFORE INSERT OR UPDATE OR DELETE ON contracts_changecase
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_case();

-- At the end of the transaction: a case has its proposed terms from the first, and a granted one
-- is in the ledger.
CREATE FUNCTION contracts_check_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lines int := (SELECT count(*) FROM contracts_proposedline l WHERE l.case_id = NEW.id);
BEGIN
  IF lines <> (CASE NEW.kind WHEN 'switch' THEN 2 ELSE 1 END) THEN
    RAISE EXCEPTION 'a case proposes terms' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'case_proposes_terms';
  END IF;
  IF NEW.state = 'granted' AND lines <> (
    SELECT count(*) FROM contracts_ledgerentry e WHERE e.case_id = NEW.id
  ) THEN
    RAISE EXCEPTION 'a granted case is carried out' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'granted_case_is_carried_out';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER contracts_check_case AFTER INSERT OR UPDATE ON contracts_changecase
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION contracts_check_case();

-- What is proposed fits what is asked: less is less in everything, and an end is nothing at all.
CREATE FUNCTION contracts_guard_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c contracts_changecase%ROWTYPE;
  held contracts_ledgerentry%ROWTYPE;
  fits boolean;
BEGIN
  SELECT * INTO c FROM contracts_changecase WHERE id = NEW.case_id;
  IF NEW.party = 'replacement' THEN
    fits := c.kind IN ('add', 'switch') AND NOT NEW.is_end;
  ELSE
    SELECT * INTO held FROM contracts_ledgerentry e
      WHERE e.subcontractor_id = c.subcontractor_id ORDER BY e.number DESC LIMIT 1;
    fits := c.kind <> 'add' AND NEW.is_end = (c.kind IN ('switch', 'end'))
      AND NEW.name = (SELECT k.name FROM contracts_keysubcontractor k
                      WHERE k.id = c.subcontractor_id);
    IF c.kind = 'reduce' THEN
      fits := fits AND (NEW.role, NEW.payment_days, NEW.starts_on, NEW.relied_on)
          IS NOT DISTINCT FROM (held.role, held.payment_days, held.starts_on, held.relied_on)
        AND NEW.categories <@ held.categories AND NEW.areas <@ held.areas
        AND (NEW.share_percent IS NOT DISTINCT FROM held.share_percent
             OR NEW.share_percent <= held.share_percent)
        AND (NEW.share_pounds IS NOT DISTINCT FROM held.share_pounds
             OR NEW.share_pounds <= held.share_pounds)
        AND (NEW.volume_per_quarter IS NOT DISTINCT FROM held.volume_per_quarter
             OR NEW.volume_per_quarter <= held.volume_per_quarter);
    ELSIF NEW.is_end THEN
      fits := fits AND COALESCE(NEW.share_percent, 0) = 0 AND COALESCE(NEW.share_pounds, 0) = 0
        AND COALESCE(NEW.volume_per_quarter, 0) = 0;
    END IF;
  END IF;
  IF c.state <> 'raised' OR fits IS NOT TRUE THEN
    RAISE EXCEPTION 'the proposed terms do not fit the case' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'proposal_fits_its_case';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_proposal BEFORE INSERT ON contracts_proposedline
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_proposal();

-- Who answers for an organisation belongs to it, and the case is not decided. The share lock
-- makes an answer and a decision come one after the other.
CREATE FUNCTION contracts_guard_case_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM contracts_changecase c JOIN contracts_proposedline l ON l.case_id = c.id
    WHERE l.id = NEW.line_id FOR SHARE OF c;
  IF NOT EXISTS (
    SELECT 1 FROM contracts_proposedline l JOIN contracts_changecase c ON c.id = l.case_id
      LEFT JOIN contracts_keysubcontractor k ON k.id = c.subcontractor_id
      JOIN suppliers_membership m ON m.user_id = NEW.answered_by_id AND m.role IN ('owner', 'editor')
        AND m.supplier_id = CASE l.party WHEN 'replacement' THEN c.replacement_id
                                         ELSE k.supplier_id END
    WHERE l.id = NEW.line_id AND c.state = 'raised'
      AND (l.party = 'replacement' OR c.kind IN ('change', 'reduce'))
  ) OR NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM contracts_proposalanswer a
    WHERE a.line_id = NEW.line_id AND a.number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'answered by the organisation itself' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'answer_is_its_own';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_case_answer BEFORE INSERT ON contracts_proposalanswer
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_case_answer();

CREATE FUNCTION contracts_guard_view() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM contracts_changecase c WHERE c.id = NEW.case_id FOR SHARE;
  IF NOT EXISTS (
    SELECT 1 FROM contracts_changecase c
      JOIN contracts_keysubcontractor k ON k.id = c.subcontractor_id
      JOIN suppliers_membership m ON m.supplier_id = k.supplier_id
        AND m.user_id = NEW.given_by_id AND m.role IN ('owner', 'editor')
    WHERE c.id = NEW.case_id
      AND (c.state = 'raised' OR c.before_hearing AND c.reviewed_at IS NULL)
  ) THEN
    RAISE EXCEPTION 'a view is the own word of the affected' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'view_is_its_own';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contracts_guard_view BEFORE INSERT ON contracts_affectedview
  FOR EACH ROW EXECUTE FUNCTION contracts_guard_view();

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
      AND c.replacement_id = NEW.supplier_id AND l.name = NEW.name
      AND c.decided_at = NEW.added_at
  ) THEN
    RAISE EXCEPTION 'named in the bid or by a granted case' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'subcontractor_comes_from_the_bid';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION contracts_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c contracts_contract%ROWTYPE;
BEGIN
  SELECT contract.* INTO c FROM contracts_keysubcontractor k
    JOIN contracts_contract contract ON contract.id = k.contract_id
    WHERE k.id = NEW.subcontractor_id;
  IF NEW.basis = 'bid' AND NOT (NOT c.is_history AND c.state = 'draft' AND c.made_at = NEW.made_at)
     OR NEW.basis = 'history' AND NOT c.is_history
     OR NEW.basis = 'case' AND NOT contracts_case_says(NEW, c.id)
  THEN
    RAISE EXCEPTION 'the ledger begins with the bid' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_entry_has_its_basis';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM contracts_ledgerentry e
    WHERE e.subcontractor_id = NEW.subcontractor_id AND e.number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'a ledger has no gap' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_has_no_gap';
  END IF;
  RETURN NEW;
END $$;

-- Whether a granted case of this contract proposed exactly this entry, and its consent with it.
CREATE FUNCTION contracts_case_says(entry contracts_ledgerentry, contract bigint)
RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (
    SELECT 1 FROM contracts_changecase c
      JOIN contracts_keysubcontractor k ON k.id = entry.subcontractor_id
      JOIN contracts_proposedline l ON l.case_id = c.id
        AND (l.party = 'affected' AND c.subcontractor_id = k.id
             OR l.party = 'replacement' AND k.case_id = c.id)
    WHERE c.id = entry.case_id AND c.contract_id = contract AND c.state = 'granted'
      AND c.decided_at = entry.made_at
      AND (l.role, l.categories, l.areas, l.share_percent, l.share_pounds, l.volume_per_quarter,
           l.payment_days, l.starts_on, l.relied_on, l.is_end)
          IS NOT DISTINCT FROM
          (entry.role, entry.categories, entry.areas, entry.share_percent, entry.share_pounds,
           entry.volume_per_quarter, entry.payment_days, entry.starts_on, entry.relied_on,
           entry.is_end)
      AND entry.in_force_from
          = GREATEST(c.effective_on, (c.decided_at AT TIME ZONE 'Europe/London')::date)
      AND entry.consent IS NOT DISTINCT FROM (
        SELECT a.signed FROM contracts_proposalanswer a WHERE a.line_id = l.id
        ORDER BY a.number DESC LIMIT 1)
  )
$$;
"""

UNDO = """
DROP FUNCTION contracts_case_says(contracts_ledgerentry, bigint) CASCADE;
CREATE OR REPLACE FUNCTION contracts_guard_subcontractor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM contracts_contract c
    WHERE c.id = NEW.contract_id
      AND (c.is_history OR c.state = 'draft' AND c.made_at = NEW.added_at)
  ) THEN
    RAISE EXCEPTION 'named in the bid or not at all' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'subcontractor_comes_from_the_bid';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION contracts_guard_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  c contracts_contract%ROWTYPE;
BEGIN
  SELECT contract.* INTO c FROM contracts_keysubcontractor k
    JOIN contracts_contract contract ON contract.id = k.contract_id
    WHERE k.id = NEW.subcontractor_id;
  IF NEW.basis = 'bid' AND NOT (NOT c.is_history AND c.state = 'draft' AND c.made_at = NEW.made_at)
     OR NEW.basis = 'history' AND NOT c.is_history
  THEN
    RAISE EXCEPTION 'the ledger begins with the bid' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_entry_has_its_basis';
  END IF;
  IF NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM contracts_ledgerentry e
    WHERE e.subcontractor_id = NEW.subcontractor_id AND e.number = NEW.number - 1
  ) THEN
    RAISE EXCEPTION 'a ledger has no gap' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'ledger_has_no_gap';
  END IF;
  RETURN NEW;
END $$;

DROP FUNCTION contracts_guard_view CASCADE;
DROP FUNCTION contracts_guard_case_answer CASCADE;
DROP FUNCTION contracts_guard_proposal CASCADE;
DROP FUNCTION contracts_check_case CASCADE;
DROP FUNCTION contracts_guard_case CASCADE;
DROP FUNCTION contracts_case_may_be_granted CASCADE;
"""


class Migration(migrations.Migration):
    """What must always be true of requested changes, and that the ledger changes by them alone."""

    dependencies = [("contracts", "0012_change_cases"), ("suppliers", "__first__")]

    operations = [
        *append_only("contracts_proposedline"),
        *append_only("contracts_proposalanswer"),
        *append_only("contracts_affectedview"),
        migrations.RunSQL(GUARDS, UNDO),
    ]
