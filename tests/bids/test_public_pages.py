"""Competitions, lots, awards and leads, as everybody may read them."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from bids.actions.award import announce_awards, approve_award, propose_award
from bids.models import Award
from bids.selectors.leads import lead_address, lead_slug, team_pattern
from framework_portal import clock
from framework_portal.documents.actions import store_document
from lots.models import (
    Clarification,
    Competition,
    CompetitionChange,
    CompetitionDocument,
    Criterion,
)
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import (
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OpenLotFactory,
    QuestionFactory,
    SupplierFactory,
    publish,
    qualify,
)
from tests.ground.documents.samples import upload
from tests.ground.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(db):
    call_command("load_reference", stdout=StringIO())
    call_command("load_day_one", stdout=StringIO())


@pytest.fixture
def stored_document():
    """`stored_document()`: a document of a competition, another one each time."""

    def store():
        return store_document(upload=upload(), purpose="competition", by=person())

    return store


def of(competition):
    return reverse("public:competition", args=[competition.reference])


def text(client, url, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response.content.decode()


# --- Competitions ----------------------------------------------------------------------------


def test_a_competition_tells_its_terms(client):
    lot = OpenLotFactory(title="Homes: Kent", competition__title="Homes")
    competition = lot.competition

    page = text(client, of(competition))

    for words in (
        "Homes: Kent",
        "£250,000",
        "What is bought",
        "70%",
        "30%",
        "Safeguarding",
        "Pass or fail",
        "up to 100 words",
        "UK time",
        "left",
        "Nothing has changed",
    ):
        assert words in page


def test_a_draft_has_no_page_and_none_of_its_lots_has(client):
    lot = LotFactory()
    officer = lot.competition.created_by
    for _ in range(2):
        assert client.get(of(lot.competition)).status_code == 404
        assert client.get(reverse("public:lot", args=[lot.reference])).status_code == 404
        client.force_login(officer)  # not for the person who drafts it either


def test_a_draft_abandoned_before_publication_stays_unseen(client):
    lot = LotFactory()
    now = timezone.now()
    Competition.objects.filter(pk=lot.competition_id).update(
        state="abandoned",
        abandoned_at=now,
        abandoned_by=lot.competition.created_by,
        abandoned_because="Never mind",
    )

    assert client.get(of(lot.competition)).status_code == 404


def test_an_abandoned_competition_says_why(client):
    competition = OpenLotFactory().competition
    Competition.objects.filter(pk=competition.pk).update(
        state="abandoned",
        abandoned_at=timezone.now(),
        abandoned_by=competition.created_by,
        abandoned_because="The money went elsewhere",
    )

    page = text(client, of(competition))

    assert "The money went elsewhere" in page
    assert "Abandoned" in page


def test_answers_and_changes_are_shown_and_waiting_questions_are_not(client):
    competition = OpenLotFactory().competition
    now, by = timezone.now(), competition.created_by
    asked = {"competition": competition, "asked": "As asked by Anchor", "asked_at": now}
    Clarification.objects.create(**asked | {"asked": "Not answered yet"})
    Clarification.objects.create(
        **asked, question="As published", answer="Yes", answered_at=now, answered_by=by
    )
    CompetitionChange.objects.create(
        competition=competition,
        kind="changed",
        summary="More words",
        reason="They were asked for",
        made_at=now,
        made_by=by,
    )

    page = text(client, of(competition))

    assert "As published" in page and "More words" in page and "They were asked for" in page
    assert "Anchor" not in page and "Not answered yet" not in page
    assert by.email not in page and by.name not in page


def test_bids_leave_no_trace_on_public_pages(client):
    lot = OpenLotFactory()
    bidder = qualify(SupplierFactory(name="The Secret Bidder"), lot)
    urls = ["/", "/opportunities/", of(lot.competition), "/awards/", "/coverage/"]
    urls.append(reverse("public:lot", args=[lot.reference]))
    before = [client.get(url).content for url in urls]

    submitted_bid(lot, supplier=bidder)

    assert [client.get(url).content for url in urls] == before


def test_after_closing_what_officers_do_is_theirs(client):
    competition = OpenLotFactory().competition

    with clock.fixed_at(competition.closes_at):
        page = text(client, of(competition))

    assert "Closed" in page
    assert "Opened" not in page


def test_a_document_is_served_while_its_competition_is_public(client, stored_document):
    competition = OpenLotFactory().competition
    drafted = LotFactory().competition
    add = {"title": "Terms", "added_at": timezone.now(), "added_by": competition.created_by}
    shown = CompetitionDocument.objects.create(
        competition=competition, document=stored_document(), **add
    )
    hidden = CompetitionDocument.objects.create(
        competition=drafted, document=stored_document(), **add
    )
    gone = CompetitionDocument.objects.create(
        competition=competition,
        document=stored_document(),
        removed_at=timezone.now(),
        removed_by=competition.created_by,
        **add,
    )

    def at(document):
        return reverse(
            "public:competition_document",
            args=[document.competition.reference, document.reference],
        )

    assert at(shown) in text(client, of(competition))
    assert at(gone) not in text(client, of(competition))
    response = client.get(at(shown))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(at(hidden)).status_code == 404
    assert client.get(at(gone)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_a_competition_costs_the_same_for_one_of_each_or_three(
    count, client, django_assert_num_queries
):
    competition = CompetitionFactory()
    LotFactory.create_batch(count, competition=competition)
    criterion = Criterion.objects.create(
        competition=competition, position=1, name="All", weight=Decimal(100)
    )
    QuestionFactory.create_batch(count, criterion=criterion)
    publish(competition)
    for number in range(count):
        Clarification.objects.create(
            competition=competition,
            lot=competition.lots.first(),
            asked="?",
            asked_at=timezone.now(),
            question=f"Question {number}",
            answer="Yes",
            answered_at=timezone.now(),
            answered_by=competition.created_by,
        )

    # Time and edition, competition, lots, criteria, documents, answers, changes.
    with django_assert_num_queries(7):
        page = text(client, of(competition))

    assert page.count("Question ") >= count


def test_a_competition_costs_a_supplier_twelve_queries_at_most(
    client, django_assert_max_num_queries
):
    lot = OpenLotFactory()
    membership = MembershipFactory()
    qualify(membership.supplier, lot)
    client.force_login(membership.user)
    client.get(of(lot.competition))

    with django_assert_max_num_queries(12):
        page = text(client, of(lot.competition))

    assert "Matches you" in page


# --- Lots ------------------------------------------------------------------------------------


def test_a_lot_tells_what_a_bid_takes_and_a_stranger_how_to_join(client):
    lot = OpenLotFactory(minimum_age=18, maximum_age=25, sex="women")

    page = text(client, reverse("public:lot", args=[lot.reference]))

    assert "1 question to answer, in up to 100 words" in page
    assert "18 to 25" in page and "Women" in page
    assert "Sign in to start your bid" in page
    assert "Start your bid" not in page


def test_a_supplier_that_matches_may_start(client):
    lot, membership = OpenLotFactory(), MembershipFactory()
    qualify(membership.supplier, lot)
    client.force_login(membership.user)

    page = text(client, reverse("public:lot", args=[lot.reference]))

    assert "Matches you" in page
    assert reverse("supplier:bid_start", args=[lot.reference]) in page


def test_a_supplier_that_does_not_match_is_told_what_is_missing(client):
    lot, membership = OpenLotFactory(), MembershipFactory()
    client.force_login(membership.user)

    page = text(client, reverse("public:lot", args=[lot.reference]))

    assert lot.categories.get().name in page.split("Not qualified in:")[1]
    assert lot.areas.get().name in page.split("Does not serve:")[1]
    assert "Start your bid" not in page


def test_a_closed_lot_takes_no_bid(client):
    lot, membership = OpenLotFactory(), MembershipFactory()
    qualify(membership.supplier, lot)
    client.force_login(membership.user)

    with clock.fixed_at(lot.competition.closes_at):
        page = text(client, reverse("public:lot", args=[lot.reference]))

    assert "Start your bid" not in page
    assert "The award is published here" in page


def test_a_lot_costs_four_queries(client, django_assert_num_queries):
    lot = OpenLotFactory()

    with django_assert_num_queries(4):  # time and edition, lot, award, questions
        client.get(reverse("public:lot", args=[lot.reference]))


# --- Awards and history ----------------------------------------------------------------------


def test_history_is_marked_on_every_page_it_stands_on(history, client):
    competition = Competition.objects.filter(is_history=True).first()
    lot = competition.lots.first()

    assert "This is history." in text(client, of(competition))
    assert "Where this comes from" in text(client, of(competition))
    assert "This is history." in text(client, reverse("public:lot", args=[lot.reference]))
    assert "History" in text(client, "/opportunities/", status="awarded")
    assert "History" in text(client, "/awards/")


def test_awards_name_lead_and_team_and_say_where_there_is_none(history, client):
    page = text(client, "/awards/", per_page="100", team="none")

    assert "25 awards" in page
    assert page.count("No subcontractor named") == 25
    assert lead_address("Nacro") in text(client, "/awards/", name="Nacro")


def awarded(client, **query):
    return client.get("/awards/", query).context["page"].paginator.count


def test_awards_are_narrowed(history, client):
    assert awarded(client) == 110
    assert awarded(client, team="none") == 25
    assert awarded(client, team="named") == 85
    assert awarded(client, category="women") == 40
    assert awarded(client, category="ethnic-minority-people") == 0
    assert awarded(client, category="accommodation", region="wales", name="women") == 0
    assert awarded(client, name="catch22") == 9
    assert awarded(client, name="circles uk") >= 9
    assert awarded(client, region="greater-manchester") == 0


def test_an_award_is_public_once_it_is_announced_and_not_before(client):
    lot = OpenLotFactory()
    by = officers(lot.competition)
    winner = SupplierFactory(name="The Winner")
    bid = submitted_bid(lot, supplier=qualify(winner, lot))
    opened(lot.competition, first=by[0], second=by[1])
    evaluated(lot.competition, by=by[0], marks={bid.pk: 4})
    at = after_closing(lot.competition) + timedelta(days=1)
    bid.refresh_from_db()
    lot.refresh_from_db()

    def shown():
        with clock.fixed_at(at):
            urls = ["/awards/", reverse("public:lot", args=[lot.reference]), "/"]
            return "The Winner" in "".join(text(client, url) for url in urls)

    seen = [shown()]
    award = propose_award(lot=lot, bid=bid, reasons="The best bid", by=by[0], at=at)
    seen.append(shown())
    approve_award(award=award, by=by[1], at=at)
    seen.append(shown())
    announce_awards(competition=lot.competition, by=by[0], at=at)

    assert seen == [False, False, False]
    assert shown()
    page = text(client, reverse("public:lot", args=[lot.reference]))
    assert lead_address("The Winner") in page
    assert "No subcontractor named" in page
    assert "100,000" not in page and "The best bid" not in page


def test_a_lead_has_a_page_with_its_lots_and_its_pattern(history, client):
    page = text(client, lead_address("Catch22 Charity Limited"))

    assert "The same 6 organisations are named in all 9 lots." in page
    assert "9 of 9" in page and "1 of 9" in page


def test_every_lead_has_a_page_of_its_own(history, client):
    names = set(Award.objects.values_list("lead_name", flat=True))
    assert len({lead_slug(name) for name in names}) == 26
    for name in names:
        assert client.get(lead_address(name)).status_code == 200


def test_nobody_else_has(history, client):
    assert client.get("/awards/leads/nobody-000000/").status_code == 404
    assert client.get("/awards/leads/nacro-000000/").status_code == 404


class Named:
    def __init__(self, *names):
        self.subcontractor_names = names


def test_the_pattern_of_a_team():
    assert team_pattern([Named("A", "B"), Named("A", "C")])["base"] == ["A"]
    assert team_pattern([Named("A"), Named()])["base"] == []
    assert team_pattern([Named("A"), Named()])["alone"] == 1
    assert team_pattern([Named("A", "B")])["base"] == []
    same = team_pattern([Named("A", "B"), Named("B", "A"), Named("C")])
    assert (same["same"], same["same_team"]) == (2, ["A", "B"])


@pytest.mark.parametrize("size", ["25", "100"])
def test_awards_cost_the_same_for_any_number(size, history, client, django_assert_num_queries):
    with django_assert_num_queries(5):  # time and edition, areas, categories, count, awards
        client.get("/awards/", {"per_page": size})


# --- Coverage and the front page -------------------------------------------------------------


def cells(client, **query):
    """{(area, category): cell} of the table."""
    context = client.get("/coverage/", query).context
    return {
        (row["place"].slug, category.slug): cell
        for row in context["rows"]
        for category, cell in zip(context["categories"], row["cells"], strict=True)
    }


def test_there_is_no_service_for_people_from_ethnic_minorities_at_a_glance(history, client):
    page = text(client, "/coverage/")

    above = page.split("<table")[0]
    assert "No service anywhere" in above
    assert "People from ethnic minorities" in above
    assert "Black, Asian and Minority Ethnic" in above
    found = cells(client)
    assert all(cell.count == 0 for (_, name), cell in found.items() if "ethnic" in name)
    assert page.count("portal-coverage__hole") == sum(not cell.count for cell in found.values())


def test_coverage_by_region_and_by_police_area(history, client):
    regions, areas = cells(client), cells(client, areas="police_area")

    assert (len(regions), len(areas)) == (12 * 14, 42 * 14)
    assert regions["east-midlands", "women"].count == 4
    assert regions["greater-manchester", "accommodation"].count == 0
    assert regions["london", "women"].count == 0
    assert regions["north-east", "finance-benefits-and-debt"].women_only
    assert not regions["north-east", "accommodation"].women_only
    # One regional accommodation lot and the women's lot of the area.
    assert areas["kent", "accommodation"].count == 2
    assert areas["metropolitan", "emotional-wellbeing"].count == 1


def test_a_region_served_in_part_says_so(client, history):
    lot = Award.objects.first().lot
    area = lot.areas.model.objects.get(level__slug="police_area", slug="kent")
    category = lot.categories.model.objects.get(slug="restorative-justice")
    OpenLotFactory(categories=[category], areas=[area])

    found = cells(client, show="open")["kent-surrey-and-sussex", "restorative-justice"]

    assert (found.count, found.parts, found.of_parts, found.is_partial) == (1, 1, 3, True)
    assert "1 of 3 areas" in text(client, "/coverage/", show="open")


def test_suppliers_are_counted_once_in_each_place(client, history):
    lot = OpenLotFactory(
        categories=Award.objects.filter(lot__title__startswith="Accommodation")
        .first()
        .lot.categories.all(),
        areas=Award.objects.first().lot.areas.model.objects.filter(slug="kent"),
    )
    qualify(SupplierFactory(), lot)
    found = cells(client, show="suppliers")

    assert found["kent-surrey-and-sussex", "accommodation"].count == 1
    assert found["wales", "accommodation"].count == 0


@pytest.mark.parametrize("query", [{}, {"areas": "police_area"}, {"show": "suppliers"}])
def test_coverage_costs_five_queries(query, client, django_assert_max_num_queries, history):
    with django_assert_max_num_queries(5):
        client.get("/coverage/", query)


def test_a_draft_fills_no_hole(client, history):
    area = Award.objects.first().lot.areas.model.objects.get(level__slug="region", slug="wales")
    category = Award.objects.first().lot.categories.model.objects.get(slug="restorative-justice")
    LotFactory(categories=[category], areas=[area])

    assert cells(client, show="open")["wales", "restorative-justice"].count == 0


def test_the_front_page_says_what_it_is_and_counts(history, client):
    lot = OpenLotFactory(title="Closing soon")
    LotFactory(title="Secret draft")

    page = text(client, "/")

    assert "Closing soon" in page and "Secret draft" not in page
    assert reverse("public:lot", args=[lot.reference]) in page
    figures = client.get("/").context["figures"]
    assert figures == {
        "open": 1,
        "suppliers": 0,
        "awarded": 110,
        "leads": 26,
        "subcontractors": 77,
    }


@pytest.mark.parametrize("count", [1, 3])
def test_the_front_page_costs_the_same(count, client, django_assert_num_queries):
    OpenLotFactory.create_batch(count)

    with django_assert_num_queries(6):
        client.get("/")


def test_the_time_left_is_told_to_the_minute(client):
    lot = OpenLotFactory()

    with clock.fixed_at(lot.competition.closes_at - timedelta(hours=2, minutes=5)):
        assert "2 hours 5 minutes left" in text(client, "/")
