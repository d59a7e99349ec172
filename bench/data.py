"""Rows to measure with: written in bulk, invented throughout, with the guards set aside.

What the role that serves pages could never do is done here by the owner of a database that is
thrown away after the run: competitions that begin as published, bids that begin anywhere.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from bench.organisations import BATCH, organisations
from bids.models import Bid
from framework_portal.accounts.models import User
from framework_portal.reference.models import Area, Category, Commissioner, Framework
from framework_portal.sealing.keypairs import fresh_pair
from lots.models import Competition, Criterion, Lot, Part, Question, SealingKey
from lots.states import CompetitionState, CriterionKind
from suppliers.models import Supplier

SUPPLIERS = 2000
COMPETITIONS = 500
LOTS_EACH = 10
BIDS = 2000
TITLE = "Bench competition {}"


@transaction.atomic
def fill(
    *, suppliers=SUPPLIERS, competitions=COMPETITIONS, bids=BIDS, times=1, bids_each=1, keys=None
):
    """Bring the data to this many suppliers, competitions of ten lots, and bids begun.

    `keys` makes the keys of a competition; without it all share one that nobody can open.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL statement_timeout = 0")
    organisations(suppliers, qualified=True)
    _competitions(competitions * times, keys)
    _bids(bids, bids_each)


@transaction.atomic
def more_suppliers(count):
    """Suppliers that are registered and no more, for the compliance checks."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
    organisations(count, qualified=False)


def settle():
    """Let the planner know what is there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def close_in(delta):
    """Let every bench competition close so long from now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Competition.objects.filter(title__startswith="Bench competition").update(
            clarifications_close_at=timezone.now(), closes_at=timezone.now() + delta
        )


def _competitions(wanted, keys):
    have = Competition.objects.filter(title__startswith="Bench competition").count()
    now, officer = timezone.now(), User.objects.order_by("pk").first()
    body, _made = Commissioner.objects.get_or_create(
        name="Bench Commissioning", defaults={"contact_email": "bench@bench.example"}
    )
    made = Competition.objects.bulk_create(
        [
            Competition(
                framework=Framework.objects.current(),
                commissioner=body,
                state=CompetitionState.PUBLISHED,
                title=TITLE.format(n),
                summary="What is bought",
                description="How it is delivered",
                contact_email="bench@bench.example",
                clarifications_close_at=now + timedelta(days=20),
                closes_at=now + timedelta(days=30, minutes=n),
                opening_due_at=now + timedelta(days=60),
                created_at=now,
                created_by=officer,
                published_at=now - timedelta(minutes=n),
                published_by=officer,
            )
            for n in range(have + 1, wanted + 1)
        ],
        batch_size=BATCH,
    )
    _judged(made)
    _lots(made)
    if keys is None:
        _keys(made)
    for one in made if keys else ():
        keys(one)


def _keys(competitions):
    _private, public = fresh_pair()
    SealingKey.objects.bulk_create(
        [SealingKey(competition=one, part=Part.WHOLE, public_key=public) for one in competitions],
        batch_size=BATCH,
    )


def _judged(competitions):
    rows = Criterion.objects.bulk_create(
        [
            Criterion(competition=one, position=position, kind=kind, name=name, weight=weight)
            for one in competitions
            for position, kind, name, weight in (
                (1, CriterionKind.QUALITY, "Service", 70),
                (2, CriterionKind.PRICE, "Price", 30),
            )
        ],
        batch_size=BATCH,
    )
    Question.objects.bulk_create(
        [
            Question(criterion=row, position=n, text=f"Bench question {n}?", word_limit=500)
            for row in rows
            if row.kind == CriterionKind.QUALITY
            for n in (1, 2)
        ],
        batch_size=BATCH,
    )


def _lots(competitions):
    lots = Lot.objects.bulk_create(
        [
            Lot(
                competition=one,
                position=n,
                title=f"{one.title}, lot {n}",
                description="Outreach and groups",
                minimum_age=18,
                value=Decimal(100_000 + n * 1000),
                volume="About 100 people a year",
            )
            for one in competitions
            for n in range(1, LOTS_EACH + 1)
        ],
        batch_size=BATCH,
    )
    areas = list(Area.objects.leaves().filter(parent__isnull=False))
    categories = list(Category.objects.all())
    over, about = Lot.areas.through, Lot.categories.through
    over.objects.bulk_create(
        [over(lot_id=lot.pk, area_id=areas[lot.pk % len(areas)].pk) for lot in lots],
        batch_size=BATCH,
    )
    about.objects.bulk_create(
        [
            about(lot_id=lot.pk, category_id=categories[lot.competition_id % len(categories)].pk)
            for lot in lots
        ],
        batch_size=BATCH,
    )


def _bids(suppliers, each):
    lots = list(
        Lot.objects.filter(title__startswith="Bench competition")
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    chosen = Supplier.objects.filter(name__startswith="Bench Supplier").order_by("pk")
    now = timezone.now()
    Bid.objects.bulk_create(
        [
            Bid(
                reference=uuid.uuid4(),
                lot_id=lots[(number * 7 + shift * 13) % len(lots)],
                supplier_id=supplier,
                started_at=now,
                started_by_id=person,
            )
            for number, (supplier, person) in enumerate(
                chosen.values_list("pk", "registered_by")[:suppliers]
            )
            for shift in range(each)
        ],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
