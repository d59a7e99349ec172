"""Complete but not submitted: what a bidder has said shall count, kept before the deadline.

Nothing is decided at closing. Each complete save under the instruction is sealed at once, with a
ticket and a receipt of its own; opening only marks which version counts.
"""

import uuid

from django.db import DatabaseError, transaction

from bids import guards
from bids.actions.taking_in import take_in
from bids.models import Arrival, Bid, StandbyInstruction, Submission
from bids.selectors.standby import instruction_of, is_complete, standing_by
from bids.states import BidState
from framework_portal.audit import trail
from framework_portal.refusals import Refused


def instruct(bid, *, is_on, by):
    """Write down what the bidder says now, under the bid's lock; gives the row that holds."""
    former = instruction_of(bid)
    if is_on == (former is not None):
        return former
    return StandbyInstruction.objects.create(bid=bid, is_on=is_on, given_by=by)


def drop_what_stands_by(bid, *, by):
    """The instruction begins anew: versions kept until now count no more. Under the bid's lock."""
    if instruction_of(bid) is not None:
        instruct(bid, is_on=False, by=by)
        instruct(bid, is_on=True, by=by)


def keep_standby(bid, content, *, by):
    """Under the bid's lock: where it shall, keep `content` as the version that stands by.

    A save is never lost because of it: where the database refuses the version, for instance
    because the organisation does not match any more, the one before it goes on counting.
    """
    instruction = instruction_of(bid)
    if instruction is None or not is_complete(bid, content):
        return None
    try:
        with transaction.atomic():
            arrival = Arrival.objects.create(bid=bid, account=by, key=uuid.uuid4())
            return take_in(
                bid,
                content,
                by=by,
                arrival=arrival,
                sequence=bid.submissions.count() + 1,
                instruction=instruction,
            )
    except (DatabaseError, Refused) as error:
        trail.record("bid.standby_refused", bid, by=by, outcome="refused", code=_code_of(error))
        return None


def record_standby(bid, kept, *, by):
    """The evidence that a version stands by, which names its receipt."""
    if kept is None:
        return
    submission, receipt = kept
    trail.record(
        "bid.standby_kept",
        bid,
        by=by,
        submission=str(submission.reference),
        sequence=submission.sequence,
        received_at=submission.received_at,
        digest=submission.offer.digest,
        leaf=receipt.leaf,
    )


def mark_counting(competition):
    """Let the versions that stand by count, as the first step of an opening; gives the bids.

    The database holds each mark to what `bids_counting_submission` says of rows that were
    written before closing.
    """
    bids = list(standing_by(competition).select_for_update(of=("self",)))
    versions = Submission.objects.in_bulk([bid.counts for bid in bids])
    for bid in bids:
        version = versions[bid.counts]
        bid.state, bid.offer_id = BidState.SUBMITTED, version.offer_id
        bid.submitted_at, bid.submitted_by_id = version.received_at, version.submitted_by_id
    Bid.objects.bulk_update(
        bids, ["state", "offer", "submitted_at", "submitted_by"], batch_size=500
    )
    return bids


def _code_of(error):
    if isinstance(error, Refused):
        return error.code
    try:
        return guards.refusal(error).code
    except DatabaseError:
        return type(error).__name__
