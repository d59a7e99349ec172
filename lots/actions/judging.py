"""How bids will be judged: criteria with weights, and the questions that bids answer."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.locking import locked, save
from lots.models import Criterion
from lots.states import CriterionKind


@dataclass(frozen=True)
class CriterionTerms:
    """One criterion as an officer wants it. With a `reference`, the one that is there."""

    kind: str
    name: str
    weight: Decimal = Decimal(0)
    description: str = ""
    lowest_mark: int | None = None
    reference: uuid.UUID | None = None


@trail.keeps_refusals("competition.edit_refused", of="competition")
@transaction.atomic
def set_criteria(
    *, competition, criteria, by, highest_mark=None, price_after_quality=None, edition=None
):
    """The criteria, in this order, are these and no others.

    A criterion that is left out goes with its questions. Weights need not sum to 100 before the
    competition is published.
    """
    competition = locked(competition, "edit", edition=edition)
    if highest_mark is not None:
        competition.highest_mark = highest_mark
    if price_after_quality is not None:
        competition.price_after_quality = price_after_quality
    _refuse_unsound(criteria, competition.highest_mark)
    there = {criterion.reference: criterion for criterion in competition.criteria.all()}
    kept = {terms.reference for terms in criteria if terms.reference in there}
    competition.criteria.exclude(reference__in=kept).delete()
    rows = [
        _written(there.get(terms.reference) or Criterion(competition=competition), terms, position)
        for position, terms in enumerate(criteria, start=1)
    ]
    _save_in_order(rows)
    save(competition, "highest_mark", "price_after_quality")
    weights = [str(row.weight) for row in rows]
    trail.record("competition.criteria_set", competition, by=by, weights=weights)
    return rows


def _refuse_unsound(criteria, highest_mark):
    if sum(terms.kind == CriterionKind.PRICE for terms in criteria) > 1:
        raise Refused("two_prices", _("There can be only one price criterion"))
    for terms in criteria:
        words = {"name": terms.name, "mark": highest_mark}
        if terms.kind != CriterionKind.GATE and not 0 < terms.weight <= 100:
            raise Refused("weight", _("Enter a weight above 0 for “%(name)s”") % words)
        if terms.kind == CriterionKind.GATE and terms.weight:
            raise Refused(
                "weight", _("“%(name)s” is pass or fail, so it carries no weight") % words
            )
        if terms.lowest_mark is not None and terms.lowest_mark > highest_mark:
            raise Refused(
                "lowest_mark",
                _("The lowest mark for “%(name)s” is above the highest mark, %(mark)d") % words,
            )


def _written(criterion, terms, position):
    criterion.position, criterion.kind, criterion.name = position, terms.kind, terms.name
    criterion.description, criterion.weight = terms.description, terms.weight
    quality = terms.kind == CriterionKind.QUALITY
    criterion.lowest_mark = terms.lowest_mark if quality else None
    return criterion


def _save_in_order(rows):
    # The one price criterion last: another may have been it until now.
    for row in sorted(rows, key=lambda row: row.kind == CriterionKind.PRICE):
        row.save()


@trail.keeps_refusals("competition.edit_refused", of="competition")
@transaction.atomic
def add_question(*, competition, criterion, text, by, guidance="", word_limit=500, edition=None):
    """One more question for bids to answer, judged under a quality or pass-or-fail criterion."""
    competition = locked(competition, "edit", edition=edition)
    criterion = competition.criteria.get(pk=criterion.pk)
    if criterion.kind == CriterionKind.PRICE:
        raise Refused("price", _("Price is asked for by itself. It takes no question"))
    last = criterion.questions.aggregate(last=Max("position"))["last"] or 0
    question = criterion.questions.create(
        position=last + 1, text=text, guidance=guidance, word_limit=word_limit
    )
    save(competition)
    trail.record("competition.question_added", competition, by=by, question=str(question.reference))
    return question


@transaction.atomic
def edit_question(*, question, text, guidance, word_limit, by, edition=None):
    """Other words, another guidance or another word limit."""
    competition = locked(question.criterion.competition, "edit", edition=edition)
    question.text, question.guidance, question.word_limit = text, guidance, word_limit
    question.save(update_fields=["text", "guidance", "word_limit"])
    save(competition)
    trail.record(
        "competition.question_edited", competition, by=by, question=str(question.reference)
    )
    return question


@transaction.atomic
def remove_question(*, question, by, edition=None):
    """One question fewer."""
    competition = locked(question.criterion.competition, "edit", edition=edition)
    reference = str(question.reference)
    question.delete()
    save(competition)
    trail.record("competition.question_removed", competition, by=by, question=reference)
    return competition
