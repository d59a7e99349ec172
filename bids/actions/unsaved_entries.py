"""What is typed of a key subcontractor: kept for its writer beside the draft, until it is saved.

It changes nothing that counts: no entry, no stand-by version, and no terms that somebody agreed to.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids import guards
from bids.actions.drafting import locked, taken_up
from bids.content import find
from bids.identity import unsaved_identity
from bids.models import UnsavedEntry
from bids.states import BidState
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import discard, read_own, seal
from framework_portal.sealing.models import Purpose
from suppliers.vault.keeping import seal_kept

KEPT_FOR = timedelta(days=7)  # after closing: a deadline may move yet


@guards.in_words
@transaction.atomic
def keep_unsaved(*, bid, entry, person, typed, shown, over, hand, at):
    """Keep what `person` has `typed` of the entry with this reference, or of a new one.

    `shown` is the fingerprint of the entry that the page stands over, `over` the edition of what
    was typed before: another page of the same person is not overwritten. Where nothing is `typed`
    nothing is kept. Answers the row.
    """
    bid, content = taken_up(bid, at)
    if entry and find(content["subcontractors"], entry) is None:
        raise Refused("gone", _("This organisation is not named in your bid any more"))
    kept = _own(bid, entry, person)
    if hand is not None and hand.tab == kept.tab:
        if hand.turn <= kept.turn:
            return kept  # a copy that comes late
    elif kept.sealed is not None and over != kept.edition:
        raise Refused("changed", _("Another page of yours holds other words"))
    sealed = None
    if typed:
        said = {"typed": typed, "shown": shown}
        sealed = seal(said, purpose=Purpose.DRAFT, bound_to=unsaved_identity(kept))
    return _put(kept, sealed, hand, at)


@transaction.atomic
def throw_away(*, bid, entry, person, hand, at):
    """Forget what was typed. `hand` is the page that asks for it, where it says."""
    _let_go(_own(locked(bid), entry, person), hand, at)


def let_go_saved(*, bid, entry, person, over, hand, at):
    """Under the bid's lock: what the page had typed is saved. What another page holds stays."""
    kept = _own(bid, entry, person)
    is_its_own = over == kept.edition or hand is not None and hand.tab == kept.tab
    if kept.sealed is None or is_its_own:
        _let_go(kept, hand, at)


def drop_unsaved(bid, *, but=None):
    """Under the bid's lock: what was typed of entries that `but`, what is left, does not name."""
    rows = UnsavedEntry.objects.filter(bid=bid)
    if but is not None:
        named = [entry["reference"] for entry in but["subcontractors"]]
        rows = rows.exclude(entry=None).exclude(entry__in=named)
    _drop(rows.select_related("sealed"))


def put_in_vault(bid):
    """Under the lock of a bid that is submitted: nothing beside it tells what it says.

    Who reads the own copy reads this too.
    """
    rows = UnsavedEntry.objects.filter(bid=bid, sealed__purpose=Purpose.DRAFT)
    for kept in rows.select_related("sealed", "person"):
        kept.bid, former = bid, kept.sealed
        bound_to = unsaved_identity(kept)
        try:
            said = read_own(former, bound_to=bound_to)
        except InvalidSeal:
            kept.sealed = None  # nobody reads it; it stops no submission
        else:
            kept.sealed = seal_kept(bid.supplier, said, purpose=Purpose.KEPT, bound_to=bound_to)
        kept.save(update_fields=["sealed"])
        discard(former)


def forget_with(competition):
    """Its opening has begun: no deadline moves any more, and nothing typed can be saved."""
    _drop(UnsavedEntry.objects.filter(bid__lot__competition=competition).select_related("sealed"))


@transaction.atomic
def forget_unsaved(*, at):
    """Forget what can be saved no more; answers how many."""
    before = at - KEPT_FOR
    over = Q(bid__lot__competition__closes_at__lte=before)
    over |= Q(bid__lot__competition__abandoned_at__lte=before)
    over |= Q(bid__state=BidState.WITHDRAWN)
    return _drop(UnsavedEntry.objects.filter(over).select_related("sealed"))


def _own(bid, entry, person):
    """The row of this person and entry, not saved yet where there is none."""
    own = UnsavedEntry.objects.filter(bid=bid, entry=entry, person=person)
    kept = own.select_related("sealed").first() or UnsavedEntry(entry=entry)
    kept.bid, kept.person = bid, person
    return kept


def _let_go(kept, hand, at):
    """What that page sent before, and arrives late, is over."""
    if hand is not None:
        _put(kept, None, hand, at)
    elif kept.pk:
        _drop([kept])


def _put(kept, sealed, hand, at):
    former, kept.sealed, kept.saved_at = kept.sealed, sealed, at
    kept.edition += 1
    kept.tab, kept.turn = (hand.tab, hand.turn) if hand else ("", 0)
    kept.save()
    if former is not None:
        discard(former)
    return kept


def _drop(rows):
    rows = list(rows)
    if not rows:
        return 0
    UnsavedEntry.objects.filter(pk__in=[kept.pk for kept in rows]).delete()
    sealed = [kept.sealed for kept in rows if kept.sealed is not None]
    if sealed:
        discard(*sealed)
    return len(rows)
