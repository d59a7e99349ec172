"""The bench can still be run: its data is valid and its pieces fit the portal."""

import pytest

from bench import dashboards, data
from bench.people import journey
from bench.table import Table
from bids.models import Bid
from contracts.models import (
    Contract,
    KeySubcontractor,
    LedgerEntry,
    QuarterLine,
    QuarterReturn,
    ReportRow,
    SupplyChainReport,
)
from framework_portal.reference.models import Area
from lots.models import Competition, Lot
from suppliers.models import Supplier
from tests.factories import CategoryFactory, FrameworkFactory, PoliceAreaFactory, UserFactory


@pytest.mark.django_db
def test_the_data_of_the_bench_is_valid_and_matches():
    FrameworkFactory(), CategoryFactory(), PoliceAreaFactory()

    data.fill(suppliers=2, competitions=1, bids=2)

    assert (Supplier.objects.count(), Lot.objects.count(), Bid.objects.count()) == (2, 10, 2)
    for thing in (*Supplier.objects.all(), *Lot.objects.all(), *Bid.objects.all()):
        thing.validate_constraints()
    lot, supplier = Lot.objects.first(), Supplier.objects.first()
    assert supplier.matches(lot, at=supplier.registered_at)
    assert Area.objects.leaves_of(lot.areas.all()).exists()


@pytest.mark.django_db
def test_the_supply_chains_of_the_bench_are_valid_and_measured(settings):
    FrameworkFactory(), CategoryFactory(), PoliceAreaFactory()
    officer = UserFactory()
    data.fill(suppliers=30, competitions=2, bids=0)
    Competition.objects.update(created_by=officer)
    table = Table()

    dashboards.measure(table, contracts=20, rounds=1)

    assert (Contract.objects.count(), KeySubcontractor.objects.count()) == (20, 80)
    assert (QuarterLine.objects.count(), ReportRow.objects.count()) == (160, 40)
    for model in (Contract, KeySubcontractor, LedgerEntry, QuarterReturn, SupplyChainReport):
        for thing in model.objects.all():
            thing.validate_constraints()
    assert str(table).splitlines()[-1].split()[-1] == "yes"


@pytest.mark.django_db
def test_a_journey_of_the_bench_has_seven_steps():
    FrameworkFactory(), CategoryFactory(), PoliceAreaFactory()
    data.fill(suppliers=1, competitions=1, bids=0)
    lot = Lot.objects.select_related("competition").first()
    questions = list(lot.competition.criteria.get(kind="quality").questions.all())

    assert len(journey(lot, {lot.competition_id: questions})) == 7


def test_a_figure_that_falls_short_is_said_to():
    table = Table()

    table.add("Something", "1/s", "2/s", ratio=0.5, least=0.6)

    assert str(table).splitlines()[-1].split()[-1] == "NO"
