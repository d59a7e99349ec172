"""Complete but not submitted: what a bidder has said shall count, kept before the deadline.

Nothing is decided at closing. Each complete save under the instruction is sealed at once, with a
ticket and a receipt of its own; opening only marks which version counts.
"""

import uuid
from datetime import timedelta

from django.db import DatabaseError, transaction

from bids import guards
from bids.actions.taking_in import take_in
from bids.models import Arrival, Bid, StandbyInstruction, Submission
from bids.saving import Saving
from bids.selectors.bidding import offer_of
from bids.selectors.standby import instruction_of, is_complete, is_left_out, standing_by
from bids.states import Act, BidState
from framework_portal.audit import trail
from framework_portal.refusals import Refused

# Saves that pages make by themselves are kept at least so far apart, but for the last minutes
# before closing, in which every one is kept.
LEAST_APART = timedelta(seconds=30)
LAST_MINUTES = timedelta(minutes=2)


def instruct(bid, *, is_on, by, arrival=None):
    """Write down what the bidder says, under the bid's lock; gives the row that holds.

    It is timed by its `arrival`, and without one when it is written.
    """
    former = instruction_of(bid)
    if is_on == (former is not None):
        return former
    return StandbyInstruction.objects.create(bid=bid, is_on=is_on, given_by=by, arrival=arrival)


def drop_what_stands_by(bid, *, by):
    """The instruction begins anew: versions kept until now count no more. Under the bid's lock."""
    if instruction_of(bid) is not None:
        arrival = bid.saving and bid.saving.arrival
        instruct(bid, is_on=False, by=by, arrival=arrival)
        instruct(bid, is_on=True, by=by, arrival=arrival)


def keep_standby(bid, content, *, by, told=True, saving=None):
    """Under the bid's lock: where it shall, keep `content` as the version that stands by.

    It is timed by the arrival of the request that is `saving`, where that has taken a ticket. A
    save is never lost because of it: where the database refuses the version, for instance because
    the organisation does not match any more, the one before it goes on counting, and the request
    is told. The trail hears of a refusal where it is to be `told`.
    """
    saving = saving or Saving()
    instruction = instruction_of(bid)
    if instruction is None or not is_complete(bid, content):
        return None
    try:
        with transaction.atomic():
            arrival = saving.arrival or Arrival.objects.create(
                bid=bid, account=by, key=uuid.uuid4(), act=Act.SAVE
            )
            return take_in(
                bid,
                content,
                by=by,
                arrival=arrival,
                sequence=bid.submissions.count() + 1,
                instruction=instruction,
            )
    except (DatabaseError, Refused) as error:
        code, saving.refusal = _reason(error)
        if told:
            trail.record("bid.standby_refused", bid, by=by, outcome="refused", code=code)
        return None


def may_wait(bid, *, at):
    """Whether a save that a page makes by itself may be left out for now: see `LEAST_APART`.

    What is left out is kept by `keep_left_out`, within a minute and before closing.
    """
    instruction = instruction_of(bid)
    if instruction is None or bid.draft is None:
        return False  # what was submitted, written again, has no draft to be kept from later
    newest = instruction.versions.order_by("-sequence").first()
    if newest is None or bid.lot.competition.closes_at - at < LAST_MINUTES:
        return False
    return at - newest.received_at < LEAST_APART


def keep_former(bid):
    """Before an incomplete save: keep the complete one before it, where that was left out."""
    if is_left_out(bid):
        keep_now(bid)


def keep_now(bid, *, told=True):
    """Under the bid's lock: keep what its draft says, as whoever saved it did."""
    kept = keep_standby(bid, offer_of(bid), by=bid.saved_by, told=told)
    record_standby(bid, kept, by=bid.saved_by)


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


def _reason(error):
    """The code, and what the person is told."""
    try:
        refusal = error if isinstance(error, Refused) else guards.refusal(error)
    except DatabaseError:
        return type(error).__name__, guards.BUSY
    return refusal.code, refusal.message
