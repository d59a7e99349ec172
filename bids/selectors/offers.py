"""An opened offer as its page shows it: answers beside their questions."""

from dataclasses import dataclass

from bids.selectors.evaluation import opened_offer
from lots.states import CriterionKind


@dataclass
class Section:
    """One criterion, what the bid answers to it, and its score."""

    criterion: object
    answers: list  # (question, text)
    score: object = None

    @property
    def is_price(self):
        """Whether the formula and nobody scores it."""
        return self.criterion.kind == CriterionKind.PRICE


def sections(bid, offer=None):
    """The sections of an opened bid in the order of the criteria; [] where it is unreadable."""
    offer = opened_offer(bid) if offer is None else offer
    if offer is None:
        return []
    answers = offer.get("answers") or {}
    scores = {score.criterion_id: score for score in bid.scores.select_related("scored_by")}
    criteria = bid.lot.competition.criteria.prefetch_related("questions").order_by("position")
    return [
        Section(
            criterion=criterion,
            answers=[
                (question, _text(answers.get(str(question.reference))))
                for question in criterion.questions.all()
            ],
            score=scores.get(criterion.pk),
        )
        for criterion in criteria
    ]


def _text(answer):
    return (answer or {}).get("text", "") if isinstance(answer, dict) else (answer or "")
