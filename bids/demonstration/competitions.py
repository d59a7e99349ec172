"""The competitions of the demonstration: one at every stage of the procedure."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from bids.demonstration.organisations import one_page_pdf
from framework_portal.reference.models import Area, Category
from lots.actions.abandoning import abandon_competition
from lots.actions.drafting import (
    add_document,
    edit_basics,
    edit_categories,
    edit_timetable,
    start_draft,
)
from lots.actions.judging import CriterionTerms, add_question, set_criteria
from lots.actions.lotting import LotTerms, make_lots, one_each
from lots.actions.openers import choose_openers
from lots.actions.publishing import publish_competition
from lots.states import AgreementKind, CriterionKind, Sex


@dataclass(frozen=True)
class Plan:
    """What is invented of one competition. Days are counted from today."""

    title: str
    categories: str
    level: str
    areas: str
    published: int
    closes: int | None
    value: str = "240000"
    kind: str = AgreementKind.CONTRACT
    sex: str = Sex.ANY
    minimum_age: int = 18
    maximum_age: int | None = None
    price_after_quality: bool = False


OPEN = Plan(
    "Accommodation support in every region",
    "accommodation",
    "region",
    "",
    published=-5,
    closes=12,
    value="620000",
)
CLOSING_TODAY = Plan(
    "Help with money and debt in Wales",
    "finance-benefits-and-debt",
    "police_area",
    "wales",
    published=-21,
    closes=None,
    kind=AgreementKind.GRANT,
)
CLOSED = Plan(
    "Emotional wellbeing in the North West",
    "emotional-wellbeing",
    "police_area",
    "north-west",
    published=-24,
    closes=-1,
)
OPENED = Plan(
    "Employment and training in the East Midlands",
    "education-training-and-employment",
    "police_area",
    "east-midlands",
    published=-30,
    closes=-4,
    price_after_quality=True,
)
EVALUATED = Plan(
    "Dependency and recovery in the North East",
    "dependency-and-recovery",
    "police_area",
    "north-east",
    published=-40,
    closes=-10,
)
AWARDED = Plan(
    "Women’s services in Yorkshire and the Humber",
    "women",
    "police_area",
    "yorkshire-and-the-humber",
    published=-60,
    closes=-30,
    sex=Sex.WOMEN,
)
DRAFT = Plan(
    "Family support in every police area",
    "family-and-significant-others",
    "police_area",
    "",
    published=0,
    closes=30,
    value="95000",
)
ABANDONED = Plan(
    "Restorative justice in London",
    "restorative-justice",
    "region",
    "london",
    published=-35,
    closes=-6,
)


class Competitions:
    """Made through the actions, each at its own instant."""

    def __init__(self, cast, timeline):
        self.cast, self.timeline = cast, timeline

    def draft(self, plan):
        """The draft of `plan`, complete but for its publication."""
        with self.timeline.then(self.timeline.at(plan.published - 2, 9)) as at:
            return self._draft(plan, at)

    def published(self, plan):
        """`plan`, published when it says."""
        competition = self.draft(plan)
        with self.timeline.then(self.timeline.at(plan.published, 9)) as at:
            self.cast.prove_opening_passphrases()
            publish_competition(competition=competition, by=self.cast.first, at=at)
        competition.refresh_from_db()
        return competition

    def abandoned(self, plan):
        """`plan`, published and given up a week before closing."""
        competition = self.published(plan)
        with self.timeline.then(self.timeline.at(plan.closes - 7, 9)) as at:
            abandon_competition(
                competition=competition,
                reason="The budget for this year went to another service.",
                by=self.cast.first,
                at=at,
            )
        return competition

    def _draft(self, plan, at):
        by, day = self.cast.first, self.timeline.day
        closes_at = self._closes_at(plan)
        competition = start_draft(commissioner=self.cast.body, title=plan.title, by=by, at=at)
        edit_basics(
            competition=competition,
            title=plan.title,
            summary="An invented competition, for the demonstration.",
            description="People on probation get help early, near where they live, from"
            " organisations they trust. The service takes referrals from probation practitioners"
            " and works with each person for up to twelve months.",
            kind=plan.kind,
            legal_power="Offender Management Act 2007 s.6",
            contact_email=self.cast.body.contact_email,
            by=by,
        )
        categories = list(Category.objects.filter(slug__in=plan.categories.split()))
        edit_categories(competition=competition, categories=categories, by=by)
        last = plan.closes or 0
        edit_timetable(
            competition=competition,
            clarifications_close_at=closes_at - timedelta(days=5),
            closes_at=closes_at,
            opening_due_at=closes_at + timedelta(days=2),
            award_due_on=day(last + 25),
            service_starts_on=day(last + 60),
            service_ends_on=day(last + 60 + 3 * 365),
            by=by,
            extension_months=12,
        )
        self._criteria(competition, by, plan.price_after_quality)
        self._document(competition, by, at)
        make_lots(
            competition=competition,
            groups=one_each(self._areas(plan)),
            title_pattern="[category]: [area]",
            categories=categories,
            by=by,
            terms=LotTerms(
                description="Outreach, one-to-one work and groups.",
                sex=plan.sex,
                minimum_age=plan.minimum_age,
                maximum_age=plan.maximum_age,
                value=Decimal(plan.value),
                value_if_extended=Decimal(plan.value) * 4 / 3,
                volume="About 150 people a year",
            ),
        )
        choose_openers(competition=competition, openers=self.cast.openers, by=by)
        competition.refresh_from_db()
        return competition

    def _closes_at(self, plan):
        if plan.closes is None:
            return self.timeline.later_today()
        return self.timeline.at(plan.closes, 14)

    def _areas(self, plan):
        areas = Area.objects.at(plan.level).select_related("parent")
        if not plan.areas:
            return list(areas)
        lies_in = "slug__in" if plan.level == "region" else "parent__slug__in"
        return list(areas.filter(**{lies_in: plan.areas.split()}))

    def _criteria(self, competition, by, price_after_quality):
        terms = [
            CriterionTerms(CriterionKind.GATE, "Safeguarding"),
            CriterionTerms(CriterionKind.QUALITY, "The service", Decimal(50), lowest_mark=2),
            CriterionTerms(CriterionKind.QUALITY, "People it reaches", Decimal(20)),
            CriterionTerms(CriterionKind.PRICE, "Price", Decimal(30)),
        ]
        gate, service, people, _price = set_criteria(
            competition=competition,
            criteria=terms,
            by=by,
            highest_mark=5,
            price_after_quality=price_after_quality,
        )
        for criterion, text, limit in (
            (gate, "Who leads safeguarding, and how is a concern passed on?", 150),
            (service, "How will you deliver the service in this area?", 500),
            (service, "How will you start by the first day?", 250),
            (people, "How will you reach people whom services have failed before?", 300),
        ):
            add_question(
                competition=competition, criterion=criterion, text=text, by=by, word_limit=limit
            )

    def _document(self, competition, by, at):
        upload = SimpleUploadedFile(
            "specification.pdf",
            one_page_pdf(f"Specification (invented): {competition.title}"),
            content_type="application/pdf",
        )
        add_document(competition=competition, upload=upload, title="Specification", by=by, at=at)
