"""Both sides read what both stated of a line, and when, whoever changed it after the other."""

import re
from contextlib import ExitStack

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from contracts.actions.answering import confirm_line, dispute_line, settle_dispute
from contracts.actions.stating import correct_line
from contracts.states import Ruling
from framework_portal import clock
from framework_portal.wording import day, moment
from tests.contracts.building import person_of
from tests.contracts.quarters import AFTER, YEAR_DONE, figures, line_of, running, sent
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
# Each a figure that stands nowhere else.
FIRST, OWN, SECOND = figures(4301, "5101"), figures(4202, "5202"), figures(4403, "5303")


@pytest.fixture
def told():
    """A contract, and what it does: the clock stands after its year from then on."""
    contract = running(1)
    with ExitStack() as stack:
        stack.enter_context(clock.fixed_at(YEAR_DONE))
        sent(contract, lines=[FIRST])
        yield contract


def dispute(contract):
    line = line_of(contract)
    by = person_of(line.subcontractor)
    dispute_line(line=line, number=1, figures=OWN, words="Fewer came", by=by, at=AFTER[1])


def correct(contract):
    correct_line(
        line=line_of(contract),
        figures=SECOND,
        words="Counted anew",
        number=1,
        by=contract.person,
        at=AFTER[2],
    )


def pages(client, contract):
    """The words of the line, as lead, subcontractor and commissioner read them."""
    line = line_of(contract)
    for person, name, thing in (
        (contract.person, "supplier:quarter", line.quarter),
        (person_of(line.subcontractor), "supplier:line", line),
        (contract.officers[0], "commissioner:quarter", line.quarter),
    ):
        sign_in(client, person)
        page = client.get(reverse(name, args=[thing.reference])).content.decode()
        yield re.sub(r"\s+", " ", strip_tags(page))


def test_a_line_corrected_after_it_was_disputed_shows_both_sides_figures_and_when(client, told):
    dispute(told)
    correct(told)

    for page in pages(client, told):
        for each in (FIRST, OWN, SECOND):
            assert str(each.referrals) in page and f"£{each.pounds:,}" in page
        assert f"stated by the lead on {moment(AFTER[0])}" in page
        assert f"disputed this on {moment(AFTER[1])}" in page and "Fewer came" in page
        assert f"corrected this on {moment(AFTER[2])}" in page and "Counted anew" in page


def test_a_line_corrected_after_it_was_confirmed_says_what_was_confirmed(client, told):
    line = line_of(told)
    confirm_line(line=line, number=1, by=person_of(line.subcontractor), at=AFTER[1])
    correct(told)

    for page in pages(client, told):
        assert str(FIRST.referrals) in page and str(SECOND.referrals) in page
        assert f"confirmed this on {moment(AFTER[1])}" in page
    sign_in(client, person_of(line.subcontractor))
    own = client.get(reverse("supplier:line", args=[line.reference])).content.decode()
    assert "The lead has changed these figures since you were first asked" in own


def test_after_a_ruling_for_the_subcontractor_the_leads_figures_are_read_still(client, told):
    dispute(told)
    settle_dispute(
        line=line_of(told),
        number=1,
        ruling=Ruling.SUBCONTRACTOR,
        words="Its register shows it",
        by=told.officers[0],
        at=AFTER[2],
    )

    for page in pages(client, told):
        assert str(FIRST.referrals) in page and str(OWN.referrals) in page
        assert f"Settled by the commissioner on {moment(AFTER[2])}" in page


def test_a_line_that_nobody_changed_says_when_it_was_stated_and_answered(client, told):
    leads, own, officers = pages(client, told)
    assert f"stated this on {moment(AFTER[0])}" in own
    assert f"Stated {day(AFTER[0])}" in leads and f"Stated {day(AFTER[0])}" in officers

    line = line_of(told)
    confirm_line(line=line, number=1, by=person_of(line.subcontractor), at=AFTER[1])
    leads, own, officers = pages(client, told)
    assert f"confirmed this on {moment(AFTER[1])}" in own
    assert f"Answered {day(AFTER[1])}" in leads and f"Answered {day(AFTER[1])}" in officers
