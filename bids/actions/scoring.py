"""Scoring: marks and reasons, criterion by criterion, until the evaluation is completed."""

from django.db import transaction
from django.utils.translation import gettext as _

from bids.models import Award, Bid, PriceOpening, QualityLock, Score
from bids.selectors.evaluation import unscored
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.models import Competition
from lots.states import COMPETITION, CriterionKind


@transaction.atomic
def record_score(*, bid, criterion, mark, reasons, seen, by, at):
    """Write down the agreed `mark` of `bid` under `criterion`, with its reasons.

    `seen` is the instant of the score that the officer was shown, or None: where somebody else
    scored meanwhile, the later officer is told and nothing is overwritten.
    """
    # The competition first, as everybody does: two who wait for each other would both fail.
    competition = Competition.objects.select_for_update(no_key=True).get(lots=bid.lot_id)
    bid = Bid.objects.select_for_update(of=("self",)).select_related("lot").get(pk=bid.pk)
    COMPETITION.target("score", competition.state)
    _refuse_unusable(bid, criterion, competition, mark)
    if QualityLock.objects.filter(competition=competition).exists():
        raise Refused("locked", _("The quality scores are locked. They stand from now on"))
    if not reasons.strip():
        raise Refused("no_reasons", _("Say why you gave this mark"), field="reasons")

    score = Score.objects.filter(bid=bid, criterion=criterion).first()
    if score is not None and (score.mark, score.reasons) == (mark, reasons):
        return score  # pressed twice
    if (score.scored_at if score else None) != seen:
        raise Refused(
            "stale", _("Somebody else scored this while you had the page open. Check their mark")
        )
    before = str(score.mark) if score else None
    score = score or Score(bid=bid, criterion=criterion)
    score.mark, score.reasons = mark, reasons
    score.scored_at, score.scored_by = at, by
    score.save()
    trail.record(
        "bid.scored",
        bid,
        by=by,
        criterion=str(criterion.reference),
        mark=str(mark),
        mark_before=before,
    )
    return score


@transaction.atomic
def complete_evaluation(*, competition, by, at):
    """Close the marks: from now on they stand, and awards can be proposed on them."""
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    reached = COMPETITION.target("evaluate", competition.state)
    missing = unscored(competition)
    if missing:
        raise Refused(
            "unscored",
            _("Score every bid before you complete the evaluation. Still missing: %(count)d")
            % {"count": len(missing)},
        )
    apart = competition.price_after_quality
    if apart and not PriceOpening.objects.filter(competition=competition).exists():
        raise Refused("prices_sealed", _("Open the prices before you complete the evaluation"))
    competition.state = reached
    competition.save(update_fields=["state"])
    trail.record("competition.evaluated", competition, by=by)
    return competition


@transaction.atomic
def reopen_evaluation(*, competition, reasons, by, at):
    """Put the marks right: only while no award stands on them."""
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    reached = COMPETITION.target("reopen_evaluation", competition.state)
    if not reasons.strip():
        raise Refused("no_reasons", _("Say why the marks must be changed"), field="reasons")
    if competition.price_after_quality:
        message = _("The quality scores were locked before the prices were opened. They stand")
        raise Refused("locked", message)
    standing = Award.objects.filter(lot__competition=competition)
    if standing.standing().exists():
        raise Refused(
            "awards_stand", _("Send the proposed awards back before you change the marks")
        )
    competition.state = reached
    competition.save(update_fields=["state"])
    trail.record("competition.evaluation_reopened", competition, by=by, reasons=reasons)
    return competition


def _refuse_unusable(bid, criterion, competition, mark):
    if criterion.competition_id != competition.pk:
        raise Refused("foreign_criterion", _("This criterion belongs to another competition"))
    if criterion.kind == CriterionKind.PRICE:
        raise Refused("price_is_computed", _("The price is scored by its formula"))
    if bid.opened_id is None:
        raise Refused("unreadable", _("This bid could not be read and cannot be scored"))
    highest = 1 if criterion.kind == CriterionKind.GATE else competition.highest_mark
    if not 0 <= mark <= highest:
        raise Refused(
            "mark_out_of_range",
            _("Enter a mark from 0 to %(highest)d") % {"highest": highest},
            field="mark",
        )
