"""Findings of a chain: raised once, seen by the commissioner alone, settled in words, for good."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from contracts.actions.findings import raise_finding, settle_finding
from contracts.models import ChainFinding
from contracts.states import FindingKind
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from tests.contracts.building import person_of, signed_contract
from tests.factories import OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def found(contract, key="drift:1", kind=FindingKind.DRIFT, **facts):
    return raise_finding(kind, contract, key=key, at=timezone.now(), **facts)[0]


def test_the_second_to_notice_changes_nothing():
    contract = signed_contract(1)
    line = contract.subcontractors.get()
    given = {"subcontractor": line, "key": "nothing:1", "at": timezone.now()}

    first, is_new = raise_finding(
        FindingKind.NOTHING_FLOWING, contract, quarter="2027-Q2", due_on=date(2027, 7, 1), **given
    )
    again, is_new_again = raise_finding(FindingKind.NOTHING_FLOWING, contract, **given)

    assert (is_new, is_new_again, again) == (True, False, first)
    first.refresh_from_db()
    assert first.facts == {"quarter": "2027-Q2", "due_on": "2027-07-01"}
    verbs = [event.verb for event in AuditEvent.objects.about(contract)]
    assert verbs.count("chain.found") == 1


def test_it_is_settled_once_and_in_words():
    contract = signed_contract(1)
    finding = found(contract)
    first, second = contract.officers
    at = timezone.now()

    with pytest.raises(Refused, match="empty"):
        settle_finding(finding=finding, because="  ", by=first, at=at)
    settle_finding(finding=finding, because="They caught up", by=first, at=at)
    settle_finding(finding=finding, because="They caught up", by=first, at=timezone.now())
    with pytest.raises(Refused, match="settled"):
        settle_finding(finding=finding, because="I disagree", by=second, at=at)

    finding.refresh_from_db()
    assert (finding.settled_by, finding.settled_because) == (first, "They caught up")
    assert finding.settled_at == at
    assert found(contract) == finding  # and what was settled is not raised again


def test_the_database_keeps_it_as_it_was():
    contract, other = signed_contract(1), signed_contract(1)
    finding = found(contract)
    here = ChainFinding.objects.filter(pk=finding.pk)
    settled = {"settled_at": timezone.now(), "settled_by": contract.officers[0]}

    def refused(name, act):
        with pytest.raises(DatabaseError) as error, transaction.atomic():
            act()
        assert name == error.value.__cause__.diag.constraint_name

    refused("chain_finding_stays", lambda: here.update(facts={"x": 1}))
    refused("chain_finding_stays", lambda: here.update(kind=FindingKind.NOT_SIGNED))
    refused("chain_finding_stays", here.delete)
    refused("chain_finding_settled_in_words", lambda: here.update(**settled))
    refused(
        "chain_finding_of_one_contract",
        lambda: raise_finding(
            FindingKind.DRIFT,
            contract,
            subcontractor=other.subcontractors.get(),
            key="2",
            at=timezone.now(),
        ),
    )
    here.update(**settled, settled_because="Looked at")
    refused("chain_finding_stays", lambda: here.update(settled_because="Something else"))


def test_only_who_runs_the_contract_sees_it(client):
    contract = signed_contract(1)
    finding = found(contract)
    page = reverse("commissioner:chain_finding", args=[finding.reference])
    people = {
        "officer": (contract.officers[0], 200),
        "lead": (contract.person, 403),
        "subcontractor": (person_of(contract.subcontractors.get()), 403),
        "other officer": (OfficerFactory().user, 404),
        "stranger": (UserFactory(), 403),
    }

    for who, (user, status) in people.items():
        sign_in(client, user)
        assert client.get(page).status_code == status, who
        seen = list(ChainFinding.objects.visible_to(user))
        assert seen == ([finding] if status == 200 else []), who


def test_an_officer_settles_it_on_its_page(client):
    contract = signed_contract(1)
    finding = found(contract, promised_percent="20", delivered_percent="4", name="<b>Small</b>")
    sign_in(client, contract.officers[0])
    page = reverse("commissioner:chain_finding", args=[finding.reference])

    shown = client.get(page).content.decode()
    empty = client.post(page, {"because": " "}).content.decode()
    done = client.post(page, {"because": "They start in May"}, follow=True)

    assert "Promised share, per cent" in shown and "&lt;b&gt;Small" in shown
    assert "Say what you found" in empty
    assert done.redirect_chain[0][0] == reverse("commissioner:chain_finding_list")
    assert "They start in May" in client.get(page).content.decode()
    assert "No finding matches" in client.get(done.redirect_chain[0][0]).content.decode()
    late = client.post(page, {"because": "No, in June"}).content.decode()
    assert "They start in May" in late and "in the meantime" in late and "in June" not in late


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_or_three(client, count, django_assert_num_queries):
    contract = signed_contract(1)
    for number in range(count):
        found(contract, key=f"drift:{number}")
    found(signed_contract(1), key="another body's")
    sign_in(client, contract.officers[0])
    page = reverse("commissioner:chain_finding_list")
    client.get(page)

    with django_assert_num_queries(5):
        shown = client.get(page, {"kind": "drift", "words": contract.lead_name.split()[0]})

    assert shown.content.decode().count(str(contract.lot.title)) == count
