"""Attaching files to a bid's draft. A bad file never stops the rest."""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.drafting import put_down, refuse_closed, taken_up
from bids.content import MOST_BYTES, MOST_DOCUMENTS, find
from bids.models import BidDocument
from framework_portal.audit import trail
from framework_portal.documents.actions import discard_document, store_document
from framework_portal.documents.models import DocumentPurpose
from framework_portal.refusals import Refused


@trail.keeps_refusals("bid.file_refused", of="bid")
@guards.in_words
def attach_document(*, bid, upload, by, at):
    """Check the file, keep it encrypted, and name it in the draft."""
    refuse_closed(bid.lot.competition, at)
    # Checking and scanning take their time: not under the bid's lock.
    with stored(upload, by=by) as document:
        return put_in(bid=bid, document=document, by=by, at=at)


@contextmanager
def stored(upload, *, by):
    """The file, checked and kept encrypted; discarded where it is not attached in the end."""
    document = store_document(upload=upload, purpose=DocumentPurpose.BID, by=by)
    try:
        yield document
    except Exception:
        discard_document(document)
        raise


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def remove_document(*, bid, reference, by, at):
    """Take a file out of the draft; a version submitted with it keeps it. Twice is once."""
    bid, content = taken_up(bid, at)
    entry = find(content["documents"], reference)
    if entry is None:
        return bid
    content["documents"].remove(entry)
    _let_go(bid, reference, by, at)
    return put_down(bid, content, by=by, at=at, part="document", document=str(reference))


@transaction.atomic
def put_in(*, bid, document, by, at):
    """Name a stored document in the draft; the BidDocument."""
    bid, content = taken_up(bid, at)
    entries = content["documents"]
    refuse_beyond_limits([*(each["size"] for each in entries), document.size])
    attached = BidDocument.objects.create(bid=bid, document=document, added_at=at, added_by=by)
    entries.append(
        document.entry
        | {
            "reference": str(attached.reference),
            "name": _own_name(document.name, entries),
        }
    )
    put_down(bid, content, by=by, at=at, part="document", document=str(attached.reference))
    return attached


def _let_go(bid, reference, by, at):
    """Delete a file that no version can have; keep one that may be in a version taken in."""
    attached = bid.documents.select_related("document").filter(reference=reference)
    if bid.submissions.exists():
        attached.update(removed_at=at, removed_by=by)
        return
    documents = [each.document for each in attached]
    attached.delete()
    for document in documents:
        discard_document(document)


def refuse_beyond_limits(sizes):
    """Refuse more files, or more bytes in all files together, than a bid may have."""
    if len(sizes) > MOST_DOCUMENTS:
        raise Refused(
            "too_many",
            _("You can attach up to %(most)d files. Remove one first") % {"most": MOST_DOCUMENTS},
            field="files",
        )
    if sum(sizes) > MOST_BYTES:
        raise Refused(
            "too_large",
            _("All files together must be 100 MB or smaller. Remove or shrink one first"),
            field="files",
        )


def _own_name(name, entries):
    """Two files of the same name are both kept: "plan.pdf", then "plan (2).pdf"."""
    taken = {each["name"].casefold() for each in entries}
    stem, dot, ending = name.rpartition(".")
    tried, number = name, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{stem or ending} ({number}){dot and stem and '.' + ending}"
    return tried
