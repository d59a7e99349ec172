"""The pages from award to contract: who may press what, and who sees what was said."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts.actions.directing import decide_chain
from contracts.actions.ending import remind_of_notices, terminate_contract
from contracts.actions.modifying import modify_contract
from contracts.actions.subcontracts import state_subcontract
from contracts.actions.terms import add_option
from contracts.models import ChainDecision, Contract, SubcontractStatement
from contracts.states import ContractState, Signer
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.reference.models import Period
from framework_portal.refusals import Refused
from suppliers.states import MemberRole
from tests.contracts.building import made_contract, named, person_of, signed, signed_contract
from tests.factories import MembershipFactory, OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
SECRET = "Harbinger of delay"


def address(name, contract, **more):
    return reverse(name, kwargs={"reference": contract.reference} | more)


def page(client, user, url):
    response = sign_in(client, user).get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def parts(day, name):
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


@pytest.fixture
def relied():
    contract = made_contract([named(relied_on=True), named()])
    contract.line = contract.subcontractors.first()
    contract.small = person_of(contract.line)
    return contract


def test_each_says_its_own_and_only_the_commissioner_reads_both(client, relied):
    day = timezone.localdate() - timedelta(days=1)
    led = address("supplier:lead_statement", relied, subcontractor=relied.line.reference)
    own = address("supplier:own_statement", relied.line)
    answer = sign_in(client, relied.person).post(
        led, {"has_signed": "yes", **parts(day, "signed_on")}
    )
    assert answer.status_code == 302, answer.content.decode()
    sign_in(client, relied.small).post(own, {"has_signed": "no"})

    said = SubcontractStatement.objects.values_list("party", "signed_on")
    assert set(said) == {(Signer.LEAD, day), (Signer.SUBCONTRACTOR, None)}
    both = page(client, relied.officers[0], address("commissioner:contract_subcontracts", relied))
    assert "Not yet" in both and "Signed" in both
    leads = page(client, relied.person, address("supplier:contract_subcontracts", relied))
    assert "Not yet" not in leads
    subs = page(client, relied.small, address("supplier:subcontract", relied.line))
    assert "Not yet" in subs and str(day.year) + "</p>" not in subs
    for user, url in ((relied.small, led), (relied.person, own)):
        assert sign_in(client, user).post(url, {"has_signed": "no"}).status_code == 404


def test_a_reader_says_nothing(client, relied):
    reader = MembershipFactory(supplier=relied.line.supplier, role=MemberRole.READER).user
    own = address("supplier:own_statement", relied.line)

    assert sign_in(client, reader).post(own, {"has_signed": "no"}).status_code == 403
    assert not SubcontractStatement.objects.exists()


def test_a_yes_needs_its_day(client, relied):
    own = address("supplier:own_statement", relied.line)

    response = sign_in(client, relied.small).post(own, {"has_signed": "yes"})

    assert "Enter the day" in response.content.decode()
    assert not SubcontractStatement.objects.exists()


def test_an_officer_decides_and_both_read_the_reasons(client, relied):
    decide = address("commissioner:chain_decide", relied, subcontractor=relied.line.reference)
    due = timezone.localdate() + timedelta(days=800)
    form = page(client, relied.officers[0], decide)
    assert "Refuse to sign" not in form  # nothing was directed yet

    press = {"move": "direct", "reasons": SECRET, **parts(due, "due_on")}
    for _twice in range(2):
        answer = client.post(decide, press)
        assert answer.status_code == 302, answer.content.decode()

    assert ChainDecision.objects.count() == 1
    for user, url in (
        (relied.person, address("supplier:contract_subcontracts", relied)),
        (relied.small, address("supplier:subcontract", relied.line)),
    ):
        assert SECRET in page(client, user, url)
    other = relied.subcontractors.last()
    assert SECRET not in page(client, person_of(other), address("supplier:subcontract", other))


def test_signing_from_the_page_asks_for_what_is_missing(client):
    contract = made_contract(1)
    day = timezone.localdate(contract.award.announced_at) + timedelta(days=1)
    url = address("commissioner:contract_sign", contract)
    press = {"no_claim": "on", **parts(day, "signed_on")}
    sign_in(client, contract.officers[0])

    # The day of the award lies ahead of today in these tests: it cannot be signed yet.
    assert "in the future" in client.post(url, press).content.decode()
    contract.refresh_from_db()
    assert contract.state == ContractState.DRAFT


def test_no_door_is_open_to_anybody_else(client, relied):
    names = ("agreement", "terms", "option_add", "sign", "modify", "terminate", "notice")
    urls = [address(f"commissioner:contract_{name}", relied) for name in names]
    urls += [
        address("commissioner:contract_subcontracts", relied),
        address("commissioner:chain_decide", relied, subcontractor=relied.line.reference),
        address("commissioner:contract_option_remove", relied, position=1),
        address("commissioner:contract_ledger_csv", relied),
        address("commissioner:contract_ledger_pdf", relied),
    ]
    for user, codes in (
        (OfficerFactory().user, {404, 405}),
        (relied.person, {403, 405}),
        (relied.small, {403, 405}),
    ):
        sign_in(client, user)
        assert {client.get(url).status_code for url in urls} <= codes
        assert {client.post(url).status_code for url in urls} <= codes
    own = [
        address(f"supplier:contract_{name}", relied)
        for name in ("agreement", "subcontracts", "ledger_csv", "ledger_pdf")
    ]
    for user in (relied.small, person_of(made_contract(1).subcontractors.get())):
        sign_in(client, user)
        assert {client.get(url).status_code for url in own} == {404}


def test_the_ledger_is_handed_out_with_its_digest(client, relied):
    shown = page(client, relied.person, address("supplier:contract", relied))
    table = client.get(address("supplier:contract_ledger_csv", relied)).content.decode()
    pdf = client.get(address("supplier:contract_ledger_pdf", relied))

    digest = shown.partition('<code class="portal-code">')[2].partition("<")[0]
    assert len(digest) == 64
    assert table.count(digest) == relied.subcontractors.count()
    assert relied.line.name in table
    assert pdf.content.startswith(b"%PDF") and pdf["Content-Type"] == "application/pdf"


def test_the_list_is_narrowed_and_counts_what_is_to_do(client):
    Period.objects.create(slug="standstill", name="Standstill", working_days=8)
    contract = made_contract([named(relied_on=True)])
    Contract.objects.filter(pk=contract.pk).update(lead_name=contract.lead_name)
    url = reverse("commissioner:contract_list")
    title = contract.lot.title

    listed = page(client, contract.officers[0], url)
    assert title in listed and "1 contract with a subcontractor relied on" in listed
    assert "to sign" not in listed  # the standstill is not over
    shown = f'href="{address("commissioner:contract", contract)}"'
    for query, there in (
        ("?due=decide", True),
        ("?due=sign", False),
        ("?due=notice", False),
        ("?state=draft", True),
        ("?state=running", False),
        ("?state=over", False),
        (f"?lead={contract.lead_name.split()[0]}", True),
        ("?lead=nobody", False),
        ("?state=nonsense&due=x", True),
    ):
        assert (shown in client.get(url + query).content.decode()) == there, query


def test_queries_do_not_grow_with_the_rows(client):
    counted = {}
    for lines in (1, 3):
        contract = made_contract([named(relied_on=True) for _each in range(lines)])
        for line in contract.subcontractors.all():
            for signer in Signer:
                state_subcontract(
                    subcontractor=line,
                    party=signer,
                    signed_on=None,
                    by=contract.person if signer == Signer.LEAD else person_of(line),
                    at=timezone.now(),
                )
        for user, name in (
            (contract.officers[0], "commissioner:contract_agreement"),
            (contract.officers[0], "commissioner:contract_subcontracts"),
            (contract.officers[0], "commissioner:contract_sign"),
            (contract.person, "supplier:contract_agreement"),
            (contract.person, "supplier:contract_subcontracts"),
        ):
            sign_in(client, user).get(address(name, contract))
            with CaptureQueriesContext(connection) as caught:
                assert client.get(address(name, contract)).status_code == 200
            counted.setdefault(name, []).append(len(caught))

    assert all(few == many for few, many in counted.values()), counted


def test_lists_and_dashboard_cost_the_same_for_one_and_three(client):
    contract = signed_contract([named(relied_on=True)])
    body, supplier = contract.commissioner, contract.supplier
    officer, lead = contract.officers[0], contract.person
    urls = (
        (officer, reverse("commissioner:contract_list")),
        (lead, reverse("supplier:contract_list")),
        (lead, reverse("supplier:dashboard")),
    )
    counted = []
    for _round in range(2):
        costs = []
        for user, url in urls:
            sign_in(client, user).get(url)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url).status_code == 200
            costs.append(len(caught))
        counted.append(costs)
        for _each in range(2):
            more = made_contract([named(relied_on=True)])
            MembershipFactory(supplier=more.supplier, user=lead)
            OfficerFactory(commissioner=more.commissioner, user=officer)

    assert body and supplier and counted[0] == counted[1]


def test_the_dashboard_says_what_is_due(client, relied):
    lead = page(client, relied.person, reverse("supplier:dashboard"))
    small = page(client, relied.small, reverse("supplier:dashboard"))

    assert "Sign your subcontract" in lead and relied.line.name in lead
    assert "Say whether you have a subcontract" in small and relied.lead_name in small
    # No day was set for signing, and the dashboard makes none up.
    assert relied.chain_signs_by is None
    assert "No date set" in lead and "No date set" in small


def test_every_mail_leads_its_reader_to_a_page(client):
    contract = signed_contract([named(relied_on=True)])
    line, officer = contract.subcontractors.get(), contract.officers[0]
    at = datetime(2027, 4, 10, 9, tzinfo=UTC)
    direction = {"move": "direct", "reasons": SECRET, "due_on": date(2027, 5, 1)}
    decide_chain(subcontractor=line, by=officer, at=at, **direction)
    terminate_contract(
        contract=contract, ends_on=date(2027, 4, 10), reasons=SECRET, by=officer, at=at
    )
    remind_of_notices(at=at + timedelta(days=25))
    small = person_of(line)
    readers = {
        "chain_decision_lead": contract.person,
        "chain_decision_subcontractor": small,
        "contract_terminated_lead": contract.person,
        "contract_terminated_subcontractor": small,
        "termination_notice_due": officer,
    }

    for kind, reader in readers.items():
        message = Message.objects.get(kind=kind)
        _subject, text = rendered(kind, message.context)
        assert SECRET not in text and line.name not in text
        page(client, reader, re.search(r"https?://[^/\s]+(/\S+)", text)[1])


def test_a_mistyped_year_is_refused_by_the_page_and_by_the_database(client):
    contract = made_contract(1)
    far = {**parts(date(2027, 4, 1), "starts_on"), **parts(date(9203, 4, 1), "ends_on")}

    answer = sign_in(client, contract.officers[0]).post(
        address("commissioner:contract_terms", contract),
        {"kind": "contract", "drift_limit_percent": "20", **far},
    )

    assert answer.status_code == 200
    assert "must be 31 December 2100 or earlier" in answer.content.decode()
    with pytest.raises(IntegrityError, match="contract_dates_within_reason"), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(ends_on=date(9203, 4, 1))


def test_an_option_beyond_all_calendars_is_refused_in_words():
    contract = made_contract(1)
    Contract.objects.filter(pk=contract.pk).update(ends_on=date(2100, 12, 1))
    option = add_option(
        contract=contract, months=120, notice_days=0, by=contract.officers[0], at=timezone.now()
    )
    contract = signed(contract)

    with pytest.raises(Refused) as refused:
        modify_contract(
            contract=contract,
            what="Longer",
            reasons="It works",
            agreed_on=date(2027, 3, 2),
            option=option,
            by=contract.officers[0],
            at=datetime(2027, 4, 1, 9, tzinfo=UTC),
        )

    assert (refused.value.code, refused.value.field) == ("dates", "option")
