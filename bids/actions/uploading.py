"""Taking files of a bid in piece by piece, so that a broken line costs no more than one piece.

A piece that has been acknowledged is on the disk, encrypted, and counted in the database. Two
requests for the same upload cannot both win a place: each piece is counted under the row's lock,
where the one before it ended. The last piece and the document that the file becomes are one act,
so an upload is either not whole yet, or attached.
"""

import logging
from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.attaching import put_in, refuse_beyond_limits, stored
from bids.actions.drafting import refuse_closed, taken_up
from bids.models import BidDocument, BidUpload
from bids.models.uploading import KEPT_FOR
from framework_portal.audit import trail
from framework_portal.documents import pieces
from framework_portal.documents.actions import discard_document
from framework_portal.documents.checks import checked_kind
from framework_portal.documents.models import Document, DocumentPurpose
from framework_portal.documents.names import clean_name
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal

logger = logging.getLogger(__name__)

# After these the file is still wanted: its pieces stay, and sending goes on.
PASSING = {"busy", "no_space", "moved_on", "vault_locked"}


@trail.keeps_refusals("bid.file_refused", of="bid")
@guards.in_words
@transaction.atomic
def start_upload(*, bid, name, declared, length, mark, by, at):
    """Make room for a file of `length` bytes, or refuse it before any of it is read.

    What is on its way counts as if it were attached. `mark` is what the sender will know the file
    again by; it lies sealed, like the name.
    """
    refuse_closed(bid.lot.competition, at)
    name = clean_name(name)
    checked_kind(name=name, declared=declared, size=length)
    bid, content = taken_up(bid, at)
    under_way = bid.uploads.filter(finished_at__isnull=True, expires_at__gt=at)
    attached = [each["size"] for each in content["documents"]]
    refuse_beyond_limits([*attached, *under_way.values_list("length", flat=True), length])
    upload = BidUpload(
        bid=bid, started_at=at, started_by=by, length=length, expires_at=at + KEPT_FOR
    )
    upload.give_key(name=name, declared=declared[:200], mark=mark[:200])
    upload.save(force_insert=True)
    return upload


def take_piece(*, upload, piece, begins, by, at):
    """Keep one piece, which begins at byte `begins`; with the last one the file is attached.

    A file that is refused once it is whole leaves nothing behind. Answers the upload as it is now.
    """
    ends = begins + len(piece)
    if ends > upload.length:
        raise Refused("too_long", _("More was sent than this file was said to have"))
    try:
        if ends == upload.length:
            return _finish(bid=upload.bid, upload=upload, piece=piece, begins=begins, by=by, at=at)
        return _keep(upload=upload, piece=piece, begins=begins, at=at)
    except InvalidSeal:
        logger.exception("The pieces of upload %s cannot be read", upload.reference)
        abandon_upload(upload=upload)
        raise Refused("lost", _("What had arrived of this file was lost. Send it again")) from None


def abandon_upload(*, upload):
    """Forget an upload and its pieces. A file that is attached already stays. Twice is once."""
    stored_as = upload.stored_as

    def remove_pieces():
        pieces.remove(stored_as)

    with transaction.atomic():
        BidUpload.objects.filter(pk=upload.pk).delete()
        transaction.on_commit(remove_pieces, robust=True)


def remove_expired(*, at):
    """Forget uploads that nobody went on with, and pieces that no row knows; answers how many."""
    expired = list(BidUpload.objects.filter(expires_at__lte=at))
    for upload in expired:
        abandon_upload(upload=upload)
    known = set(BidUpload.objects.values_list("stored_as", flat=True))
    unnamed = Document.objects.filter(purpose=DocumentPurpose.BID, uploaded_at__lte=at - KEPT_FOR)
    unnamed = list(unnamed.exclude(pk__in=BidDocument.objects.values("document")))
    for document in unnamed:  # its process died before the draft was told of it
        discard_document(document)
    return len(expired) + pieces.left_over(known) + len(unnamed)


@guards.in_words
@transaction.atomic
def _keep(*, upload, piece, begins, at):
    upload = _locked(upload, begins)
    refuse_closed(upload.bid.lot.competition, at)
    upload.stored_bytes = pieces.append(
        upload.stored_as,
        piece,
        key=upload.key,
        bound=upload.bound,
        begins=begins,
        counted=upload.stored_bytes,
    )
    upload.arrived, upload.expires_at = begins + len(piece), at + KEPT_FOR
    upload.save(update_fields=["stored_bytes", "arrived", "expires_at"])
    return upload


@trail.keeps_refusals("bid.file_refused", of="bid")
@guards.in_words
def _finish(*, bid, upload, piece, begins, by, at):
    """Check the whole file and attach it. Checking takes its time: not under the locks."""
    refuse_closed(bid.lot.competition, at)
    try:
        with stored(_whole(upload, piece), by=by) as document:
            return _attach(upload=upload, document=document, begins=begins, by=by, at=at)
    except Refused as refusal:
        if refusal.code not in PASSING:
            abandon_upload(upload=upload)
        raise


def _whole(upload, piece):
    """The file as a form would have brought it, in memory."""
    content = BytesIO()
    kept = pieces.read(
        upload.stored_as, key=upload.key, bound=upload.bound, counted=upload.stored_bytes
    )
    content.writelines(kept if upload.arrived else ())
    content.write(piece)
    size, label = content.tell(), upload.label
    if size != upload.length:
        raise _moved_on()
    return InMemoryUploadedFile(content, "files", label["name"], label["declared"], size, None)


@transaction.atomic
def _attach(*, upload, document, begins, by, at):
    upload, stored_as = _locked(upload, begins), upload.stored_as

    def remove_pieces():
        pieces.remove(stored_as)

    upload.arrived, upload.finished_at, upload.expires_at = upload.length, at, at + KEPT_FOR
    upload.stored_bytes = 0
    upload.forget()
    upload.save()
    transaction.on_commit(remove_pieces, robust=True)
    # As late as may be, for its word to the trail.
    upload.attached = put_in(bid=upload.bid, document=document, by=by, at=at)
    BidUpload.objects.filter(pk=upload.pk).update(attached=upload.attached)
    return upload


def _locked(upload, begins):
    """The upload under its row's lock, if it is still where this piece begins."""
    fresh = (
        BidUpload.objects.select_for_update(of=("self",))
        .select_related("bid__lot__competition")
        .filter(pk=upload.pk, finished_at__isnull=True, arrived=begins)
        .first()
    )
    if fresh is None:
        raise _moved_on()
    fresh.bid.supplier, fresh.bid.vaults = upload.bid.supplier, upload.bid.vaults
    fresh.bid.saving = upload.bid.saving
    return fresh


def _moved_on():
    return Refused("moved_on", _("Another page is sending this file already"))
