"""The pages of a requested change: each audience its own part, and nobody another's."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from contracts.actions.case_decisions import decide_case
from contracts.models import AffectedView, ChangeCase
from contracts.states import CaseKind, CaseParty, CaseState, Emergency
from framework_portal import clock
from framework_portal.notifications.models import Message
from suppliers.states import MemberRole
from tests.contracts.building import person_of, signed_contract
from tests.contracts.cases import agreed, heard, raised
from tests.contracts.test_cases import contract_of_two
from tests.factories import MembershipFactory, OfficerFactory, QualificationFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MARKER = "Zebrafinch"


def pages(*names, **kwargs):
    return [reverse(name, kwargs=kwargs) for name in names]


def lead_pages(case):
    """Every page that a lead has of a contract and of its cases."""
    contract = case.contract
    found = pages("supplier:case", "supplier:case_withdraw", reference=case.reference)
    found += pages(
        "supplier:contract",
        "supplier:case_list",
        "supplier:case_start",
        reference=contract.reference,
    )
    for kind in CaseKind:
        for name in ("case_ask", "case_whom", "case_newcomer"):
            found += pages(f"supplier:{name}", reference=contract.reference, kind=kind.value)
    return found + pages(
        "supplier:contract_list", "supplier:dashboard", "supplier:subcontract_list"
    )


def every_page(case, user):
    """Every address of the portal that takes nothing, or a reference that a case has."""
    references = {case.reference, case.contract.reference, case.contract.lot.reference}
    references |= {line.reference for line in case.contract.subcontractors.all()}
    references |= set(case.views.values_list("reference", flat=True))
    for namespace in ("public", "supplier", "commissioner", "assessor", "integrity"):
        names = get_resolver().namespace_dict[namespace][1].reverse_dict
        for name in {name for name in names if isinstance(name, str)}:
            try:
                yield reverse(f"{namespace}:{name}")
            except Exception:
                for reference in references:
                    try:
                        yield reverse(f"{namespace}:{name}", kwargs={"reference": reference})
                    except Exception:
                        break


def answers(client, addresses):
    """What each address answers: (status, the body without what differs by request)."""
    return {address: client.get(address, follow=False) for address in addresses}


@pytest.mark.parametrize("state", ["raised", "granted", "refused", "reviewable"])
def test_no_page_of_the_lead_holds_the_view_or_tells_that_there_is_one(state):
    contract = contract_of_two()
    urgent = {"emergency": Emergency.SAFETY} if state == "reviewable" else {}
    case = raised(contract, CaseKind.SWITCH, **urgent)
    agreed(case)
    lead = sign_in(Client(), contract.person)
    silent = {}

    def look():
        return {
            address: answer.content.decode(errors="replace").replace(_token(answer), "")
            for address, answer in answers(lead, set(every_page(case, contract.person))).items()
            if answer.status_code == 200
            and not answer.streaming
            # Files tell when they were made; journeys/test_view_leaks.py reads them too.
            and answer["Content-Type"].startswith("text/html")
        }

    if state == "raised":
        look()  # some pages remember that they were looked at
        silent = look()
    if state == "reviewable":
        decided(case, contract)
    mails = Message.objects.filter(to=contract.person.email).count()
    heard(case, f"{MARKER}: they never paid us")
    heard(case, f"{MARKER}: nor did they call")
    assert Message.objects.filter(to=contract.person.email).count() == mails
    if state in ("granted", "refused"):
        decided(case, contract, grant=state == "granted")

    seen = look()

    assert set(lead_pages(case)[:1]) <= set(seen)
    assert [address for address, body in seen.items() if MARKER in body] == []
    if state == "raised":  # not a letter of any page is different for it
        differs = [
            address for address in silent if _steady(silent[address]) != _steady(seen[address])
        ]
        assert differs == []
    # And it is there to be found.
    officer = sign_in(Client(), contract.officers[0])
    page = reverse("commissioner:case", args=[case.reference])
    assert officer.get(page).content.decode().count(MARKER) == 2


def decided(case, contract, *, grant=True):
    return decide_case(
        case=case, grant=grant, reasons="We looked at it", by=contract.officers[0], at=clock.now()
    )


def _token(answer):
    return str(answer.context["csrf_token"]) if answer.context else "\0"


def _steady(body):
    """Without what is new in every page: tokens, nonces and the seconds of a clock."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)
    return re.sub(r'(nonce|data-now|data-at|data-seconds|content)="[^"]*"', "", body)


def test_every_door_is_shut_to_the_others():
    contract, other = contract_of_two(), signed_contract(1)
    case = raised(contract, CaseKind.SWITCH)
    neighbour = person_of(contract.subcontractors.last())
    people = {
        "lead": contract.person,
        "affected": case.affected,
        "incoming": case.incoming,
        "officer": contract.officers[0],
        "neighbour": neighbour,
        "other lead": other.person,
        "other officer": OfficerFactory().user,
    }
    doors = {
        "supplier:case": {"lead"},
        "supplier:case_withdraw": {"lead"},
        "supplier:asked_change": {"affected", "incoming"},
        "supplier:asked_terms": {"incoming"},
        "commissioner:case": {"officer"},
        "commissioner:case_decide": {"officer"},
    }

    for name, let_in in doors.items():
        page = reverse(name, args=[case.reference])
        for who, person in people.items():
            status = sign_in(Client(), person).get(page).status_code
            wanted = {200} if who in let_in else {403, 404}
            assert status in wanted, (name, who, status)
    for name in ("supplier:case_list", "supplier:case_start"):
        page = reverse(name, args=[contract.reference])
        for who, person in people.items():
            status = sign_in(Client(), person).get(page).status_code
            assert (status == 200) == (who == "lead"), (name, who, status)


def test_an_officer_of_the_lead_is_let_in_by_neither_door():
    contract = contract_of_two()
    case = raised(contract)
    officer = contract.officers[0]
    MembershipFactory(supplier=contract.supplier, user=officer)
    Message.objects.all().delete()

    heard(case, MARKER)

    for page in ("commissioner:case", "commissioner:case_decide"):
        answer = sign_in(Client(), officer).get(reverse(page, args=[case.reference]))
        assert answer.status_code == 404
    queue = sign_in(Client(), officer).get(reverse("commissioner:case_queue"))
    assert "Small Steps" not in queue.content.decode()
    assert not AffectedView.objects.visible_to(officer).exists()
    told = Message.objects.values_list("to", flat=True)
    assert list(told) == [contract.officers[1].email]


def test_a_newcomer_reads_its_terms_and_nothing_of_the_other():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH, why="They are too slow", what="Replace them")
    agreed(case)
    heard(case, MARKER)
    decided(case, contract, grant=False)

    shown = sign_in(Client(), case.incoming).get(
        reverse("supplier:asked_change", args=[case.reference])
    )

    body = shown.content.decode()
    assert "10%" in body and "Housing advice" in body
    for secret in ("Small Steps", "Old Friends", "too slow", "Replace them", MARKER, "We looked"):
        assert secret not in body, secret


def test_a_newcomer_does_not_read_that_it_was_an_emergency():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH, emergency=Emergency.SAFETY)
    agreed(case)
    assert decided(case, contract).before_hearing
    page = reverse("supplier:asked_change", args=[case.reference])

    newcomer = sign_in(Client(), case.incoming).get(page).content.decode()
    affected = sign_in(Client(), case.affected).get(page).content.decode()

    assert "granted the change" in newcomer and "as an emergency" not in newcomer
    assert "granted the change as an emergency" in affected


def test_the_affected_reads_the_request_and_its_own_line_alone():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH, replacement=SupplierFactory(name="New Door"))

    client = sign_in(Client(), case.affected)
    page = reverse("supplier:asked_change", args=[case.reference])
    body = client.get(page).content.decode()

    assert "Please change it" in body and "It is needed" in body and "1 June 2027" in body
    for secret in ("New Door", "Housing advice", "Old Friends"):
        assert secret not in body, secret
    empty = client.post(page, {"words": " "}).content.decode()
    assert "Write what you think of the change" in empty
    assert "That is all we want to say. It may be decided now" in empty
    ticked = {"words": MARKER, "says_all": "on"}
    done = client.post(page, ticked, follow=True).content.decode()
    view = AffectedView.objects.get()
    assert MARKER in done and (view.given_by, view.says_all) == (case.affected, True)
    decided(case, contract, grant=False)
    late = client.post(page, {"words": "One thing more"}).content.decode()
    assert "This change is decided" in late and AffectedView.objects.count() == 1


def test_who_belongs_to_the_lead_too_reads_no_view_but_their_own():
    contract = contract_of_two()
    case = raised(contract)
    both = MembershipFactory(supplier=case.subcontractor.supplier).user
    first, case.affected = case.affected, both
    heard(case, "I wrote this")
    MembershipFactory(supplier=contract.supplier, user=both)  # from here on of the lead too
    case.affected = first
    heard(case, f"{MARKER}: they never paid us")

    page = reverse("supplier:asked_change", args=[case.reference])
    shown = sign_in(Client(), both).get(page).content.decode()
    own = sign_in(Client(), case.affected).get(page).content.decode()

    assert "Please change it" in shown and MARKER not in shown
    assert MARKER in own
    assert [view.words for view in AffectedView.objects.visible_to(both)] == ["I wrote this"]


def test_a_reader_of_the_organisation_reads_and_does_not_write():
    contract = contract_of_two()
    case = raised(contract)
    reader = MembershipFactory(supplier=case.subcontractor.supplier, role=MemberRole.READER).user
    client = sign_in(Client(), reader)
    page = reverse("supplier:asked_change", args=[case.reference])

    assert "An owner or editor" in client.get(page).content.decode()
    assert client.post(page, {"words": "We are glad"}).status_code == 404
    assert not AffectedView.objects.exists()


def test_a_lead_asks_page_by_page():
    contract = contract_of_two()
    line = contract.subcontractors.first()
    new = QualificationFactory(supplier__name="New Door").supplier
    client = sign_in(Client(), contract.person)
    base = reverse("supplier:case_start", args=[contract.reference])

    first = client.post(base, {"kind": "switch"})
    second = client.post(first.url, {"line": str(line.reference)})
    found = client.post(second.url, {"name": "New"}).content.decode()
    third = client.post(second.url, {"name": "New", "newcomer": str(new.reference)})
    shown = client.get(third.url).content.decode()
    typed = {
        "role": "Mentoring",
        "share_percent": "20",
        "volume_per_quarter": "30",
        "payment_days": "30",
        "what": "Put New Door in its place",
        "why": "It closes",
        "effective_on_0": "1",
        "effective_on_1": "6",
        "effective_on_2": "2027",
        "effective_on_day": "1",
        "effective_on_month": "6",
        "effective_on_year": "2027",
        "emergency": "none",
    }
    wrong = client.post(third.url, typed | {"payment_days": "31", "why": ""}).content.decode()
    check = client.post(third.url, typed | {"save": "Continue"}).content.decode()
    far = typed | {"effective_on_2": "9203", "effective_on_year": "9203"}
    far = client.post(third.url, far | {"send": "send"}).content.decode()
    assert not ChangeCase.objects.exists()
    sent = client.post(third.url, typed | {"send": "send"}, follow=True)

    assert "New Door" in found and "Small Steps" in shown
    assert "Say why you ask for it" in wrong
    assert "must be 31 December 2100 or earlier" in far
    assert "Check your request" in check and "1 June 2027" in check and "It closes" in check
    case = ChangeCase.objects.get()
    assert (case.kind, case.subcontractor, case.replacement) == (CaseKind.SWITCH, line, new)
    assert case.lines.get(party=CaseParty.REPLACEMENT).share_percent == 20
    assert sent.redirect_chain[0][0] == reverse("supplier:case", args=[case.reference])
    again = client.post(third.url, typed | {"send": "send"})
    assert ChangeCase.objects.count() == 1 and again.status_code == 302


def test_an_officer_decides_on_what_the_page_said():
    contract = contract_of_two()
    case = raised(contract)
    first, second = (sign_in(Client(), person) for person in contract.officers)
    page = reverse("commissioner:case_decide", args=[case.reference])
    queue = reverse("commissioner:case_queue")

    assert "Small Steps" in first.get(queue).content.decode()
    early = first.post(page, {"grant": "yes", "reasons": "Fine", "edition": "0"})
    assert "has not said all it wants to say" in early.content.decode()
    heard(case, MARKER)
    stale = first.post(page, {"grant": "yes", "reasons": "Fine", "edition": "0"}).content.decode()
    assert "Something was said in the meantime" in stale and MARKER in stale
    done = first.post(page, {"grant": "yes", "reasons": "Fine", "edition": "1"})
    late = second.post(page, {"grant": "no", "reasons": "No", "edition": "1"}).content.decode()

    assert done.status_code == 302
    assert "This can no longer be done" in late
    case.refresh_from_db()
    assert (case.state, case.decided_by) == (CaseState.GRANTED, contract.officers[0])
    lead = sign_in(Client(), contract.person).get(reverse("supplier:case", args=[case.reference]))
    assert "Fine" in lead.content.decode()
    assert second.get(page).status_code == 302


def test_lists_cost_the_same_for_one_or_three():
    contract = signed_contract(3)
    raised(contract_of_two())
    people = {
        "supplier:case_list": (contract.person, [contract.reference]),
        "commissioner:case_list": (contract.officers[0], [contract.reference]),
        "commissioner:case_queue": (contract.officers[0], []),
    }
    cost = {}

    for count, line in enumerate(contract.subcontractors.all(), start=1):
        heard(raised(contract, line=line))
        for name, (person, args) in people.items():
            client, page = sign_in(Client(), person), reverse(name, args=args)
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                body = client.get(page).content.decode()
            assert body.count("govuk-heading-s govuk-!-margin-bottom-1") == count, name
            cost.setdefault(name, set()).add(len(queries))

    assert {name: len(counts) for name, counts in cost.items()} == dict.fromkeys(people, 1)
    assert max(max(counts) for counts in cost.values()) < 12


def test_the_dashboard_tells_the_affected(client):
    contract = contract_of_two()
    case = raised(contract)

    body = sign_in(client, case.affected).get(reverse("supplier:dashboard")).content.decode()

    assert reverse("supplier:asked_change", args=[case.reference]) in body
