"""What a subcontractor says of a change shows to itself and to the commissioner alone.

The lead and all others read each page they can reach twice, with the clock standing still: before
the view is given, and after. Not a letter may differ, and for the lead not a query.
"""

import pytest
from django.core.management import call_command
from django.db import connection

from contracts.states import CaseKind
from framework_portal import clock
from framework_portal.notifications.tasks import sweep
from suppliers.states import MemberRole
from tests.contracts.building import named, person_of, signed_contract
from tests.contracts.cases import agreed, heard, raised
from tests.factories import MembershipFactory, OfficerFactory, UserFactory
from tests.journeys.onlooking import Onlooker, admin_addresses, difference, read_for_reports
from tests.journeys.test_voice_leaks import never_the_same_twice, of_contracts, queries_of

pytestmark = pytest.mark.django_db
MARKER = "Marker-View-Phalarope"


def test_nobody_but_the_two_parties_is_told_of_a_view(
    mailoutbox, caplog, django_capture_on_commit_callbacks
):
    at = clock.now()
    contract = signed_contract(2, more=[{"subcontractors": [named()]}])
    with clock.fixed_at(at):
        case = raised(contract, CaseKind.SWITCH, at=at)
        agreed(case, at=at)
    rival = contract.lot.bids.exclude(supplier=contract.supplier).get().supplier
    neighbour = person_of(contract.subcontractors.last())
    rivals = MembershipFactory(supplier=rival, role=MemberRole.OWNER).user
    lead = Onlooker("the lead", "public", "supplier", user=contract.person)
    onlookers = [
        lead,
        Onlooker("who is to come in", "public", "supplier", user=case.incoming),
        Onlooker("another bidder", "public", "supplier", user=rivals),
        Onlooker("another subcontractor", "supplier", user=neighbour),
        Onlooker("another body's officer", "commissioner", user=OfficerFactory().user),
        Onlooker("a stranger", "public"),
    ]
    line = contract.subcontractors.first()
    of = (contract, line, contract.lot, contract.lot.competition, contract.award.bid, case)
    things = [each.reference for each in of]
    for onlooker in onlookers:
        only = never_the_same_twice if onlooker is lead else of_contracts
        onlooker.explore(things, [contract.lot.reference], only)
    assert any(str(case.reference) in address for address in lead.reached)
    call_command("apply_grants", "--create-roles", verbosity=0)

    with clock.fixed_at(at):
        before = {onlooker: onlooker.look() for onlooker in onlookers}
        asked, reports = queries_of(lead), read_for_reports()
        with django_capture_on_commit_callbacks(execute=True):
            views = [heard(case, f"{MARKER} {n}", at=at) for n in (1, 2)]
        after = {onlooker: onlooker.look() for onlooker in onlookers}
        assert queries_of(lead) == asked
        sweep()

    for onlooker in onlookers:
        told = [
            address
            for address, page in before[onlooker].items()
            if difference(page, after[onlooker][address])
        ]
        assert told == [], f"{onlooker.name} sees that there is a view"
    assert read_for_reports() == reports
    hidden = [MARKER, *(str(view.reference) for view in views)]
    assert not [secret for secret in hidden if secret in caplog.text]
    for mail in mailoutbox:
        assert not [secret for secret in hidden if secret in f"{mail.subject}{mail.body}"]
    told = {to for mail in mailoutbox if "has given its view" in mail.subject for to in mail.to}
    assert told == {officer.email for officer in contract.officers}
    administrator = Onlooker("an administrator", user=UserFactory(is_staff=True, is_superuser=True))
    administrator.reached = list(admin_addresses(line.name, rows=1))
    pages = administrator.look().values()
    assert not any(MARKER.encode() in body for _status, _etag, body in pages)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_auditevent WHERE detail_text LIKE %s", [MARKER])
        assert cursor.fetchone() == (0,)

    # And it is there to be found, by the two whom it is for.
    for name, space, user in (
        ("the subcontractor", "supplier", case.affected),
        ("an officer", "commissioner", contract.officers[0]),
    ):
        reader = Onlooker(name, space, user=user)
        reader.explore([case.reference], [], of_contracts)
        read = b"".join(body for _status, _etag, body in reader.look().values())
        assert MARKER.encode() in read, name
