"""Three small organisations answer a lead on a phone; then the lead's bid counts."""

import re

import pytest
from django.urls import reverse

from bids.actions.subcontracting import remove_subcontractor
from bids.models import Bid, ConsentRequest, ExclusivityAnswer
from bids.states import BidState
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from tests.accounts.people import PASSWORD, person
from tests.bids.bidding import complete_bid, read_by, submit
from tests.bids.consenting import ask, name
from tests.factories import MembershipFactory
from tests.journeys.acting import Actor

PHONE = {"width": 320, "height": 640}
# GOV.UK Frontend says which radios reveal something by an attribute that radios may not have.
KNOWN = [("aria-allowed-attr", "govuk-radios__input")]
ROLE = "Mentoring of men who leave prison, in the first twelve weeks"

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bid():
    bid = complete_bid()
    bid.supplier.name = "Second Bridge Trust"
    bid.supplier.save()
    return bid


@pytest.fixture
def phone(new_page, axe, tmp_path):
    """`phone(email)`: somebody with a phone; `look` finds what is wrong with the page and keeps
    a picture of it."""
    places = iter(range(100))

    def phone(email, *, javascript=True):
        actor = Actor(new_page(viewport=PHONE, javascript=javascript), email=email, name="Sal")

        def look():
            page = actor.page
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            if javascript:
                assert axe(page, but=KNOWN) == []
            words = re.sub(r"\W+", "-", page.title())[:40]
            page.screenshot(path=tmp_path / f"{next(places):02}-{words}.png", full_page=True)
            return actor

        actor.look = look
        return actor

    return phone


def link_to(email):
    """The address in the newest mail to somebody."""
    message = Message.objects.filter(to=email).order_by("-pk").first()
    _subject, text = rendered(message.kind, message.context)
    return re.search(r"https?://[^/\s]+(/supplier/\S+)", text)[1]


def sign_in(actor):
    actor.fill("Email address", actor.email).fill("Password", PASSWORD).press("Sign in")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_three_small_organisations_answer_on_a_phone(phone, bid, javascript):
    known = MembershipFactory(
        user=person("ada@known.example"),
        supplier__name="Known Steps",
        supplier__contact_email="ada@known.example",
    )
    MembershipFactory(user=person("cem@here.example"), supplier__name="Here Already CIC")
    asked = [
        ask(bid, name(bid, supplier=known.supplier, role=ROLE, relied_on=False)),
        ask(bid, name(bid, name="Tideway", email="sal@tideway.example", role=ROLE)),
        ask(bid, name(bid, name="Here", email="cem@here.example", role=ROLE)),
    ]
    terms = reverse("supplier:consent_detail", args=[asked[0].reference])

    # One is on the portal: the mail leads to its terms, after signing in.
    ada = phone("ada@known.example", javascript=javascript)
    assert link_to("ada@known.example") == terms
    ada.go(terms)
    sign_in(ada)
    assert ada.path == terms
    ada.look().sees("Second Bridge Trust wants to name you in its bid", ROLE)
    ada.page.get_by_label("We agree to be named on these terms").check()
    ada.press("Send our answer")
    ada.look().sees("Select yes, no, or that you prefer not to say")
    ada.page.get_by_label("No", exact=True).check()
    ada.press("Send our answer")
    ada.look().sees("Your answer is sent", "Agreed")
    ada.press("Your signed copy of what you agreed to")
    ada.look().sees("What you agreed to", ROLE, "Signature")
    ada.page.go_back()
    ada.page.go_back()  # a page that is out of date: what it sends changes nothing
    ada.go(reverse("supplier:consent_list")).look().sees("Agreed")

    # One is new: two short pages.
    sal = phone("sal@tideway.example", javascript=javascript)
    sal.go(link_to("sal@tideway.example")).look()
    sal.fill("Full name", "Sal Reed").fill("Password", PASSWORD).press("Continue")
    sal.look().fill("Name of your organisation", "Tideway Allotments")
    sal.choose("Consortium or unincorporated group", "Fewer than 10 people", "Yes")
    sal.press("Continue to the terms")
    sal.look().sees("Second Bridge Trust wants to name you", ROLE)
    sal.page.get_by_label("We agree to be named on these terms").check()
    sal.page.get_by_label("Yes", exact=True).check()
    sal.page.get_by_label("What happened? (optional)").fill("They rang us twice")
    sal.press("Send our answer")
    sal.look().sees("Your answer is sent")
    sal.go(reverse("supplier:dashboard")).look().sees("It need not join the framework")

    # One has an account: it signs in and says for whom it answers.
    cem = phone("cem@here.example", javascript=javascript)
    cem.go(link_to("cem@here.example")).look().sees("You have an account")
    cem.press("Sign in")
    sign_in(cem)
    cem.look().choose("Here Already CIC").press("Continue to the terms")
    cem.look().sees(ROLE)
    cem.page.get_by_label("We ask for a change").check()
    cem.page.get_by_label("What should change?").fill("Twenty people a quarter, not forty")
    cem.page.get_by_label("We prefer not to say").check()
    cem.press("Send our answer")
    cem.look().sees("You asked for a change")

    answers = ConsentRequest.objects.order_by("pk").values_list("answer", flat=True)
    assert list(answers) == ["agreed", "agreed", "change_asked"]
    said = ExclusivityAnswer.objects.order_by("pk").values_list("said", flat=True)
    assert list(said) == ["not_asked", "asked", "unsaid"]

    # And the one who thinks again before closing takes the bid's place with it.
    remove_subcontractor(
        bid=fresh(bid), reference=str(asked[2].entry), by=bid.person, at=clock.now()
    )
    submit(fresh(bid))
    ada.go(terms).press("Withdraw our agreement")
    ada.look().sees("The lead is told at once", "cannot be undone")
    ada.press("Withdraw our agreement")
    ada.look().sees("Your agreement is withdrawn")
    assert Bid.objects.get(pk=bid.pk).state == BidState.DRAFT


def fresh(bid):
    found = read_by(bid.person, Bid.objects.get(pk=bid.pk))
    found.person = bid.person
    return found


def test_terms_that_change_under_the_reader_are_shown_side_by_side(phone, bid):
    known = MembershipFactory(user=person("ada@known.example"), supplier__name="Known Steps")
    first = ask(bid, name(bid, supplier=known.supplier, role=ROLE))
    ada = phone("ada@known.example")
    ada.go(reverse("supplier:consent_detail", args=[first.reference]))
    sign_in(ada)
    ada.page.get_by_label("We ask for a change").check()
    ada.page.get_by_label("What should change?").fill("Pay us after 14 days")
    ada.page.get_by_label("No", exact=True).check()
    name(
        fresh(bid),
        by=bid.person,
        supplier=known.supplier,
        role=ROLE,
        reference=first.entry,
        volume=25,
        payment_days=20,
    )
    ask(fresh(bid), first.entry, by=bid.person)

    ada.press("Send our answer")

    ada.look().sees("The terms changed while you were reading", "About 40", "About 25")
    assert ada.page.get_by_label("What should change?").input_value() == "Pay us after 14 days"
    ada.press("Send our answer")
    ada.look().sees("You asked for a change")
    ada.go(reverse("supplier:consent_detail", args=[first.reference])).sees(
        "You asked for a change"
    )
