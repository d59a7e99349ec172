"""What was submitted, in a real browser: read and changed after signing in again, or locked."""

import re

import pytest

from bids.models import Submission
from framework_portal.accounts.actions.people import create_person
from suppliers.actions.vaults import vault_to_fill
from tests.accounts.people import PASSWORD
from tests.bids.bidding import complete_bid, submit
from tests.factories import BidFactory, MembershipFactory
from tests.journeys.acting import Actor

pytestmark = pytest.mark.django_db(transaction=True)
ANOTHER = "otter umbrella quarry"


@pytest.fixture
def bid():
    """Submitted by somebody who signs in by the pages."""
    bid = BidFactory(lot__title="Housing advice in Cleveland")
    person = create_person(email="ada@supplier.example", name="Ada Wren", password=PASSWORD)
    MembershipFactory(supplier=bid.supplier, user=person)
    vault_to_fill(bid.supplier)
    submit(complete_bid(bid, by=person, text="We listen first"))
    return bid


@pytest.fixture
def looked(axe):
    """`looked(actor)`: nothing sideways, nothing that axe finds; scripts are needed to ask."""

    def looked(actor, *, javascript=True):
        if javascript:
            actor.page.wait_for_load_state()
            wide = "document.documentElement.scrollWidth"
            assert actor.page.evaluate(f"{wide} <= document.documentElement.clientWidth")
            assert axe(actor.page) == [], actor.page.url
        return actor

    return looked


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("width", [1280, 320])
def test_signed_in_again_one_word_is_changed_and_submitted(
    new_page, looked, bid, width, javascript
):
    page = new_page(viewport={"width": width, "height": 900}, javascript=javascript)
    ada = Actor(page, user=bid.person).sign_in()
    ada.go(f"/supplier/bids/{bid.reference}/")
    looked(ada, javascript=javascript)
    ada.go("/account/logout/").press("Sign out")
    ada.sign_in().go(f"/supplier/bids/{bid.reference}/").press("Question 1")

    assert page.get_by_role("textbox").first.input_value() == "We listen first"
    page.get_by_role("textbox").first.fill("We listen longest")
    ada.press("Save and continue")
    ada.go(f"/supplier/bids/{bid.reference}/submit/").sees("We listen longest")
    page.get_by_label("I am allowed to submit this bid").check()
    ada.press("Submit bid").sees("Bid submitted")

    assert Submission.objects.filter(bid=bid).count() == 2
    ada.go(f"/supplier/bids/{bid.reference}/offer/").sees("We listen longest")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_forgotten_password_locks_out_and_the_printed_code_lets_in(
    new_page, looked, bid, width, settings
):
    settings.DEMONSTRATION = True  # for its mailbox
    page = new_page(viewport={"width": width, "height": 900})
    ada = Actor(page, user=bid.person).sign_in()
    team = f"/supplier/organisation/{bid.supplier.reference}/team/"
    looked(ada.go(team)).sees("If you forget your password, you can no longer read them")
    looked(ada.press("Make a recovery code"))
    looked(ada.press("Make the code and show it")).sees("This is the only time we show it")
    code = re.sub(r"\s", "", page.locator("main code").inner_text())
    ada.press("I have kept it").sees("Your organisation has a recovery code")

    ada.go("/account/logout/").press("Sign out")
    ada.go("/account/password/reset/").fill("Email address", ada.email).press("Send me a link")
    ada.follows_the_mail(r"/account/password/reset/key/[^\s]+")
    page.get_by_label("New password", exact=True).fill(ANOTHER)
    page.get_by_label("New password again", exact=True).fill(ANOTHER)
    ada.press("Save new password")
    ada.go("/account/login/").fill("Email address", ada.email)
    page.get_by_label("Password", exact=True).fill(ANOTHER)
    ada.press("Sign in")

    home = f"/supplier/bids/{bid.reference}/"
    looked(ada.go(home)).sees("Every bid you have submitted counts", "Start a replacement")
    looked(ada.go(f"{home}offer/")).sees("Every bid you have submitted counts")
    looked(ada.go(f"{home}anew/"))
    ada.go(home).press("Enter your organisation’s recovery code")
    looked(ada).fill("Recovery code", "0000-0000").press("Continue")
    looked(ada).sees("There is a problem")
    ada.fill("Recovery code", code.lower()).press("Continue").sees("can read your submitted bids")
    ada.go(f"{home}offer/").sees("We listen first")


def test_a_colleague_is_let_in_on_purpose(new_page, looked, bid):
    from framework_portal.accounts.actions.personal_keys import replace

    ben = create_person(email="ben@supplier.example", name="Ben Byrd", password=PASSWORD)
    MembershipFactory(supplier=bid.supplier, user=ben)
    ada = Actor(new_page(viewport={"width": 320, "height": 900}), user=bid.person).sign_in()
    replace(user=ben, password=PASSWORD)

    team = f"/supplier/organisation/{bid.supplier.reference}/team/"
    looked(ada.go(team)).press("Let Ben Byrd read submitted bids again")
    looked(ada).sees("Speak to them first").press("I have spoken to them: let them in")
    looked(ada).sees("Ben Byrd can read your submitted bids again")

    other = Actor(new_page(), user=ben).sign_in()
    other.go(f"/supplier/bids/{bid.reference}/offer/").sees("We listen first")
