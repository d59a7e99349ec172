"""An opener's way in the browser: set, prove, publish, rehearse, and open with a colleague."""

import pytest

from framework_portal import clock
from lots.actions.publishing import publish_competition
from lots.models import Opener
from lots.states import CompetitionState
from tests.bids.evaluated import submitted_bid
from tests.factories import OPENING_PASSPHRASE, OfficerFactory, opener_key
from tests.journeys.acting import Actor
from tests.lots.pages import of
from tests.lots.ready import ready_draft

PASSPHRASE = "otter lantern gravel noon"
PHONE = {"width": 320, "height": 800}


@pytest.fixture
def draft(transactional_db):
    """A draft whose author has no opening passphrase yet; two colleagues have."""
    author = OfficerFactory()
    draft = ready_draft(OfficerFactory(commissioner=author.commissioner))
    opener = draft.openers.first()
    Opener.objects.filter(pk=opener.pk).update(user=author.user)
    return draft, author.user, draft.openers.exclude(pk=opener.pk).first().user


@pytest.mark.parametrize(
    ("width", "javascript"), [(None, True), (PHONE, True), (PHONE, False)], ids=str
)
def test_from_the_passphrase_to_the_open_bids(
    draft, new_page, sign_in, axe, clock_moves, width, javascript
):
    competition, olivia, samir = draft
    first, second = (
        Actor(new_page(viewport=width, javascript=javascript), user=user, email=user.email)
        for user in (olivia, samir)
    )
    for who in (first, second):
        sign_in(who.page, who.user)

    def look(who):
        if javascript:
            assert axe(who.page) == []
            wide = who.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= who.page.viewport_size["width"]
        return who

    look(first.go("/account/")).press("Manage your opening passphrase")
    look(first).press("Set your opening passphrase")
    first.fill("New opening passphrase", PASSPHRASE)
    first.fill("New opening passphrase again", "something else altogether")
    look(first.press("Set the opening passphrase")).sees("The two passphrases are not the same")
    first.fill("New opening passphrase", PASSPHRASE)
    first.fill("New opening passphrase again", PASSPHRASE).press("Set the opening passphrase")
    look(first).fill("Your opening passphrase", PASSPHRASE).press("Prove the passphrase")
    look(first).sees("You have proven your opening passphrase")

    look(first.go(of(competition, "competition_openers"))).sees("Proven", "(you)")
    look(first.go(of(competition, "competition_publish")))
    first.choose("Show me recovery words on the next page, once, to print")
    first.choose("I have checked the competition, and it can be published")
    look(first.press("Publish to everybody")).sees("Recovery words", "shown on this page only")
    words = first.page.locator(".portal-recovery__words code").all_inner_texts()
    assert len(words) == 33
    look(first.press("The words are put away: continue")).sees("Competition published")
    competition.refresh_from_db()
    assert competition.state == CompetitionState.PUBLISHED
    bid = submitted_bid(competition.lots.get(), price="123456")

    clock_moves(days=30 - 1)
    look(first.go(of(competition, "competition_detail"))).sees("It is not certain that the bids")
    look(first.press("Rehearse your part now"))
    first.fill("Your opening passphrase", PASSPHRASE).press("Open the dummy bid")
    look(first).sees("The dummy bid opened. Your passphrase works")
    look(first.go(of(competition, "opening"))).sees("Come back then")

    clock_moves(days=31)
    look(first.go(of(competition, "opening"))).sees("Has not acted")
    first.fill("Your opening passphrase", "not the right one").press("Approve the opening")
    look(first).sees("This is not your opening passphrase")
    first.fill("Your opening passphrase", PASSPHRASE).press("Approve the opening")
    look(first).sees("15 minutes left", "You have approved the opening")
    look(second.go(of(competition, "opening"))).sees("Open all bids now")
    second.fill("Your opening passphrase", OPENING_PASSPHRASE).press("Open all bids now")
    look(second).sees("Opening record", bid.offer.envelope_hash)
    assert bid.supplier.name not in second.words
    look(second.press("Go on to the bids")).sees(bid.supplier.name, "£123,456")
    first.press("See who is there by now").sees("Opening record")
    look(first.press("What everybody may read of it")).sees(bid.offer.envelope_hash)


def test_the_first_officer_is_told_without_doing_anything(draft, new_page, sign_in, clock_moves):
    competition, _olivia, samir = draft
    tara = competition.openers.order_by("pk").last().user
    opener_key(competition.openers.order_by("pk").first().user)
    publish_competition(competition=competition, by=samir, at=clock.now())
    clock_moves(days=31)
    one, other = Actor(new_page(), user=samir), Actor(new_page(), user=tara)
    for who in (one, other):
        sign_in(who.page, who.user)
    one.page.clock.install()
    one.go(of(competition, "opening"))
    other.go(of(competition, "opening")).fill("Your opening passphrase", OPENING_PASSPHRASE)
    other.press("Approve the opening")

    one.page.clock.run_for(16_000)

    one.page.get_by_text("It is your turn now.").first.wait_for()
