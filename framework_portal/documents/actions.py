"""The only writers of documents."""

import hashlib

from django.db import transaction

from framework_portal.documents import scanner, storage
from framework_portal.documents.checks import checked_type, refuse_too_large
from framework_portal.documents.checks.refusing import refuse
from framework_portal.documents.envelope import bound, fresh_key, sealed_label
from framework_portal.documents.models import Document, DocumentPurpose, ScanState
from framework_portal.documents.names import clean_name
from framework_portal.sealing import ciphers


def store_document(*, upload, purpose, by):
    """Check `upload`, encrypt it and keep it; Refused names the file and says what to do.

    The file is on disk before the row is committed: should the transaction fail, a periodic task
    takes the file away. Of a bid's document this instance alone has key and label: its `entry`
    must go into the offer.
    """
    name = clean_name(upload.name)
    if getattr(upload, "too_large", False):
        refuse_too_large(name)
    upload.seek(0)
    content = upload.read()
    media_type = checked_type(name=name, declared=upload.content_type or "", content=content)
    state = _scanned(name, content)
    document = Document(
        purpose=DocumentPurpose(purpose),
        stored_as=storage.new_name(),
        scan_state=state,
        uploaded_by=by,
    )
    label = {
        "name": name,
        "media_type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if document.keeps_its_key:
        document.key = fresh_key(document)
        document.sealed_label = sealed_label(document, document.key, **label)
    else:
        document.key, document.label = ciphers.fresh_key(), label
    storage.write(document.stored_as, content, key=document.key, bound=bound(document, "content"))
    document.save(force_insert=True)
    return document


def discard_document(document):
    """Delete the row, and the file once that is committed. For files of drafts."""
    stored_as = document.stored_as

    def remove_file():
        storage.remove(stored_as)

    with transaction.atomic():
        document.delete()
        transaction.on_commit(remove_file, robust=True)


def record_scan(*, document, state):
    """Keep what the scanner said of a document that was stored unscanned; whether it is news."""
    unscanned = Document.objects.filter(pk=document.pk, scan_state=ScanState.UNSCANNED)
    return bool(unscanned.update(scan_state=state))


def _scanned(name, content):
    """What the scanner says now; when it does not answer, nobody is stopped."""
    state = scanner.verdict([content])
    if state == ScanState.INFECTED:
        refuse("infected", name, scanner.INFECTED)
    return state
