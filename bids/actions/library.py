"""Keeping answers to use them again. Nothing here writes a bid, let alone submits one."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.identity import library_identity
from bids.models import AnswerUse, LibraryAnswer
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import discard
from framework_portal.sealing.models import Purpose
from suppliers.models import Supplier
from suppliers.vault.keeping import seal_kept

MOST_ANSWERS = 500


@transaction.atomic
def keep_answer(*, supplier, title, text, by, at, bid=None, question=None, good_until=None):
    """Put an answer into the organisation's library, sealed to its vault."""
    # One after the other, so that two who press at once do not pass the limit.
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    if supplier.library.count() >= MOST_ANSWERS:
        words = _("The library holds %(most)d answers. Remove some before you save another")
        raise Refused("too_many", words % {"most": MOST_ANSWERS})
    kept = LibraryAnswer(
        supplier=supplier,
        bid=bid,
        question=question,
        good_until=good_until,
        saved_at=at,
        saved_by=by,
    )
    kept.sealed = _sealed(kept, title, text)
    kept.save(force_insert=True)
    trail.record("library.saved", kept, by=by, supplier=str(supplier.reference))
    return kept


@transaction.atomic
def change_kept(*, kept, title, text, by, at, good_until=None):
    """Another title, text or date. What was used before stays where it was used."""
    kept = _locked(kept)
    former, kept.sealed = kept.sealed, _sealed(kept, title, text)
    kept.good_until, kept.saved_at, kept.saved_by = good_until, at, by
    kept.save(update_fields=["sealed", "good_until", "saved_at", "saved_by"])
    discard(former)
    trail.record("library.changed", kept, by=by)
    return kept


@transaction.atomic
def remove_kept(*, kept, by):
    """Take an answer out of the library. Bids that it was used in keep what they say."""
    kept = _locked(kept)
    sealed = kept.sealed
    trail.record("library.removed", kept, by=by)
    kept.delete()
    discard(sealed)


@transaction.atomic
def note_use(*, bid, by, at, kept=None, submission=None, question=None):
    """Keep that an answer was put into the page of a bid, to be edited there."""
    return AnswerUse.objects.create(
        supplier=bid.supplier,
        kept=kept,
        submission=submission,
        question=question,
        bid=bid,
        used_at=at,
        used_by=by,
    )


def _sealed(kept, title, text):
    content = {"title": " ".join(title.split()), "text": text.replace("\r\n", "\n")}
    return seal_kept(kept.supplier, content, purpose=Purpose.KEPT, bound_to=library_identity(kept))


def _locked(kept):
    rows = LibraryAnswer.objects.select_for_update(of=("self",))
    found = rows.select_related("supplier", "sealed").filter(pk=kept.pk).first()
    if found is None:
        raise Refused("gone", _("This answer was removed from the library"))
    return found
