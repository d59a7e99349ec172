"""A new draft out of an earlier competition: its words, criteria, questions and lots."""

from django.db import transaction

from framework_portal.audit import trail
from lots.actions.drafting import start_draft
from lots.models import Criterion, Lot, Opener, Question
from lots.selectors import can_open, lots_within
from lots.states import AwardRoute

WORDS = ["summary", "description", "highest_mark", "price_after_quality", "extension_months"]


@transaction.atomic
def start_from_earlier(*, earlier, commissioner, title, by, at):
    """A draft of `commissioner` that begins as `earlier` stands; dates and documents are new.

    Lots in areas that `by` does not act for stay behind.
    """
    competition = start_draft(
        commissioner=commissioner,
        title=title,
        kind=earlier.kind,
        legal_power=earlier.legal_power,
        by=by,
        at=at,
    )
    for name in WORDS:
        setattr(competition, name, getattr(earlier, name))
    competition.save(update_fields=WORDS)
    competition.categories.set(earlier.categories.all())
    _copy_criteria(earlier, competition)
    _copy_lots(earlier, competition, by)
    _copy_openers(earlier, competition)
    trail.record("competition.copied", competition, by=by, earlier=str(earlier.reference))
    return competition


def _copy_criteria(earlier, competition):
    originals = list(earlier.criteria.prefetch_related("questions"))
    copies = Criterion.objects.bulk_create(
        Criterion(
            competition=competition,
            position=original.position,
            kind=original.kind,
            name=original.name,
            description=original.description,
            weight=original.weight,
            lowest_mark=original.lowest_mark,
        )
        for original in originals
    )
    Question.objects.bulk_create(
        Question(
            criterion=copy,
            position=question.position,
            text=question.text,
            guidance=question.guidance,
            word_limit=question.word_limit,
        )
        for original, copy in zip(originals, copies, strict=True)
        for question in original.questions.all()
    )


def _copy_openers(earlier, competition):
    """Those who may still open; a copy can be of another body, and people leave."""
    there = [opener.user for opener in earlier.openers.select_related("user")]
    Opener.objects.bulk_create(
        Opener(competition=competition, user=user) for user in there if can_open(user, competition)
    )


def _copy_lots(earlier, competition, by):
    originals = list(
        lots_within(earlier, by, competition.commissioner).prefetch_related("areas", "categories")
    )
    copies = Lot.objects.bulk_create(
        Lot(
            competition=competition,
            position=position,
            title=original.title,
            description=original.description,
            sex=original.sex,
            minimum_age=original.minimum_age,
            maximum_age=original.maximum_age,
            value=original.value,
            value_if_extended=original.value_if_extended,
            volume=original.volume,
            award_route=AwardRoute.COMPETITION,
        )
        for position, original in enumerate(originals, start=1)
    )
    pairs = list(zip(originals, copies, strict=True))
    areas, categories = Lot.areas.through, Lot.categories.through
    areas.objects.bulk_create(
        areas(lot=copy, area=area) for original, copy in pairs for area in original.areas.all()
    )
    categories.objects.bulk_create(
        categories(lot=copy, category=category)
        for original, copy in pairs
        for category in original.categories.all()
    )
