"""From the announcement to a signed contract, a modification, and a direction under s.72."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from contracts.models import Contract
from contracts.states import ChainMove, ContractState
from framework_portal import clock
from tests.contracts.building import approved_award, named, person_of
from tests.factories import MembershipFactory, SupplierFactory
from tests.journeys.acting import Actor

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 320, "height": 640}
# GOV.UK Frontend says which radios reveal something by an attribute that radios may not have.
KNOWN = [("aria-allowed-attr", "govuk-radios__input")]
REASONS = "Your bid met the condition through Small Steps."

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def enter(new_page, axe, sign_in, tmp_path):
    """`enter(user)`: somebody signed in; `look` finds what is wrong and keeps a picture."""
    places = iter(range(100))

    def enter(user, *, viewport=WIDE):
        actor = Actor(new_page(viewport=viewport), email=user.email, name=user.name)
        sign_in(actor.page, user)

        def look():
            page = actor.page
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert axe(page, but=KNOWN) == []
            words = re.sub(r"\W+", "-", page.title())[:40]
            page.screenshot(path=tmp_path / f"{next(places):02}-{words}.png", full_page=True)
            return actor

        actor.look = look
        return actor

    return enter


def test_from_the_announcement_to_a_direction(enter):
    small = SupplierFactory(name="Small Steps")
    terms = [named(small, relied_on=True, volume=41), named()]
    award = approved_award(terms, price="80000")
    today = timezone.localdate(clock.now())

    olivia = enter(award.officers[0])
    olivia.go(reverse("commissioner:awards_announce", args=[award.lot.competition.reference]))
    olivia.look().press("Announce to everybody now")
    contract = Contract.objects.get(award=award)
    olivia.go(reverse("commissioner:contract", args=[contract.reference]))
    olivia.look().sees("Small Steps", "41 referrals", "From the winning bid", "Not signed")

    # The terms, with the day for those relied on; then the signing.
    olivia.press("Agreement").look().press("Fill in the terms")
    olivia.date("Day by which subcontractors relied on must have signed", today + timedelta(days=7))
    olivia.look().press("Save")
    olivia.press("Record the signing")
    olivia.look().sees("they have not said that they signed", "Small Steps")
    olivia.date("Day on which the last party signed", today)
    olivia.page.get_by_label("No claim was notified").check()
    olivia.press("Record the signing")
    olivia.look().sees("Say that you know who has not signed")
    olivia.page.get_by_label("No claim was notified").check()
    olivia.page.get_by_label("I know which subcontractors").check()
    olivia.press("Record the signing")
    olivia.look().sees("Its terms stand from now on")

    # A modification with a new value.
    olivia.press("Record a modification")
    olivia.fill("What changes?", "A second room").fill("Why?", "More people come")
    olivia.date("Day on which it was agreed", today)
    olivia.fill("New value of the whole contract, excluding VAT", "90000")
    olivia.look().press("Record the modification")
    olivia.look().sees("£90,000", "as signed: £80,000", "A second room")

    # Small Steps has not signed: the lead is directed to.
    olivia.press("Subcontracts").look()
    olivia.page.get_by_role("link", name="Decide about the subcontract of Small Steps").click()
    olivia.choose("Direct the lead to sign with it")
    olivia.date("Day by which the lead must have followed a direction", today + timedelta(days=14))
    olivia.fill("Reasons", REASONS).look().press("Record the decision")
    olivia.look().sees("Recorded", REASONS)

    # The lead reads it; Small Steps does too, on a phone, and says that it has signed.
    member = contract.supplier.memberships.first() or MembershipFactory(supplier=contract.supplier)
    lead = enter(member.user)
    lead.go(reverse("supplier:contract_subcontracts", args=[contract.reference]))
    lead.look().sees(REASONS)
    line = contract.subcontractors.get(supplier=small)
    ada = enter(person_of(line), viewport=PHONE)
    ada.go(reverse("supplier:dashboard")).look().sees("Say whether you have a subcontract")
    ada.go(reverse("supplier:subcontract", args=[line.reference])).look().sees(REASONS)
    ada.press("Say whether you have a signed subcontract")
    ada.choose("Yes, it is signed by both sides")
    ada.date("Day on which the last side signed", today)
    ada.look().press("Save")
    ada.look().sees("Signed")

    contract.refresh_from_db()
    assert contract.state == ContractState.SIGNED
    assert line.decisions.get().move == ChainMove.DIRECT
    olivia.page.reload()
    assert olivia.page.get_by_role("link", name="Decide about").count() == 0
