"""Numbers of confidential reports are public over enough cases, once a year and never again."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from contracts.actions.voice_figures import publish_figures
from contracts.models import VoiceFigures
from contracts.selectors.voice import LEAST, cases_by_kind, suppressed
from contracts.states import VoiceKind
from tests.contracts.building import named, signed_contract
from tests.contracts.voices import line_of, periods, reported

LONDON = ZoneInfo("Europe/London")
MADE = datetime(2027, 5, 5, 12, tzinfo=LONDON)
DUE = datetime(2028, 7, 2, 12, tzinfo=LONDON)


def counts(*numbers):
    return dict(zip(VoiceKind.values, numbers, strict=True))


def test_four_are_hidden_and_five_are_shown():
    assert suppressed(counts(5, 5, 5, 5, 5)) == (counts(5, 5, 5, 5, 5), 25)
    assert suppressed(counts(5, 4, 9, 9, 9)) == (counts(5, None, 9, 9, 9), None)
    assert suppressed(counts(0, 0, 0, 0, 0)) == (counts(*[None] * 5), None)
    assert suppressed(counts(3, 3, 3, 9, 9)) == (counts(None, None, None, 9, 9), None)
    assert suppressed(counts(2, 2, 2, 9, 9)) == (counts(None, None, None, 9, 9), 24)


def test_nothing_that_is_published_gives_a_hidden_number_away():
    """Whoever knows the rule and sees the result still takes each hidden kind for 0, 1, 2, 3 or 4,
    and works out no number below five."""
    possible = defaultdict(set)
    for numbers in product(range(LEAST + 2), repeat=len(VoiceKind.values)):
        shown, total = suppressed(counts(*numbers))
        possible[(*shown.values(), total)].add(numbers)

    for (*shown, total), worlds in possible.items():
        for place, number in enumerate(shown):
            could_be = {world[place] for world in worlds}
            assert could_be == ({number} if number is not None else set(range(LEAST)))
        if total is not None and None in shown:
            assert total - sum(filter(None, shown)) >= LEAST


@pytest.mark.django_db
@pytest.mark.parametrize(("cases", "shown"), [(4, "Fewer than five"), (5, "5")])
def test_the_public_page_shows_five_cases_and_hides_four(client, cases, shown):
    periods()
    contract = signed_contract([named() for _ in range(cases)])
    for place in range(1, cases + 1):
        reported(line_of(contract, place), at=MADE)
    assert cases_by_kind(2027)["late_pay"] == cases

    assert publish_figures(at=DUE) == [2027]

    page = client.get(reverse("public:supply_chain_reports_figures")).content.decode()
    row = page[page.index("I am paid late") :].split("<td", 2)[1]
    assert f">{shown}</td>" in row


@pytest.mark.django_db
def test_what_one_organisation_says_of_one_lead_is_one_case():
    periods()
    line = line_of(signed_contract(1))
    for _ in range(5):
        reported(line, at=MADE)

    assert cases_by_kind(2027)["late_pay"] == 1


@pytest.mark.django_db
def test_a_year_is_published_three_months_after_it_ends_and_never_moves(client):
    periods()
    contract = signed_contract([named() for _ in range(6)])
    lines = [line_of(contract, place) for place in range(1, 7)]
    for line in lines[:5]:
        reported(line, at=MADE)
    end = datetime(2028, 4, 1, tzinfo=LONDON)
    publish_figures(at=end)  # the year before
    assert publish_figures(at=end + timedelta(days=90)) == []
    assert publish_figures(at=end + timedelta(days=91)) == [2027]
    address = reverse("public:supply_chain_reports_figures")
    before = client.get(address).content

    reported(lines[5], at=MADE)

    assert publish_figures(at=DUE) == []
    assert client.get(address).content == before
    with pytest.raises(DatabaseError), transaction.atomic():
        VoiceFigures.objects.update(total=99)


@pytest.mark.django_db
def test_a_year_left_out_is_published_with_the_next():
    periods()
    VoiceFigures.objects.create(year=2025, by_kind=counts(*[None] * 5), published_at=MADE)

    assert publish_figures(at=DUE) == [2026, 2027]
