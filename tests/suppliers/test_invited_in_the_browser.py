"""From the mail to the terms in under five minutes, on a phone: counted, not believed."""

import pytest
from django.urls import reverse

from suppliers.links import token_of
from suppliers.models import Supplier
from tests.accounts.people import PASSWORD
from tests.factories import OrganisationInvitationFactory
from tests.journeys.acting import Actor

PHONE = {"width": 320, "height": 640}
# What five minutes hold: slow reading is 120 words a minute, a field on a phone 20 seconds.
MOST_PAGES, MOST_FIELDS, MOST_SECONDS = 2, 8, 300
SECONDS_A_FIELD, WORDS_A_MINUTE = 20, 120
QUESTIONS = """() => {
    const asked = [...document.querySelector('main form').elements]
        .filter(each => each.name && !['hidden', 'submit'].includes(each.type));
    return new Set(asked.map(each => each.name)).size;
}"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link():
    invitation = OrganisationInvitationFactory(
        inviter__name="Second Bridge Trust", email="sal@harbour.example"
    )
    return reverse("supplier:invited", args=[token_of(invitation)])


@pytest.mark.parametrize("javascript", [True, False])
def test_it_takes_two_pages_eight_fields_and_less_than_five_minutes(
    new_page, axe, link, javascript
):
    page = new_page(viewport=PHONE, javascript=javascript)
    sal = Actor(page, email="sal@harbour.example", name="Sal Reed")
    seen = []

    def look():
        if javascript:
            assert axe(page, but=[("aria-allowed-attr", "govuk-radios__input")]) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        seen.append((len(sal.words.split()), page.evaluate(QUESTIONS)))

    sal.go(link).sees("Second Bridge Trust", "sal@harbour.example")
    look()
    sal.fill("Full name", "Sal Reed").fill("Password", PASSWORD).press("Continue")
    look()
    sal.fill("Name of your organisation", "Harbour Steps").choose(
        "Community interest company", "Fewer than 10 people", "Yes"
    )
    sal.press("Continue to the terms")

    supplier = Supplier.objects.get(name="Harbour Steps")
    assert supplier.memberships.get().user.name == "Sal Reed"
    words, fields = (sum(counts) for counts in zip(*seen, strict=True))
    assert len(seen) <= MOST_PAGES
    assert fields <= MOST_FIELDS
    assert words / WORDS_A_MINUTE * 60 + fields * SECONDS_A_FIELD < MOST_SECONDS, (words, fields)
