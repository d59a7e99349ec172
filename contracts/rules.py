"""Who may do what with a contract and its supply chain."""

import rules

from contracts.models import Contract
from framework_portal.reference.rules import is_integrity_officer
from suppliers.rules import edits_for, reads_for


@rules.predicate
def leads(user, contract):
    """Belongs to the contract's lead."""
    return contract is not None and reads_for(user, contract.supplier)


@rules.predicate
def edits_as_lead(user, contract):
    return contract is not None and edits_for(user, contract.supplier)


@rules.predicate
def runs_contract(user, contract):
    """Acts for the buying body, everywhere or in all the areas of the competition's lots."""
    if contract is None or not user.is_authenticated:
        return False
    return Contract.objects.run_by(user).filter(pk=contract.pk).exists()


@rules.predicate
def is_independent(user, contract):
    """Is none of the lead's own people: nobody judges their own case."""
    return contract is not None and not reads_for(user, contract.supplier)


@rules.predicate
def decides_line(user, subcontractor):
    """Runs the contract, and belongs neither to its lead nor to the subcontractor."""
    if subcontractor is None or reads_for(user, subcontractor.supplier):
        return False
    contract = subcontractor.contract
    return is_independent(user, contract) and runs_contract(user, contract)


@rules.predicate
def is_named(user, subcontractor):
    """Belongs to the subcontractor itself."""
    return subcontractor is not None and reads_for(user, subcontractor.supplier)


@rules.predicate
def edits_as_subcontractor(user, subcontractor):
    """For the subcontractor alone: its word is not the lead's to give."""
    if subcontractor is None or not edits_for(user, subcontractor.supplier):
        return False
    return is_independent(user, subcontractor.contract)


@rules.predicate
def asks_for_case(user, case):
    return case is not None and edits_for(user, case.contract.supplier)


@rules.predicate
def edits_as_affected(user, case):
    """For the subcontractor whom the change is about: not the lead, and not the commissioner."""
    if case is None or case.subcontractor is None:
        return False
    is_theirs = edits_for(user, case.subcontractor.supplier)
    return is_theirs and is_independent(user, case.contract)


@rules.predicate
def answers_for_line(user, line):
    """For the organisation whose terms are proposed, and not for the lead that proposes them."""
    if line is None or not edits_for(user, line.organisation):
        return False
    return is_independent(user, line.case.contract)


@rules.predicate
def decides_case(user, case):
    """Runs the contract, and belongs neither to the lead nor to whom the change is about."""
    if case is None or not is_independent(user, case.contract):
        return False
    affected = case.subcontractor and case.subcontractor.supplier
    if reads_for(user, affected) or reads_for(user, case.replacement):
        return False
    return runs_contract(user, case.contract)


rules.add_perm("contracts.use_integrity_pages", is_integrity_officer)
# These are asked of a contract.
rules.add_perm("contracts.read_contract", leads | runs_contract)
rules.add_perm("contracts.manage_contract", runs_contract)
rules.add_perm("contracts.decide_contract", runs_contract & is_independent)
rules.add_perm("contracts.act_as_lead", edits_as_lead)
# These are asked of a key subcontractor.
rules.add_perm("contracts.read_own_line", is_named)
rules.add_perm("contracts.decide_line", decides_line)
rules.add_perm("contracts.act_as_subcontractor", edits_as_subcontractor)
# These are asked of a requested change.
rules.add_perm("contracts.withdraw_case", asks_for_case)
rules.add_perm("contracts.invite_newcomer", asks_for_case)
rules.add_perm("contracts.give_view", edits_as_affected)
rules.add_perm("contracts.decide_case", decides_case)
# This one of a proposed line.
rules.add_perm("contracts.answer_terms", answers_for_line)
