"""Requested changes as leads make them, for the tests of what comes after."""

from datetime import date
from decimal import Decimal

from contracts.actions.case_answers import answer_terms, give_view
from contracts.actions.case_inviting import claim_for
from contracts.actions.cases import raise_case
from contracts.models import LedgerEntry
from contracts.states import BRINGS_IN, CaseKind, CaseParty, Emergency, TermsAnswer
from framework_portal import clock
from suppliers.actions.inviting import take_up
from tests.contracts.building import person_of
from tests.factories import MembershipFactory, SupplierFactory

TERMS = {
    "role": "Housing advice",
    "share_percent": Decimal("10.00"),
    "volume_per_quarter": 12,
    "payment_days": 20,
}
OF_KIND = {
    CaseKind.ADD: TERMS,
    CaseKind.SWITCH: TERMS,
    CaseKind.REDUCE: {"share_percent": Decimal("5.00"), "volume_per_quarter": 8},
    CaseKind.END: {},
    CaseKind.CHANGE: {"payment_days": 14},
}


def raised(contract, kind=CaseKind.END, *, line=None, replacement=None, terms=None, **given):
    """A request of the lead; `.affected` and `.incoming` are people of the two organisations."""
    if kind != CaseKind.ADD and line is None:
        line = contract.subcontractors.first()
    if kind in BRINGS_IN and replacement is None:
        replacement = SupplierFactory()
    if given.get("emergency", Emergency.NONE) != Emergency.NONE:
        given.setdefault("emergency_facts", "The police were called")
    case = raise_case(
        contract=contract,
        kind=kind,
        subcontractor=line,
        replacement=replacement,
        terms=OF_KIND[kind] if terms is None else terms,
        what=given.pop("what", "Please change it"),
        why=given.pop("why", "It is needed"),
        effective_on=given.pop("effective_on", date(2027, 6, 1)),
        by=given.pop("by", contract.person),
        at=given.pop("at", None) or clock.now(),
        **given,
    )
    case.affected = person_of(line) if line and kind != CaseKind.ADD else None
    case.incoming = MembershipFactory(supplier=replacement).user if kind in BRINGS_IN else None
    return case


def invited(contract, kind=CaseKind.ADD, *, email="sal@harbour.example", line=None, **given):
    """A request of the lead to bring in an organisation that it invites at `email`."""
    if kind != CaseKind.ADD and line is None:
        line = contract.subcontractors.first()
    case = raise_case(
        contract=contract,
        kind=kind,
        subcontractor=line,
        name=given.pop("name", "Harbour Steps"),
        email=email,
        terms=given.pop("terms", TERMS),
        what="Please bring it in",
        why="It is needed",
        effective_on=date(2027, 6, 1),
        by=contract.person,
        at=given.pop("at", None) or clock.now(),
    )
    case.affected = person_of(line) if line else None
    return case


def taken_up(case, supplier=None, *, at=None):
    """The link of `case` is answered for `supplier`, a new one unless it is given.

    `.incoming` is who did it. Gives what was refused when the case was to be claimed.
    """
    at = at or clock.now()
    supplier = supplier or SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    take_up(invitation=case.invitation, supplier=supplier, by=person, at=at)
    not_claimed = claim_for(by=person, at=at)
    case.refresh_from_db()
    case.incoming = person
    return not_claimed


def agreed(case, party=CaseParty.REPLACEMENT, *, answer=TermsAnswer.AGREED, at=None):
    """The organisation says yes to the terms that are proposed for it."""
    line = case.lines.get(party=party)
    by = case.incoming if party == CaseParty.REPLACEMENT else case.affected
    return answer_terms(line=line, answer=answer, by=by, at=at or clock.now())


def heard(case, words="We are needed here", *, at=None, says_all=True):
    """The affected subcontractor gives its view, and says that it is all."""
    at = at or clock.now()
    return give_view(case=case, words=words, by=case.affected, at=at, says_all=says_all)


def ledger(contract):
    """What each subcontractor is owed now: name → (share, volume, days, whether it ended)."""
    current = LedgerEntry.objects.current().filter(subcontractor__contract=contract)
    return {
        entry.subcontractor.name: (
            entry.share_percent,
            entry.volume_per_quarter,
            entry.payment_days,
            entry.is_end,
        )
        for entry in current.select_related("subcontractor")
    }
