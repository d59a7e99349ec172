"""A contract that was refused (Procurement Act 2023 s.72), and the next bid in its place."""

from bids.actions.award import approve_award, propose_award
from bids.demonstration import competitions as plans
from bids.selectors.evaluation import in_turn
from contracts.actions.directing import decide_chain
from contracts.models import Contract
from contracts.states import ChainMove


def make(stage):
    """Of the last contract of the awarded competition, which nobody has filled in."""
    timeline, cast = stage.timeline, stage.cast
    made = Contract.objects.filter(lot__competition__title=plans.AWARDED.title, is_history=False)
    contract = made.select_related("lot__competition").latest("pk")
    relied_on = contract.subcontractors.filter(entries__relied_on=True).first()
    for move, day, reasons in (
        (ChainMove.DIRECT, -18, "The bid met the condition on counselling with it."),
        (
            ChainMove.REFUSE,
            -13,
            "The lead was directed to sign with it by the set day, and did not.",
        ),
    ):
        with timeline.then(timeline.at(day, 10)) as at:
            decide_chain(
                subcontractor=relied_on,
                move=move,
                reasons=reasons,
                due_on=timeline.day(-15),
                by=cast.first,
                at=at,
            )
    with timeline.then(timeline.at(-11, 10)) as at:
        (following, *_equal) = in_turn(contract.lot)
        award = propose_award(
            lot=contract.lot,
            bid=following.bid,
            reasons="Next in the ranking.",
            by=cast.first,
            at=at,
        )
    with timeline.then(timeline.at(-10, 15)) as at:
        approve_award(award=award, by=cast.second, at=at)
