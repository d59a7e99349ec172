"""A new key for drafts every so often: an old backup is no way to read what was submitted since.

A draft is under a key that the portal holds. A copy of the database from before its submission
still has it; so the key must not be there any more when the draft has gone. Each rotation seals
the drafts that are still being written anew, and destroys the drafts' part of keys that were
replaced some days ago.
"""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from bids import journal
from bids.actions.drafted_questions import PURPOSE as QUESTION
from bids.identity import consent_identity, identity, unsaved_identity
from bids.models import Bid, BidUpload, ConsentRequest, UnsavedEntry
from bids.selectors.consents import SIGNED, TERMS, WANTED
from framework_portal.accounts import sealed_texts
from framework_portal.documents.models import DocumentPurpose
from framework_portal.sealing import confidential, keys
from framework_portal.sealing.envelope import discard, read_own, seal
from framework_portal.sealing.models import Purpose, SealedOffer

# Longer than a kept form or the pieces of a file are there: a day, and nothing seals them anew.
KEPT_WHOLE = timedelta(days=2)
# What an older key must still open. Nothing here was ever part of a bid that is sealed.
KEPT = [
    Purpose.OPENED,
    sealed_texts.PURPOSE,
    confidential.PURPOSE,
    journal.PURPOSE,
    QUESTION,
    f"document/{DocumentPurpose.COMPETITION}",
    f"document/{DocumentPurpose.EVIDENCE}",
]


def rotate_keys(*, now=None):
    """A new key, drafts under it, older keys narrowed: (key id, drafts sealed anew, keys narrowed).

    Keys that something still needs are left whole, for the next time. `now` is the host's time,
    which the key file goes by.
    """
    path, now = settings.SEALING_KEY_FILE, now or datetime.now(UTC)
    key_id = keys.add_key(path)
    drafts = [_seal_anew(pk) for pk in _under_older_keys(key_id)]
    for pk in _consents_under_older_keys(key_id):
        _seal_consent_anew(pk)
    for pk in _typed_under_older_keys(key_id):
        _seal_typed_anew(pk)
    old = keys.superseded(path, before=now - KEPT_WHOLE)
    unneeded = [each for each in old if not _is_needed(each)]
    if unneeded:
        keys.narrow(path, unneeded, keep=KEPT)
    return key_id, sum(drafts), unneeded


def _under_older_keys(newest):
    drafts = Bid.objects.filter(draft__isnull=False).exclude(draft__key_id=newest)
    return list(drafts.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _seal_anew(pk):
    """One draft, as it stands when its turn comes; whoever is writing waits for a moment."""
    Bid.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)
    bid = Bid.objects.select_related("lot__competition", "supplier", "draft").get(pk=pk)
    former = bid.draft
    if former is None or former.key_id == keys.keyring().newest:
        return False
    content = read_own(former, bound_to=identity(bid))
    bid.draft = seal(content, purpose=Purpose.DRAFT, bound_to=identity(bid))
    bid.save(update_fields=["draft"])
    discard(former)
    return True


def _consents_under_older_keys(newest):
    held = [
        Q(**{f"{part}__isnull": False}) & ~Q(**{f"{part}__key_id": newest})
        for part in (TERMS, WANTED, SIGNED)
    ]
    found = ConsentRequest.objects.filter(held[0] | held[1] | held[2])
    return list(found.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _seal_consent_anew(pk):
    """What is kept of one request: terms, words and signed statement, with their digests."""
    bid = ConsentRequest.objects.values_list("bid", flat=True).get(pk=pk)
    Bid.objects.select_for_update(no_key=True).values_list("pk").get(pk=bid)
    consent = ConsentRequest.objects.select_related(TERMS, WANTED, SIGNED).get(pk=pk)
    newest, former = keys.keyring().newest, []
    for part in (TERMS, WANTED, SIGNED):
        row = getattr(consent, part)
        if row is not None and row.key_id != newest:
            bound_to = consent_identity(consent, part)
            content = read_own(row, bound_to=bound_to)
            setattr(consent, part, seal(content, purpose=Purpose.DRAFT, bound_to=bound_to))
            former.append(row)
    consent.save(update_fields=[TERMS, WANTED, SIGNED])
    discard(*former)


def _typed_under_older_keys(newest):
    typed = UnsavedEntry.objects.filter(sealed__purpose=Purpose.DRAFT)
    return list(typed.exclude(sealed__key_id=newest).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _seal_typed_anew(pk):
    """What one person has typed of one entry and not saved; gone meanwhile is well too."""
    bid = UnsavedEntry.objects.filter(pk=pk).values_list("bid", flat=True).first()
    Bid.objects.select_for_update(no_key=True).values_list("pk").filter(pk=bid).first()
    typed = UnsavedEntry.objects.select_related(
        "sealed", "person", "bid__lot__competition", "bid__supplier"
    )
    kept = typed.filter(pk=pk, sealed__purpose=Purpose.DRAFT).first()
    if kept is None or kept.sealed.key_id == keys.keyring().newest:
        return
    former, bound_to = kept.sealed, unsaved_identity(kept)
    said = read_own(former, bound_to=bound_to)
    kept.sealed = seal(said, purpose=Purpose.DRAFT, bound_to=bound_to)
    kept.save(update_fields=["sealed"])
    discard(former)


def _is_needed(key_id):
    ours = [Purpose.DRAFT, Purpose.STASH]
    return (
        SealedOffer.objects.filter(key_id=key_id, purpose__in=ours).exists()
        or BidUpload.objects.filter(key_id=key_id).exists()
    )
