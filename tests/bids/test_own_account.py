"""A consent is the subcontractor's own: nobody of the lead gives it or takes it back."""

import pytest
from django.urls import reverse

from bids.actions.answering_consents import withdraw_consent
from bids.models import ConsentRequest
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.bids.bidding import complete_bid
from tests.bids.consenting import agree, answer, ask, name, named
from tests.factories import MembershipFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
AGREE = {"answer": "agreed", "exclusivity": "not_asked", "change": "", "why": "", "told": ""}


@pytest.fixture
def bid():
    return complete_bid()


def of_both(bid, supplier):
    """A person of the lead who may act for `supplier` too."""
    MembershipFactory(supplier=supplier, user=bid.person)
    return bid.person


def pages(consent):
    kwargs = {"reference": consent.reference}
    return (
        reverse("supplier:consent_detail", kwargs=kwargs),
        reverse("supplier:consent_withdraw", kwargs=kwargs),
    )


def test_a_person_of_the_lead_does_not_answer_for_the_subcontractor(bid, client):
    supplier = SupplierFactory(name="Harbour Steps")
    colleague = MembershipFactory(supplier=supplier).user
    consent = ask(bid, name(bid, supplier=supplier))
    both = of_both(bid, supplier)

    with pytest.raises(Refused, match="of_the_lead"):
        answer(consent, by=both)
    detail, _withdraw = pages(consent)
    sign_in(client, both)
    shown = client.get(detail)
    sent = client.post(detail, AGREE)

    assert not both.has_perm("bids.answer_consent", consent)
    assert shown.status_code == sent.status_code == 200
    assert "A colleague who does not belong to" in shown.content.decode()
    assert shown.context["form"] is None
    assert "as well, so you cannot do this" in sent.content.decode()
    assert ConsentRequest.objects.get(pk=consent.pk).answer == ""
    assert answer(consent, by=colleague).is_agreed


def test_a_person_of_the_lead_does_not_withdraw_it_either(bid, client):
    consent = named(bid)
    both = of_both(bid, consent.supplier)

    with pytest.raises(Refused, match="of_the_lead"):
        withdraw_consent(consent=consent, by=both, at=clock.now())
    detail, withdraw = pages(consent)
    sign_in(client, both)
    assert client.get(withdraw).url == detail
    assert client.post(withdraw).url == detail
    assert "A colleague who does not belong to" in client.get(detail).content.decode()
    assert ConsentRequest.objects.get(pk=consent.pk).is_agreed


def test_who_joins_the_lead_later_leaves_what_was_agreed(bid):
    consent = named(bid)
    MembershipFactory(supplier=bid.supplier, user=consent.answered_by)

    assert ConsentRequest.objects.get(pk=consent.pk).is_agreed


def test_the_lead_sees_which_organisation_answered(bid, client):
    """A link that was passed on is noticed before the bid is sent."""
    reference = name(bid, name="Small Steps", email="hello@small.example")
    request = ask(bid, reference)
    agree(request, claimed_by=SupplierFactory(name="Harbour Steps CIC"))
    sign_in(client, bid.person)

    for page in ("supplier:bid_subcontractors", "supplier:bid_submit"):
        shown = client.get(reverse(page, kwargs={"reference": bid.reference})).content.decode()
        assert "Answered by Harbour Steps CIC" in shown, page
        assert "The link may have been passed on" in shown
        assert f"/subcontractors/{reference}/remove/" in shown


def test_the_lead_is_not_warned_of_whom_it_meant(bid, client):
    consent = named(bid)
    sign_in(client, bid.person)
    page = reverse("supplier:bid_subcontractors", kwargs={"reference": bid.reference})
    shown = client.get(page).content.decode()

    assert f"Answered by {consent.supplier.name}" in shown
    assert "may have been passed on" not in shown
