"""The commissioner's pages in Chromium: accessible, and no wider than a phone."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lots.actions.extending import propose_extension
from lots.actions.publishing import publish_competition
from lots.models import Clarification, Competition
from tests.factories import CategoryFactory, FrameworkFactory, OfficerFactory, PoliceAreaFactory
from tests.lots.pages import of
from tests.lots.ready import colleagues, midday, ready_draft

# GOV.UK's own markup: aria-expanded on a radio that reveals a question. Known and stated.
REVEALING = [("aria-allowed-attr", 'class="govuk-radios__input"')]

pytestmark = pytest.mark.django_db(transaction=True)


def draft_pages(draft):
    question = draft.criteria.get(kind="quality").questions.get().reference
    lot = draft.lots.first().reference
    plain = ["detail", "basics", "categories", "timetable", "criteria", "preview", "publish"]
    return [
        reverse("commissioner:competition_list"),
        reverse("commissioner:competition_start"),
        reverse("commissioner:competition_copy"),
        *[of(draft, f"competition_{name}") for name in [*plain, "abandon"]],
        *[of(draft, name) for name in ["question_list", "document_list", "lot_list"]],
        *[of(draft, name) for name in ["lots_make", "lot_order"]],
        of(draft, "question_edit", question=question),
        of(draft, "question_remove", question=question),
        of(draft, "lot_edit", lot=lot),
        of(draft, "lot_remove", lot=lot),
        of(draft, "lot_preview", lot=lot),
    ]


def published_pages(competition, extension, asked):
    plain = ["detail", "published", "change", "clarifications", "abandon"]
    return [
        *[of(competition, f"competition_{name}") for name in plain],
        of(competition, "lot_list"),
        of(competition, "lot_change", lot=competition.lots.first().reference),
        of(competition, "document_publish"),
        of(competition, "extension_propose"),
        of(competition, "extension_decide", extension=extension.reference),
        reverse("commissioner:clarification_list"),
        reverse("commissioner:clarification_answer", args=[asked.reference]),
    ]


@pytest.mark.parametrize("width", [1280, 320])
def test_every_page_is_accessible_and_fits(new_page, axe, sign_in, width):
    first, second = colleagues()
    areas = PoliceAreaFactory.create_batch(3)
    draft, competition = ready_draft(first, areas=areas), ready_draft(first, areas=areas)
    at = timezone.now()
    publish_competition(competition=competition, by=first.user, at=at)
    competition.refresh_from_db()
    extension = propose_extension(
        competition=competition, closes_at=midday(37), reason="R", by=first.user, at=at
    )
    asked = Clarification.objects.create(competition=competition, asked="Why?", asked_at=at)
    page = new_page(viewport={"width": width, "height": 900})
    sign_in(page, second.user)

    found = {}
    for address in [*draft_pages(draft), *published_pages(competition, extension, asked)]:
        assert page.goto(address).status == 200, address
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        wrong = axe(page, but=REVEALING) + ([f"{wider} too wide"] if wider > 0 else [])
        if wrong:
            found[address] = wrong

    assert found == {}


def test_forty_two_lots_are_made_in_one_step_by_ticking_one_box(page, sign_in):
    FrameworkFactory()
    officer, category = OfficerFactory(), CategoryFactory(name="Wellbeing")
    PoliceAreaFactory.create_batch(42)
    sign_in(page, officer.user)

    page.goto(reverse("commissioner:competition_start"))
    page.get_by_label("Title of the competition").fill("Wellbeing in 42 areas")
    page.get_by_label("A contract").check()
    page.get_by_role("button", name="Start the draft").click()
    page.get_by_role("link", name="Categories").click()
    page.get_by_label(category.name).check()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("link", name="Lots").click()
    page.get_by_role("link", name="Make the lots").click()
    page.get_by_label("One lot for each of 42 police").check()
    page.get_by_label("Value of the lot").fill("716,539")
    page.get_by_role("button", name="Make the lots").click()
    page.get_by_text("42 lots were made").wait_for()

    assert page.locator("tbody tr").count() == 42
    assert page.get_by_text("£30,094,638").count() == 1
    assert Competition.objects.get().lots.count() == 42
