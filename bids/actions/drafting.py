"""Starting a bid and writing it: every save seals the whole draft anew.

Each page saves only its own part, merged under the lock of the bid's row, so two people may write
two answers at once. Where somebody else changed the same part meanwhile, both changes are brought
together; where they touch the same words, nothing is written: `Changed` carries what they wrote,
and the person chooses.
"""

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.requests import stand_again
from bids.actions.standby import (
    drop_what_stands_by,
    keep_former,
    keep_standby,
    may_wait,
    record_standby,
)
from bids.actions.versions import keep_version
from bids.content import empty, price_of, price_value
from bids.identity import identity
from bids.merging import merged, merged_prices
from bids.models import Bid
from bids.selectors.bidding import offer_of, says_what_counts
from bids.selectors.standby import is_complete
from bids.sent import Overlap, Sent
from bids.states import BID
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard, seal
from framework_portal.sealing.models import Purpose


class Changed(Refused):
    """Somebody else changed the same words since the page was shown; `theirs` is what it says."""

    def __init__(self, theirs, *, saved_at=None, saved_by=None):
        super().__init__(
            "changed",
            _("This was changed after you opened the page. Compare the two and choose"),
        )
        self.theirs, self.saved_at, self.saved_by = theirs, saved_at, saved_by


@trail.keeps_refusals("bid.start_refused", of="bid")
@guards.in_words
@transaction.atomic
def start_bid(*, lot, supplier, by, at):
    """A draft for `lot`, with nothing in it. One live bid of a supplier for a lot."""
    refuse_closed(lot.competition, at)
    if not supplier.matches(lot, at=at):
        raise Refused("no_match", guards.NO_MATCH)
    bid = Bid.objects.create(lot=lot, supplier=supplier, started_at=at, started_by=by)
    trail.record("bid.started", bid, by=by, lot=str(lot.reference))
    return bid


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def save_answer(*, bid, question, text, by, at, shown=None, base=None, hand=None, quiet=False):
    """Keep the answer to one question, however long; answers the text that is kept now.

    `shown` is the fingerprint of the answer that the page showed, and `base` that answer; without
    them what is there is overwritten. The limit of words is asked at submission. A `quiet` save is
    one that a page makes by itself: the trail hears of it where it begins a new version.
    """
    bid, content = taken_up(bid, at)
    if question.criterion.competition_id != bid.lot.competition_id:
        raise Refused("foreign", _("This question belongs to another competition"))
    key, text = str(question.reference), text.replace("\r\n", "\n")
    answer = content["answers"].get(key, {"text": ""})
    sent, now = Sent(text, shown, base, hand), answer["text"]
    try:
        kept = sent.beside(now, content, key, merged)
    except Overlap:
        who = {name: answer.get(name) for name in ("saved_at", "saved_by")}
        raise Changed(now, **who) from None
    if kept == now:
        return now
    content["answers"][key] = {"text": kept, "saved_at": at.isoformat(), "saved_by": by.pk}
    sent.note(content, key)
    saved = answer if answer.get("saved_by") else None
    facts = {"value": kept, "former": now, "by": by, "at": at, "content": content, "saved": saved}
    begun = keep_version(bid=bid, question=question, **facts)
    put_down(
        bid,
        content,
        by=by,
        at=at,
        quiet=quiet,
        told=begun or not quiet,
        part="answer",
        question=key,
    )
    return kept


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def save_price(*, bid, price, by, at, note="", shown=None, base=None, hand=None, quiet=False):
    """Keep the price, to the penny, and what is said about it; answers what is kept now."""
    bid, content = taken_up(bid, at)
    now, sent = price_of(content), Sent(price_value(price, note), shown, base, hand)
    try:
        kept = sent.beside(now, content, "price", merged_prices)
    except Overlap:
        raise Changed(now) from None
    if kept == now:
        return now
    content |= kept
    sent.note(content, "price")
    facts = {"value": kept, "former": now, "by": by, "at": at, "content": content}
    begun = keep_version(bid=bid, question=None, **facts)
    put_down(bid, content, by=by, at=at, quiet=quiet, told=begun or not quiet, part="price")
    return kept


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def start_over(*, bid, by, at):
    """Begin a replacement with nothing in it, for who cannot read what was submitted.

    What was submitted counts until the replacement is submitted.
    """
    bid = locked(bid)
    BID.target("edit", bid.state)
    refuse_closed(bid.lot.competition, at)
    if bid.draft is not None:
        return bid  # pressed twice, or a colleague began
    return put_down(bid, empty(), by=by, at=at, part="replacement")


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def drop_changes(*, bid, by, at):
    """Throw away what was changed since the bid was submitted; what was submitted counts.

    The consents it was submitted with stand again, without being asked.
    """
    bid = locked(bid)
    BID.target("edit", bid.state)
    refuse_closed(bid.lot.competition, at)
    if bid.offer is None:
        raise Refused("not_submitted", _("This bid is not submitted yet. Withdraw it instead"))
    if bid.draft is None:
        return bid
    former, bid.draft, bid.has_changes = bid.draft, None, False
    bid.edition += 1
    bid.saved_at, bid.saved_by = at, by
    bid.save(update_fields=["draft", "has_changes", "edition", "saved_at", "saved_by"])
    discard(former)
    stand_again(bid, at=at)
    drop_what_stands_by(bid, by=by)
    trail.record("bid.saved", bid, by=by, edition=bid.edition, part="changes_dropped")
    return bid


# One order of locks: the competition, its bids by key, the trail. The guards of what is taken in
# share the competition's lock, so whoever may come to them shares it first.
_SHARED = """
SELECT c.id FROM lots_competition c JOIN lots_lot l ON l.competition_id = c.id
JOIN bids_bid b ON b.lot_id = l.id WHERE b.id = %s AND (%s OR (
  SELECT i.is_on FROM bids_standbyinstruction i WHERE i.bid_id = b.id ORDER BY i.id DESC LIMIT 1))
FOR SHARE OF c
"""


def locked(bid, *, taken_in=False):
    """The bid under its row's lock, and what else is needed, read after the lock was won.

    Where a version may be `taken_in`, or stand by, an opening waits until this has ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [bid.pk, taken_in])
    # FOR NO KEY UPDATE: the ticket of an arrival, which refers to the bid, is not kept waiting.
    Bid.objects.select_for_update(no_key=True).values_list("pk").get(pk=bid.pk)
    # A statement of its own: one that waited for a lock still sees the other rows as they were.
    fresh = Bid.objects.select_related("lot__competition", "draft", "offer__submission__copy").get(
        pk=bid.pk
    )
    fresh.supplier, fresh.vaults, fresh.saving = bid.supplier, bid.vaults, bid.saving
    return fresh


def taken_up(bid, at):
    """The bid, locked, with what it says, for a change that is still allowed."""
    bid = locked(bid)
    BID.target("edit", bid.state)
    refuse_closed(bid.lot.competition, at)
    return bid, offer_of(bid)


def refuse_closed(competition, at):
    """Nothing is written before opening, after closing or once it is abandoned."""
    if not competition.is_open(at=at):
        raise Refused(
            "closed", _("The competition is not open, so your bid can no longer be changed")
        )


def put_down(bid, content, *, by, at, quiet=False, told=True, **facts):
    """Seal `content` as the bid's draft in place of the former one, and keep who saved what.

    What is not `told` to the trail is told by the version that it belongs to. A `quiet` save may
    be left out of the versions that stand by for a while, and is kept before it is overwritten
    with something incomplete.
    """
    if not is_complete(bid, content):
        keep_former(bid)
    former, draft = bid.draft, None
    if not says_what_counts(bid, content):
        draft = seal(content, purpose=Purpose.DRAFT, bound_to=identity(bid))
    bid.draft = draft
    bid.has_changes = draft is not None and bid.offer_id is not None
    bid.edition += 1
    bid.saved_at, bid.saved_by = at, by
    bid.save(update_fields=["draft", "has_changes", "edition", "saved_at", "saved_by"])
    if former is not None:
        discard(former)
        if draft is None:
            stand_again(bid, at=at)
    waits = quiet and may_wait(bid, at=at)
    kept = None if waits else keep_standby(bid, content, by=by, saving=bid.saving)
    if told:
        trail.record("bid.saved", bid, by=by, edition=bid.edition, **facts)
    record_standby(bid, kept, by=by)
    return bid
