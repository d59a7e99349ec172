"""What people do to forms without meaning harm, and a few who mean it."""

import pytest
from django.contrib.sessions.models import Session

from bids.models import Bid, Submission
from bids.selectors.bidding import offer_of
from lots.models import Competition
from lots.states import CompetitionState
from tests.accounts.people import PASSWORD, person
from tests.bids.bidding import complete_bid
from tests.factories import (
    BidFactory,
    MembershipFactory,
    OpenLotFactory,
    SupplierFactory,
    qualify,
)
from tests.journeys.acting import Actor
from tests.lots.ready import colleagues, ready_draft


@pytest.fixture
def bid(transactional_db):
    """Complete, and not submitted, with `.person` who writes it and can sign in."""
    lot = OpenLotFactory()
    supplier = qualify(SupplierFactory(), lot)
    who = MembershipFactory(supplier=supplier, user=person()).user
    return complete_bid(BidFactory(lot=lot, supplier=supplier), by=who)


@pytest.fixture
def acting(new_page, sign_in):
    """Somebody who has signed in, on a page of their own."""

    def acting(user):
        actor = Actor(new_page(), user=user)
        sign_in(actor.page, user)
        return actor

    return acting


def declared(who, bid):
    who.go(f"/supplier/bids/{bid.reference}/submit/")
    who.page.locator("main input[type=checkbox]").check()
    return who


def an_answer(bid):
    question = bid.lot.competition.criteria.get(kind="quality").questions.get()
    return f"/supplier/bids/{bid.reference}/questions/{question.reference}/", question.text


def test_back_after_submitting_and_submitting_again_is_one_submission(acting, bid):
    maya = declared(acting(bid.person), bid)
    maya.press("Submit bid").sees("Bid submitted")

    maya.page.go_back()
    again = maya.page.get_by_role("button", name="Submit bid")
    if again.count():
        maya.page.locator("main input[type=checkbox]").check()
        maya.press("Submit bid").sees("Bid submitted")
    else:
        maya.sees("Nothing to submit")

    assert Submission.objects.count() == 1


def test_a_page_that_was_submitted_elsewhere_submits_nothing_more(acting, bid):
    maya = acting(bid.person)
    declared(maya, bid)
    other = Actor(maya.page.context.new_page(), user=bid.person)
    declared(other, bid).press("Submit bid").sees("Bid submitted")

    maya.press("Submit bid")

    assert Submission.objects.count() == 1


def test_a_double_click_submits_once(acting, bid):
    maya = declared(acting(bid.person), bid)

    with maya.page.expect_navigation():
        maya.page.get_by_role("button", name="Submit bid").dblclick()

    maya.page.get_by_text("Bid submitted").first.wait_for()
    assert Submission.objects.count() == 1


def test_a_long_answer_outlives_the_session_it_was_typed_in(acting, bid, complaints):
    address, question = an_answer(bid)
    maya = acting(bid.person).go(address)
    typed = "We begin where people are. " * 15
    maya.fill(question, typed)
    Session.objects.all().delete()

    maya.press("Save and continue").sees("Sign in")
    maya.fill("Email address", maya.email)
    maya.page.get_by_label("Password", exact=True).fill(PASSWORD)
    maya.press("Sign in").sees("We kept what you typed", typed.strip())
    maya.press("Send it now")

    [answer] = offer_of(Bid.objects.get())["answers"].values()
    assert answer["text"].strip() == typed.strip()
    # The page saved by itself meanwhile, and was told that nobody is signed in.
    complaints[:] = [each for each in complaints if "401" not in each]


def test_somebody_elses_bid_is_not_there(acting, bid, complaints):
    stranger = acting(MembershipFactory().user)

    pages = ["", "offer/", "price/", "files/", "submit/", "record/", "withdraw/", "outcome/"]
    answers = [
        stranger.page.goto(f"/supplier/bids/{bid.reference}/{page}").status for page in pages
    ]

    assert set(answers) == {404}
    complaints.clear()


@pytest.mark.parametrize("forged", ["", "nonsense", "0" * 64, "<b>\u202e</b>"])
def test_a_forged_hidden_field_overwrites_nothing_unseen(acting, bid, forged):
    address, question = an_answer(bid)
    maya = acting(bid.person).go(address)
    maya.fill(question, "What I say now")
    hidden = maya.page.locator("main input[name=shown]")
    hidden.evaluate("(field, forged) => { field.value = forged }", forged)

    maya.press("Save and continue")

    maya.sees("There is a problem", "The other version", "We listen first")
    assert maya.page.locator("main textarea").input_value() == "What I say now"
    [answer] = offer_of(Bid.objects.get())["answers"].values()
    assert answer["text"] == "We listen first"


def test_a_page_to_publish_that_shows_an_older_draft_publishes_nothing(acting):
    first, second = colleagues()
    competition = ready_draft(first)
    home = f"/commissioner/competitions/{competition.reference}/"
    olivia, samir = acting(first.user), acting(second.user)
    olivia.go(f"{home}publish/")
    samir.go(f"{home}basics/").fill("Title", "Another title").press("Save and continue")

    olivia.page.locator("main input[name=is_sure]").check()
    olivia.press("Publish")

    olivia.sees("There is a problem")
    assert Competition.objects.get().state == CompetitionState.DRAFT


def test_two_tabs_of_one_draft_competition_keep_the_first_and_show_what_was_typed(acting):
    first, second = colleagues()
    home = f"/commissioner/competitions/{ready_draft(first).reference}/"
    olivia, samir = acting(first.user), acting(second.user)
    olivia.go(f"{home}basics/")
    samir.go(f"{home}basics/").fill("Summary", "What Samir wrote").press("Save and continue")

    olivia.fill("Summary", "What Olivia wrote").press("Save and continue")

    olivia.sees("There is a problem")
    assert olivia.page.get_by_label("Summary").input_value() == "What Olivia wrote"
    assert Competition.objects.get().summary == "What Samir wrote"


def test_a_price_is_entered_and_the_bid_submitted_by_keyboard_alone(acting, bid):
    maya = acting(bid.person).go(f"/supplier/bids/{bid.reference}/price/")
    keys = maya.page.keyboard

    tab_to(maya.page, "id_price")
    keys.press("ControlOrMeta+A")
    keys.type("199,999.50")
    with maya.page.expect_navigation():
        keys.press("Enter")
    maya.go(f"/supplier/bids/{bid.reference}/submit/").sees("£199,999.50")
    tab_to(maya.page, "id_declared")
    keys.press("Space")
    keys.press("Tab")
    with maya.page.expect_navigation():
        keys.press("Enter")

    maya.sees("Bid submitted")


def tab_to(page, field):
    """Press Tab until the field has the focus; everything passed on the way shows that it has."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    pytest.fail(f"{field} cannot be reached by keyboard")
