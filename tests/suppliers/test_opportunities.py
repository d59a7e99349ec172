"""The list of lots: what is on it, how it is narrowed, what it costs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from framework_portal import clock
from framework_portal.reference.selectors import Places
from suppliers.models import Qualification
from suppliers.selectors.holdings import holdings
from suppliers.selectors.holdings import matching as those_that_match
from suppliers.states import QualificationState
from tests.factories import (
    CategoryFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OpenLotFactory,
    PoliceAreaFactory,
    RegionFactory,
    SupplierFactory,
    publish,
    qualify,
)

pytestmark = pytest.mark.django_db
URL = "/opportunities/"


def titles(client, **query):
    """The titles of the lots on the page, in their order."""
    response = client.get(URL, query)
    assert response.status_code == 200
    return [row["title"] for row in response.context["rows"]]


def test_open_lots_stand_there_and_drafts_do_not(client):
    lot = OpenLotFactory(title="Open to all")
    LotFactory(title="Secret draft", competition__title="Secret competition")

    page = client.get(URL).content.decode()

    assert "Open to all" in page
    assert reverse("public:lot", args=[lot.reference]) in page
    assert "£250,000" in page
    assert "Secret" not in page
    assert "Secret" not in client.get(URL, {"status": "all", "words": "secret"}).content.decode()


def test_each_status_has_its_lots(client):
    soon, late = timezone.now() + timedelta(days=10), timezone.now() + timedelta(days=30)
    OpenLotFactory(title="Open", competition__closes_at=late)
    closed = OpenLotFactory(title="Closed", competition__closes_at=soon).competition
    stopped = OpenLotFactory(title="Abandoned", competition__closes_at=late).competition
    stopped.state, stopped.abandoned_because = "abandoned", "No money"
    stopped.abandoned_at, stopped.abandoned_by = timezone.now(), stopped.created_by
    stopped.save()
    history = CompetitionFactory(
        is_history=True, state="awarded", closes_at=None, clarifications_close_at=None
    )
    LotFactory(title="Awarded", competition=history)

    with clock.fixed_at(closed.closes_at):
        found = {
            status: set(titles(client, status=status))
            for status in ("open", "closed", "awarded", "all", "nonsense")
        }

    assert found == {
        "open": {"Open"},
        "closed": {"Closed"},
        "awarded": {"Awarded"},
        "all": {"Open", "Closed", "Abandoned", "Awarded"},
        "nonsense": {"Open"},
    }


def test_a_lot_is_open_until_the_instant_it_closes(client):
    lot = OpenLotFactory(title="Last minute")
    closes_at = lot.competition.closes_at

    with clock.fixed_at(closes_at - timedelta(microseconds=1)):
        assert titles(client) == ["Last minute"]
    with clock.fixed_at(closes_at):
        assert titles(client) == []
        assert titles(client, status="closed") == ["Last minute"]


def test_filters_narrow_by_category_and_by_area(client):
    homes, work = CategoryFactory(slug="homes"), CategoryFactory(slug="work")
    region = RegionFactory(slug="north")
    part = PoliceAreaFactory(slug="cleveland", parent=region)
    other = PoliceAreaFactory(slug="kent")
    OpenLotFactory(title="Region", categories=[homes], areas=[region])
    OpenLotFactory(title="Part", categories=[work], areas=[part])
    OpenLotFactory(title="Elsewhere", categories=[homes, work], areas=[other])

    assert set(titles(client, category="homes")) == {"Region", "Elsewhere"}
    assert set(titles(client, region="north")) == {"Region", "Part"}
    assert set(titles(client, police_area="cleveland")) == {"Region", "Part"}
    assert set(titles(client, police_area="kent")) == {"Elsewhere"}
    assert set(titles(client, region="north", category="work")) == {"Part"}
    assert titles(client, region="north", police_area="kent") == []


def test_words_are_found_in_lots_and_in_their_competitions(client):
    OpenLotFactory(title="Mentoring in Durham", competition__title="One")
    OpenLotFactory(title="Two", competition__summary="Mentors for young people")
    OpenLotFactory(title="Three")

    assert set(titles(client, words="mentoring")) == {"Mentoring in Durham", "Two"}
    assert titles(client, words="mentor -young") == ["Mentoring in Durham"]
    assert titles(client, words='"in durham" OR')  # half-typed operators are no error
    assert titles(client, words="unheard") == []


def test_the_order_is_as_asked(client):
    now = timezone.now()
    for number, (days, value) in enumerate([(3, 10), (1, 30), (2, 20)]):
        lot = LotFactory(
            title=str(number),
            value=Decimal(value),
            competition__closes_at=now + timedelta(days=30 + days),
        )
        publish(lot.competition)

    assert titles(client) == ["1", "2", "0"]
    assert titles(client, sort="value") == ["1", "2", "0"]
    assert titles(client, sort="newest") == ["2", "1", "0"]
    assert titles(client, sort="sideways") == ["1", "2", "0"]


def test_each_filter_can_be_taken_away_by_itself(client):
    CategoryFactory(slug="homes", name="Homes")
    OpenLotFactory()

    page = client.get(URL, {"category": "homes", "words": "a & b", "page": "2"}).content.decode()

    assert 'href="?words=a+%26+b"' in page
    assert 'href="?category=homes"' in page
    assert "a &amp; b" in page
    assert 'value="homes" selected' in page


def test_pages_have_the_size_asked_for_and_keep_the_filters(client):
    competition = CompetitionFactory()
    LotFactory.create_batch(60, competition=competition, categories=[CategoryFactory()])
    publish(competition)

    first = client.get(URL, {"status": "all", "per_page": "50"})
    last = client.get(URL, {"status": "all", "per_page": "50", "page": "2"})

    assert (len(first.context["rows"]), len(last.context["rows"])) == (50, 10)
    assert b"<strong>60 lots</strong>" in first.content
    assert "?status=all&amp;per_page=50&amp;page=2" in first.content.decode()


HOSTILE = [
    "page=999999999999999999999",
    f"page={'9' * 5000}",
    "page=-1",
    "page=0",
    "page=1e5",
    "page=%F0%9F%99%82",
    "page=last&page=2",
    "category=no-such-category",
    "category=../../etc/passwd",
    "category[]=homes&category[0][x]=1",
    "category=a&category=b&category=",
    "region=north&region=south&police_area=%27%3B--",
    "per_page=1000000",
    "per_page=0",
    "sort=closes_at",
    "status=draft",
    "match=ours",
    "words=%01%02%1F",
    "words=%ED%A0%80",
    "words=%22%22%22",
    "words=%3A*+%26+%7C+%21+%28",
    f"words={'x' * 5000}",
    "words=" + "%25" * 60,
    "words=a&words=b",
    "&&&=&==",
]


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("url", [URL, "/awards/", "/suppliers/", "/coverage/"])
def test_no_query_breaks_a_list(url, query, client):
    OpenLotFactory()

    assert client.get(f"{url}?{query}").status_code == 200


def test_a_nul_is_answered_plainly(client):
    assert client.get(f"{URL}?words=%00").status_code == 400


def test_filters_that_were_not_understood_are_said(client):
    OpenLotFactory()

    assert b"were not understood" in client.get(URL, {"category": "nonsense"}).content
    assert b"were not understood" not in client.get(URL).content


def test_empty_lists_say_what_to_do(client):
    assert b"No competition has been published yet" in client.get(URL).content
    OpenLotFactory()
    assert b"Take one away" in client.get(URL, {"words": "unheard"}).content
    assert b"There is no lot with this status" in client.get(URL, {"status": "awarded"}).content


def supplier_of(user):
    return MembershipFactory(user=user, supplier=SupplierFactory(name="Own Supplier")).supplier


def test_a_suppliers_people_see_what_matches_them(client):
    match, other = OpenLotFactory(title="Ours"), OpenLotFactory(title="Theirs")
    person = MembershipFactory().user
    qualify(supplier_of(person), match)
    half = supplier_of(person)
    half.areas.add(*other.areas.all())
    client.force_login(person)

    rows = {row["title"]: row["match"] for row in client.get(URL).context["rows"]}

    assert rows == {"Ours": "Own Supplier", "Theirs": ""}
    assert titles(client, match="ours") == ["Ours"]
    assert b"Matches you" in client.get(URL).content


def test_a_suspended_supplier_matches_nothing(client):
    lot = OpenLotFactory()
    person = MembershipFactory().user
    qualify(supplier_of(person), lot)
    Qualification.objects.update(state=QualificationState.SUSPENDED, reasons="Because")
    client.force_login(person)

    assert titles(client, match="ours") == []
    assert b"Matches you" not in client.get(URL).content


def test_the_set_based_match_is_the_rule_that_counts(db):
    """One lot over a region, one over two areas, one of two categories; three suppliers."""
    region = RegionFactory()
    parts = PoliceAreaFactory.create_batch(2, parent=region)
    homes, work = CategoryFactory(), CategoryFactory()
    lots = [
        OpenLotFactory(categories=[homes], areas=[region]),
        OpenLotFactory(categories=[homes], areas=parts),
        OpenLotFactory(categories=[homes, work], areas=[parts[0]]),
    ]
    people = [MembershipFactory() for _ in range(3)]
    qualify(people[0].supplier, lots[0])
    qualify(people[1].supplier, lots[2])
    at, places = timezone.now(), Places()
    every = type(lots[0]).objects.all()

    for membership in people:
        held = holdings(membership.user, at=at)
        found = set(those_that_match(every, held, places))
        assert found == {lot for lot in lots if membership.supplier.matches(lot, at=at)}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_a_stranger_the_same_for_one_lot_or_three(
    count, client, django_assert_num_queries
):
    OpenLotFactory.create_batch(count)

    with django_assert_num_queries(5):  # time and edition, areas, categories, count, lots
        assert len(client.get(URL).context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_a_supplier_the_same_for_one_lot_or_three(
    count, client, django_assert_max_num_queries
):
    lots = OpenLotFactory.create_batch(count)
    person = MembershipFactory().user
    qualify(supplier_of(person), lots[0])
    client.force_login(person)
    client.get(URL)  # the first request of a session also writes down that it is there

    with django_assert_max_num_queries(12) as asked:
        client.get(URL, {"match": "ours"})

    assert len(asked.captured_queries) <= 12


def test_only_get_and_head(client):
    OpenLotFactory()

    assert client.head(URL).status_code == 200
    assert client.post(URL).status_code == 405
    with transaction.atomic():
        assert client.get(URL).status_code == 200
