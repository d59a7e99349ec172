"""Counting matching suppliers for many lots at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suppliers.models import Supplier
from suppliers.selectors.matching import matching_counts
from suppliers.states import QualificationState
from tests.factories import (
    CategoryFactory,
    CompetitionFactory,
    LotFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SupplierFactory,
    qualify,
)

pytestmark = pytest.mark.django_db


def test_the_counts_are_those_of_the_rule_for_each_lot():
    at, competition = timezone.now(), CompetitionFactory()
    region = RegionFactory()
    parts = [PoliceAreaFactory(parent=region) for _ in range(3)]
    two = [CategoryFactory(), CategoryFactory()]
    small = LotFactory(competition=competition, areas=[parts[0]], categories=two[:1])
    whole = LotFactory(competition=competition, areas=[region], categories=two)
    mixed = LotFactory(competition=competition, areas=[region, parts[0]], categories=two[:1])
    nobody = LotFactory(competition=competition)
    for lot in (small, whole, mixed, small):
        qualify(SupplierFactory(), lot)
    half = SupplierFactory()
    QualificationFactory(supplier=half, category=two[0])
    half.areas.set(parts[:1])
    for change in (
        {"state": QualificationState.SUSPENDED, "reasons": "Why"},
        {"expires_at": at},
        {"expires_at": at + timedelta(microseconds=1)},
    ):
        supplier = qualify(SupplierFactory(), small)
        supplier.qualifications.update(**change)
    lots = [small, whole, mixed, nobody]

    counts = matching_counts(lots, at=at)

    assert counts == {lot.pk: Supplier.objects.matching(lot, at=at).count() for lot in lots}
    assert list(counts.values()) == [6, 1, 2, 0]


def test_it_is_one_statement_for_one_lot_or_many(django_assert_num_queries):
    competition = CompetitionFactory()
    lots = LotFactory.create_batch(5, competition=competition)

    with django_assert_num_queries(1):
        matching_counts(lots, at=timezone.now())


def test_no_lots_are_no_counts():
    assert matching_counts([], at=timezone.now()) == {}
