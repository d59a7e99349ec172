"""A draft that can be published, made through the actions."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from lots.actions.drafting import edit_basics, edit_categories, edit_timetable, start_draft
from lots.actions.judging import CriterionTerms, add_question, set_criteria
from lots.actions.lotting import LotTerms, make_lots, one_each
from lots.states import AgreementKind, CriterionKind
from tests.factories import (
    CategoryFactory,
    FrameworkFactory,
    OfficerFactory,
    PoliceAreaFactory,
    name_openers,
)


def colleagues(count=2, *, areas=(), commissioner=None):
    """Officers of one buying body, for everywhere or for `areas`."""
    officers = []
    for _ in range(count):
        body = {"commissioner": commissioner} if commissioner else {}
        officer = OfficerFactory(**body)
        officer.areas.set(areas)
        commissioner = officer.commissioner
        officers.append(officer)
    return officers


def midday(days):
    """Midday in London, so many days from now."""
    on = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(on, time(12)))


def draft_of(officer):
    """A bare draft."""
    FrameworkFactory()
    return start_draft(
        commissioner=officer.commissioner, title="Draft", by=officer.user, at=timezone.now()
    )


def ready_draft(officer, *, areas=None):
    """A draft with nothing missing: a gate, quality 70 with a question, price 30, a lot.

    The officer and two colleagues will open the bids.
    """
    competition, by = draft_of(officer), officer.user
    edit_basics(
        competition=competition,
        title="Wellbeing services",
        summary="Help with wellbeing",
        description="What we buy",
        kind=AgreementKind.CONTRACT,
        legal_power="",
        contact_email="buyer@test.example",
        by=by,
    )
    category = CategoryFactory()
    edit_categories(competition=competition, categories=[category], by=by)
    edit_timetable(
        competition=competition,
        clarifications_close_at=midday(20),
        closes_at=midday(30),
        opening_due_at=midday(31),
        award_due_on=midday(60).date(),
        service_starts_on=midday(120).date(),
        service_ends_on=midday(1200).date(),
        by=by,
    )
    criteria = set_criteria(
        competition=competition,
        criteria=[
            CriterionTerms(kind=CriterionKind.GATE, name="Safeguarding"),
            CriterionTerms(kind=CriterionKind.QUALITY, name="Quality", weight=Decimal(70)),
            CriterionTerms(kind=CriterionKind.PRICE, name="Price", weight=Decimal(30)),
        ],
        by=by,
    )
    add_question(competition=competition, criterion=criteria[1], text="How?", word_limit=300, by=by)
    make_lots(
        competition=competition,
        groups=one_each(areas or [PoliceAreaFactory()]),
        title_pattern="[category]: [area]",
        categories=[category],
        terms=LotTerms(value=Decimal(250_000)),
        by=by,
    )
    others = [OfficerFactory(commissioner=officer.commissioner).user for _ in range(2)]
    name_openers(competition, [by, *others])
    competition.refresh_from_db()
    return competition
