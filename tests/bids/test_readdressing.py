"""An invitation that went to a wrong address is corrected, while nobody has taken it up."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.subcontracting import name_subcontractor
from bids.content import fingerprint
from bids.models import Bid, ConsentRequest
from bids.selectors.bidding import offer_of
from bids.selectors.consents import terms_asked
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers.actions.inviting import take_up
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation
from tests.bids.bidding import complete_bid
from tests.bids.consenting import answer, ask, name, terms_for, typed
from tests.factories import BidFactory, MembershipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
OLD, NEW = "sal@old.example", "sal@new.example"


@pytest.fixture
def bid():
    return complete_bid()


def corrected(bid, consent, *, email=NEW, **fields):
    """The lead puts another address in."""
    said = terms_for(bid, name="Tideway", email=email, **fields)
    return name_subcontractor(
        bid=bid, reference=str(consent.entry), by=bid.person, at=clock.now(), **said
    )


def link_to(email):
    return token_of(OrganisationInvitation.objects.filter(email=email).latest("pk"))


def page_of(token):
    return Client().get(reverse("supplier:invited", args=[token]))


def test_the_old_link_ends_and_the_same_terms_go_to_the_new_address(bid):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))
    old, before = link_to(OLD), terms_asked(consent)
    assert page_of(old).status_code == 200 and "no longer works" not in page_of(old).text

    corrected(bid, consent)

    assert "no longer works" in page_of(old).text
    assert not Message.objects.waiting().filter(to=OLD).exists()
    assert Message.objects.get(to=NEW).kind == "organisation_invited"
    consent.refresh_from_db()
    newer = ConsentRequest.objects.standing().get(bid=bid, entry=consent.entry)
    assert (consent.invited_email, newer.invited_email) == (OLD, NEW)
    assert consent.superseded_at is not None and newer.number == consent.number + 1
    assert terms_asked(newer) == before
    owner = MembershipFactory()
    invitation = OrganisationInvitation.objects.get(email=NEW)
    person = sign_in(Client(), owner.user)
    person.post(
        reverse("supplier:invited", args=[token_of(invitation)]),
        {"supplier": str(owner.supplier.reference)},
        follow=True,
    )
    newer.refresh_from_db()
    assert newer.supplier == owner.supplier
    verbs = [event.verb for event in AuditEvent.objects.about(bid)]
    assert verbs.count("bid.consent_asked") == 2 and "bid.consent_readdressed" in verbs
    assert OLD not in str(list(AuditEvent.objects.values()))


def test_an_address_is_put_right_once_however_often_it_is_pressed(bid):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))

    for _twice in range(2):
        corrected(bid, consent)

    assert ConsentRequest.objects.filter(bid=bid).count() == 2
    assert Message.objects.filter(to=NEW).count() == 1


@pytest.mark.parametrize("how", ["taken up", "claimed", "answered"])
def test_once_somebody_took_it_up_another_is_named_anew(bid, how):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))
    owner = MembershipFactory()
    invitation = OrganisationInvitation.objects.get(email=OLD)
    take_up(invitation=invitation, supplier=owner.supplier, by=owner.user, at=clock.now())
    if how != "taken up":
        sign_in(Client(), owner.user).get(reverse("supplier:consent_start"))
        consent.refresh_from_db()
        assert consent.supplier == owner.supplier
    if how == "answered":
        answer(consent, by=owner.user)

    with pytest.raises(Refused, match="another"):
        corrected(bid, consent)

    assert not OrganisationInvitation.objects.filter(email=NEW).exists()
    assert offer_of(Bid.objects.get(pk=bid.pk))["subcontractors"][0]["email"] == OLD


def test_an_address_of_the_own_people_changes_nothing(bid):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))
    own = MembershipFactory(supplier=bid.supplier).user.email

    with pytest.raises(Refused) as refusal:
        corrected(bid, consent, email=own)

    assert refusal.value.field == "email"
    consent.refresh_from_db()
    assert consent.superseded_at is None
    assert "no longer works" not in page_of(link_to(OLD)).text


def test_where_another_bid_waits_at_the_old_address_its_link_leads_there_alone(bid):
    first = ask(bid, name(bid, name="Tideway", email=OLD))
    other = complete_bid(BidFactory(supplier=bid.supplier))
    second = ask(other, name(other, name="Tideway", email=OLD))

    corrected(bid, first)
    owner = MembershipFactory()
    link = reverse("supplier:invited", args=[link_to(OLD)])
    client = sign_in(Client(), owner.user)
    client.post(link, {"supplier": str(owner.supplier.reference)}, follow=True)

    second.refresh_from_db()
    first.refresh_from_db()
    assert (first.supplier, second.supplier) == (None, owner.supplier)
    page = reverse("supplier:consent_detail", args=[first.reference])
    assert client.get(page).status_code == 404


def test_terms_changed_with_the_address_are_what_is_asked(bid):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))

    corrected(bid, consent, volume=55)

    newer = ConsentRequest.objects.standing().get(bid=bid, entry=consent.entry)
    assert terms_asked(newer)["volume"] == 55


def test_the_page_says_what_correcting_does_and_does_it(client, bid):
    consent = ask(bid, name(bid, name="Tideway", email=OLD))
    sign_in(client, bid.person)
    page = reverse("supplier:bid_subcontractor", args=[bid.reference, consent.entry])

    shown = client.get(page).text
    assert "that link stops working at once" in shown
    entry = offer_of(Bid.objects.get(pk=bid.pk))["subcontractors"][0]
    fields = typed(bid, name="Tideway", email=NEW, shown=fingerprint(entry))
    done = client.post(page, fields, follow=True).text

    assert "We ask Tideway at the new address" in done and f"Invited at {NEW}" in done
