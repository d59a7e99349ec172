"""A yes to exclusivity reaches the integrity officer, after the opening, and nobody else."""

import pytest
from django.urls import reverse

from bids.selectors.exclusivity import words_told
from bids.states import ConsentAnswer, Exclusivity
from contracts.actions.exclusivity import raise_what_was_told
from contracts.models import IntegrityFinding
from contracts.tasks import find_what_was_told
from framework_portal import clock
from framework_portal.reference.states import OfficerRole
from tests.bids.bidding import complete_bid, submit, withdraw
from tests.bids.consenting import answer, ask, name
from tests.bids.evaluated import officers, opened
from tests.contracts.voices import periods
from tests.factories import BidFactory, OfficerFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TOLD = "They rang us twice and said we must not work with others"


@pytest.fixture
def bid():
    """One organisation said yes and told of it, one said no, one did not say."""
    bid = complete_bid()
    for said, told in (("asked", TOLD), ("not_asked", "Never shown"), ("unsaid", "Never shown")):
        reference = name(bid, supplier=SupplierFactory())
        answer(ask(bid, reference), exclusivity=Exclusivity(said), told=told)
    submit(bid)
    return bid


def open_it(bid):
    first, second = officers(bid.lot.competition)
    opened(bid.lot.competition, first=first, second=second)


def test_before_the_opening_there_is_nothing_to_find(bid):
    assert raise_what_was_told(at=clock.now()) == 0
    assert not IntegrityFinding.objects.exists()
    consent = bid.consents.first()
    assert words_told(bid=bid.reference, entry=consent.entry) == []


@pytest.mark.parametrize("end", ["withdrawn", "never handed in"])
def test_what_was_said_about_a_bid_that_was_not_opened_is_never_read(bid, end):
    other = complete_bid(BidFactory(lot=bid.lot))
    reference = name(other, supplier=SupplierFactory())
    answer(ask(other, reference), exclusivity=Exclusivity.ASKED, told=TOLD)
    if end == "withdrawn":
        submit(other)
        withdraw(other)
    open_it(bid)

    assert raise_what_was_told(at=clock.now()) == 1
    assert IntegrityFinding.objects.get().lead == bid.supplier
    assert words_told(bid=other.reference, entry=reference) == []


def test_after_the_opening_each_yes_is_found_once(bid):
    open_it(bid)
    periods()

    assert [raise_what_was_told(at=clock.now()) for _twice in range(2)] == [1, 0]
    find_what_was_told()

    finding = IntegrityFinding.objects.get()
    consent = bid.consents.order_by("pk").first()
    assert (finding.supplier, finding.lead, finding.lot) == (
        consent.supplier,
        bid.supplier,
        bid.lot,
    )
    assert finding.commissioner == bid.lot.competition.commissioner
    assert TOLD not in str(finding.facts)


def test_said_of_two_versions_of_its_terms_it_is_one_finding_with_both_texts():
    bid = complete_bid()
    reference = name(bid, supplier=SupplierFactory())
    told = {"exclusivity": Exclusivity.ASKED, "told": TOLD}
    first = answer(ask(bid, reference), ConsentAnswer.CHANGE_ASKED, **told)
    name(bid, supplier=first.supplier, reference=reference, volume=55)
    answer(ask(bid, reference), exclusivity=Exclusivity.ASKED, told="And again")
    submit(bid)
    open_it(bid)

    assert raise_what_was_told(at=clock.now()) == 1
    assert words_told(bid=bid.reference, entry=reference) == [TOLD, "And again"]


def test_the_integrity_officer_reads_the_words_and_others_have_no_such_page(client, bid):
    open_it(bid)
    raise_what_was_told(at=clock.now())
    page = reverse("integrity:finding", args=[IntegrityFinding.objects.get().reference])
    body = bid.lot.competition.commissioner
    listener = OfficerFactory(commissioner=body, role=OfficerRole.INTEGRITY).user
    elsewhere = OfficerFactory(role=OfficerRole.INTEGRITY).user

    sign_in(client, listener)
    text = client.get(page).text
    assert TOLD in text
    assert "Never shown" not in text
    sign_in(client, elsewhere)
    assert client.get(page).status_code == 404
    for person in (bid.person, body.members.exclude(pk=listener.pk).first()):
        sign_in(client, person)
        assert client.get(page).status_code in (403, 404)
