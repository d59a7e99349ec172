"""What is said in confidence, for the tests."""

from contracts.actions.voice import report_in_confidence
from framework_portal import clock
from framework_portal.reference.models import Period
from framework_portal.reference.states import OfficerRole
from suppliers.states import MemberRole
from tests.contracts.building import signed_contract
from tests.factories import MembershipFactory, OfficerFactory

WORDS = "Marker-Words-Whinchat"


def periods():
    """The lengths of time that a report needs."""
    for slug, length in (
        ("confidential-answer", {"working_days": 20}),
        ("retaliation-watch", {"days": 184}),
        ("confidential-figures", {"days": 91}),
    ):
        Period.objects.get_or_create(slug=slug, defaults={"name": slug, **length})


def listener(contract, **fields):
    """An integrity officer of the contract's body."""
    body = contract.commissioner
    return OfficerFactory(commissioner=body, role=OfficerRole.INTEGRITY, **fields).user


def line_of(contract, place=1):
    """A named subcontractor, `.person` an owner of it."""
    line = contract.subcontractors.get(position=place)
    line.person = MembershipFactory(supplier=line.supplier, role=MemberRole.OWNER).user
    return line


def reported(line=None, *, by=None, kind="late_pay", words=WORDS, only_author=True, at=None):
    """A confidential report of `line`, of a contract of its own unless one is given."""
    periods()
    line = line or line_of(signed_contract())
    return report_in_confidence(
        subcontractor=line,
        kind=kind,
        words=words,
        only_author=only_author,
        by=by or line.person,
        at=at or clock.now(),
    )
