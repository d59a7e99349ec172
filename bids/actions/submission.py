"""Taking bids in, and letting bidders withdraw them.

The instant of arrival decides, by the database's clock: `take_ticket` is the first act of the
request, in a transaction of its own, before any other work. `submit_bid` then does the work, and
the database's guards decide on the ticket. Whoever asks again gets the same receipt.
"""

from functools import wraps

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bids import guards
from bids.actions.consents import forget_terms, name_no_more
from bids.actions.drafting import locked
from bids.actions.receipts import withdrawal_receipt
from bids.actions.reminders import deadline_key
from bids.actions.standby import instruct, keep_standby, record_standby
from bids.actions.taking_in import take_in
from bids.actions.unsaved_entries import drop_unsaved, put_in_vault
from bids.content import as_submitted, parts
from bids.models import Arrival
from bids.saving import Saving
from bids.selectors.bidding import is_priced, offer_of, questions_of
from bids.selectors.consents import is_consented
from bids.selectors.standby import instruction_of
from bids.states import BID, Act, BidState
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard
from lots.states import CompetitionState

UNSEATED = _lazy(
    "This bid was submitted, and then a key subcontractor withdrew its consent. Go back to your "
    "bid, and submit it anew"
)


@guards.in_words
def take_ticket(*, bid, by, key, act=Act.SUBMISSION):
    """Have the database write down that this request arrived now, whatever becomes of it."""
    with transaction.atomic():
        _be_quick()
        return Arrival.objects.create(bid=bid, account=by, key=key, act=act)


def once_more(action):
    """Decorate an action, outside its transaction: a lock not won in time is tried for again.

    The ticket stays the same, so nobody is punished for the load on the portal.
    """

    @wraps(action)
    def tried(**kwargs):
        try:
            return action(**kwargs)
        except OperationalError as error:
            if connection.in_atomic_block or not guards.is_busy(error):
                raise
        return action(**kwargs)

    return tried


@trail.keeps_refusals("bid.submission_refused", of="bid")
@guards.in_words
@once_more
@transaction.atomic
def submit_bid(*, bid, by, arrival, declared, earlier=None):
    """Take the bid in, as it stands, with the ticket `arrival`; answers the Submission.

    Pressed twice, in two tabs, by two colleagues, or again after a lost answer: the same
    submission, also when that comes after the deadline. `earlier` is the press that this one
    repeats, because the password was asked for in between: its arrival counts.
    """
    _be_quick()
    bid = locked(bid, taken_in=True)
    if earlier is not None and earlier.counts_for(arrival, bid):
        arrival = earlier.arrival
    taken = list(bid.submissions.order_by("sequence"))
    already = _already_in(bid, taken, arrival)
    if already is not None:
        return already
    reached = BID.target("submit", bid.state)
    _refuse_late(bid, arrival)
    content = _complete_offer(bid, declared)
    submission, receipt = take_in(bid, content, by=by, arrival=arrival, sequence=len(taken) + 1)
    offer = submission.offer
    former, bid.draft, bid.has_changes = bid.draft, None, False
    bid.state, bid.offer = reached, offer
    bid.submitted_at, bid.submitted_by = submission.received_at, by
    bid.save(
        update_fields=["draft", "has_changes", "state", "offer", "submitted_at", "submitted_by"]
    )
    if former is not None:
        discard(former)
    name_no_more(bid, at=submission.received_at, but=content)
    forget_terms(bid)
    put_in_vault(bid)
    _confirm("bid_received", bid, by, submission=str(submission.reference), number=receipt.number)
    trail.record(
        "bid.submitted",
        bid,
        by=by,
        submission=str(submission.reference),
        sequence=submission.sequence,
        received_at=submission.received_at,
        digest=offer.digest,
        leaf=receipt.leaf,
    )
    return submission


@trail.keeps_refusals("bid.withdrawal_refused", of="bid")
@guards.in_words
@transaction.atomic
def withdraw_bid(*, bid, by, arrival, earlier=None):
    """Take the bid back, until closing. What was submitted stays sealed and is never opened.

    It is timed by the ticket `arrival`, or by that of the press it repeats; see `submit_bid`.
    """
    _be_quick()
    bid = locked(bid, taken_in=True)
    if bid.state == BidState.WITHDRAWN:
        return bid  # pressed twice
    if earlier is not None and earlier.counts_for(arrival, bid):
        arrival = earlier.arrival
    reached = BID.target("withdraw", bid.state)
    if bid.lot.competition.is_closed(at=arrival.at):
        raise Refused(*guards.WORDS["bid_withdrawn_before_closing"])
    submission, former = bid.submissions.order_by("-sequence").first(), bid.draft
    instruct(bid, is_on=False, by=by, arrival=arrival)  # what stood by does so no more
    bid.state, bid.withdrawn_at, bid.withdrawn_by = reached, arrival.at, by
    bid.draft, bid.has_changes = None, False
    bid.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "draft", "has_changes"])
    if former is not None:
        discard(former)
    name_no_more(bid, at=bid.withdrawn_at)
    forget_terms(bid)
    drop_unsaved(bid)
    receipt = withdrawal_receipt(bid, submission) if submission is not None else None
    numbers = {} if receipt is None else {"number": receipt.number}
    _confirm("bid_withdrawn", bid, by, **numbers)
    trail.record(
        "bid.withdrawn",
        bid,
        by=by,
        was_submitted=bid.offer_id is not None,
        leaf=receipt and receipt.leaf,
    )
    return bid


@trail.keeps_refusals("bid.standby_refused", of="bid")
@guards.in_words
@transaction.atomic
def let_stand_by(*, bid, is_on, by, arrival, earlier=None):
    """Whether the last complete version shall count when nobody has submitted; until closing.

    It is timed by the ticket `arrival`, or by that of the press it repeats; see `submit_bid`.
    """
    _be_quick()
    bid = locked(bid, taken_in=True)
    BID.target("submit", bid.state)
    if earlier is not None and earlier.counts_for(arrival, bid):
        arrival = earlier.arrival
    if not bid.lot.competition.is_open(at=arrival.at):
        raise Refused("closed", _("The competition has closed. What was instructed by then counts"))
    if is_on == (instruction_of(bid) is not None):
        return bid  # pressed twice
    instruct(bid, is_on=is_on, by=by, arrival=arrival)
    # What was submitted and not changed since needs nothing to stand by for it.
    writes = is_on and (bid.draft is not None or bid.offer is None)
    saving = Saving(arrival)
    kept = keep_standby(bid, offer_of(bid), by=by, saving=saving) if writes else None
    trail.record("bid.standby_on" if is_on else "bid.standby_off", bid, by=by)
    record_standby(bid, kept, by=by)
    return bid


def _be_quick():
    # Better a clear sentence after seconds than a page that hangs over the deadline.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '3s'")


def _already_in(bid, taken, arrival):
    """The submission that this press, or one that said the same, has already made."""
    pressed = next((each for each in taken if each.key == arrival.key), None)
    if pressed is not None and bid.state == BidState.DRAFT:
        raise Refused("unseated", UNSEATED)
    if pressed is None and bid.state == BidState.SUBMITTED and bid.draft_id is None:
        return next(each for each in taken if each.offer_id == bid.offer_id)
    return pressed


def _refuse_late(bid, arrival):
    # Read after the lock, so that a deadline moved meanwhile counts. The guard asks again.
    competition = bid.lot.competition
    if competition.state == CompetitionState.ABANDONED:
        raise Refused("abandoned", _("This competition was abandoned. No bid is taken in any more"))
    if competition.state != CompetitionState.PUBLISHED or arrival.at >= competition.closes_at:
        raise Refused("closed", guards.CLOSED)


def _complete_offer(bid, declared):
    competition, content = bid.lot.competition, offer_of(bid)
    asked = parts(content, questions_of(competition), is_priced=is_priced(competition))
    if any(part.is_missing for part in asked):
        raise Refused("incomplete", _("Complete your bid before you submit it"))
    if not is_consented(bid, content):
        raise Refused(
            "no_consent",
            _("Not every key subcontractor that you name has agreed to what your bid says of it"),
        )
    if not declared:
        raise Refused(
            "not_declared", _("Confirm the declaration before you submit"), field="declared"
        )
    return as_submitted(content)


def _confirm(kind, bid, by, **context):
    """Tell the organisation and the person; and what was due to remind them of is due no more."""
    competition = bid.lot.competition
    outbox.cancel(f"{deadline_key(competition.reference, competition.closes_at)}{bid.reference}:")
    outbox.queue_many(
        kind,
        [
            {"to": address, "context": {"bid": str(bid.reference), **context}}
            for address in sorted({bid.supplier.contact_email, by.email})
        ],
        at_once=False,  # the last step asks nothing of the broker
    )
