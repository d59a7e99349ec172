"""Lots: all in one step, then one by one."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from framework_portal.refusals import Refused
from lots.actions.drafting import edit_categories
from lots.actions.lotting import (
    LotTerms,
    edit_lot,
    make_lots,
    one_each,
    order_lots,
    remove_lot,
)
from lots.models import Lot
from tests.factories import CategoryFactory, OfficerFactory, PoliceAreaFactory, RegionFactory
from tests.lots.ready import colleagues, draft_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer():
    return OfficerFactory()


@pytest.fixture
def draft(officer):
    competition = draft_of(officer)
    edit_categories(
        competition=competition,
        categories=[CategoryFactory(name="Wellbeing"), CategoryFactory(name="Housing")],
        by=officer.user,
    )
    return competition


def make(draft, officer, areas, **more):
    given = {
        "groups": one_each(areas),
        "title_pattern": "[category]: [area]",
        "categories": list(draft.categories.all())[:1],
        "by": officer.user,
    }
    return make_lots(competition=draft, **(given | more))


def titles(draft):
    return list(draft.lots.order_by("position").values_list("position", "title"))


def test_one_lot_for_each_area_with_its_title_and_terms(draft, officer):
    kent, essex = PoliceAreaFactory(name="Kent"), PoliceAreaFactory(name="Essex")
    terms = LotTerms(value=Decimal("716539"), sex="women", minimum_age=18)

    made = make(draft, officer, [kent, essex], terms=terms)

    assert titles(draft) == [(1, "Wellbeing: Kent"), (2, "Wellbeing: Essex")]
    lot = draft.lots.first()
    assert (lot.value, lot.sex, lot.minimum_age) == (Decimal("716539.00"), "women", 18)
    assert [list(lot.areas.all()) for lot in made.lots] == [[kent], [essex]]
    assert {category.name for lot in made.lots for category in lot.categories.all()} == {
        "Wellbeing"
    }


def test_forty_two_lots_cost_no_more_statements_than_two(draft, officer):
    def cost(areas):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            make(draft, officer, areas, replace=True)
        return len(queries)

    two = cost(PoliceAreaFactory.create_batch(2))
    # Measured again with lots to replace, as the second run has.
    two = cost(PoliceAreaFactory.create_batch(2))
    forty_two = cost(PoliceAreaFactory.create_batch(42))

    assert draft.lots.count() == 42
    assert forty_two == two


def test_pressing_twice_makes_nothing_twice(draft, officer):
    areas = PoliceAreaFactory.create_batch(3)
    make(draft, officer, areas)

    again = make(draft, officer, [*areas, PoliceAreaFactory()])

    assert (len(again.lots), again.already_there) == (1, 3)
    assert [position for position, _title in titles(draft)] == [1, 2, 3, 4]


def test_another_category_in_the_same_area_is_another_lot(draft, officer):
    area = PoliceAreaFactory()
    first, second = draft.categories.all()
    make(draft, officer, [area], categories=[first])

    again = make(draft, officer, [area], categories=[second])

    assert (len(again.lots), again.already_there) == (1, 0)


def test_made_anew_the_old_ones_are_gone(draft, officer):
    make(draft, officer, PoliceAreaFactory.create_batch(3))

    made = make(draft, officer, PoliceAreaFactory.create_batch(2), replace=True)

    assert (len(made.lots), made.removed) == (2, 3)
    assert [position for position, _title in titles(draft)] == [1, 2]


def test_a_group_is_one_lot_over_all_its_areas(draft, officer):
    region = RegionFactory(name="South West")
    group = [
        PoliceAreaFactory(name=name, parent=region)
        for name in ("Dorset", "Wiltshire", "Devon", "Gloucestershire")
    ]

    make(draft, officer, [], groups=[group[:2], group], title_pattern="[number]. [area], [region]")

    assert titles(draft) == [
        (1, "1. Dorset and Wiltshire, South West"),
        (2, "2. Dorset and 3 more areas, South West"),
    ]


@pytest.mark.parametrize(
    "more, code, field",
    [
        ({"groups": []}, "no_areas", "areas"),
        ({"categories": []}, "category", "categories"),
        ({"terms": LotTerms(minimum_age=26, maximum_age=18)}, "ages", "maximum_age"),
        (
            {"terms": LotTerms(value_if_extended=Decimal(1))},
            "value_if_extended",
            "value_if_extended",
        ),
        ({"title_pattern": "All the same"}, "same_titles", "title_pattern"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(draft, officer, more, code, field):
    with pytest.raises(Refused) as refusal:
        make(draft, officer, PoliceAreaFactory.create_batch(2), **more)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not draft.lots.exists()


def test_a_category_the_competition_has_not_is_refused(draft, officer):
    with pytest.raises(Refused) as refusal:
        make(draft, officer, [PoliceAreaFactory()], categories=[CategoryFactory()])

    assert refusal.value.code == "category"


def test_an_officer_for_named_areas_makes_lots_in_no_others():
    region = RegionFactory()
    mine, other = PoliceAreaFactory(parent=region), PoliceAreaFactory(parent=region)
    (officer,) = colleagues(1, areas=[mine])
    draft = draft_of(officer)
    edit_categories(competition=draft, categories=[CategoryFactory()], by=officer.user)

    for areas in ([other], [region], [mine, other]):
        with pytest.raises(Refused) as refusal:
            make(draft, officer, areas)
        assert refusal.value.code == "not_your_area"
    make(draft, officer, [mine])

    assert draft.lots.count() == 1


def test_one_lot_is_put_right(draft, officer):
    make(draft, officer, PoliceAreaFactory.create_batch(2))
    lot, area = draft.lots.first(), PoliceAreaFactory()

    edit_lot(
        lot=lot,
        title="Better",
        areas=[area],
        categories=[draft.categories.last()],
        terms=LotTerms(value=Decimal(9)),
        by=officer.user,
    )

    lot.refresh_from_db()
    assert (lot.title, lot.value, list(lot.areas.all())) == ("Better", Decimal(9), [area])


def test_deleted_lots_close_up_and_others_can_be_put_in_another_order(draft, officer):
    areas = [PoliceAreaFactory(name=name) for name in "ABCD"]
    make(draft, officer, areas, title_pattern="[area]")
    remove_lot(lot=draft.lots.get(title="B"), by=officer.user)
    order = [draft.lots.get(title=title).reference for title in ("D", "A", "C")]

    order_lots(competition=draft, references=order, by=officer.user)

    assert titles(draft) == [(1, "D"), (2, "A"), (3, "C")]


def test_an_order_of_other_lots_is_refused(draft, officer):
    make(draft, officer, PoliceAreaFactory.create_batch(2))
    one = Lot.objects.first().reference

    for references in ([], [one], [one, one]):
        with pytest.raises(Refused) as refusal:
            order_lots(competition=draft, references=references, by=officer.user)
        assert refusal.value.code == "other_lots"
