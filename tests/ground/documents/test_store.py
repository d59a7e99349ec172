import hashlib
import os
import resource
import time

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from framework_portal.audit.models import AuditEvent
from framework_portal.documents import orphans, storage
from framework_portal.documents.actions import discard_document, store_document
from framework_portal.documents.models import Document
from framework_portal.documents.serving import document_response, opened_chunks
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from tests.ground.documents.samples import TYPES, WHOLE, pdf, upload
from tests.ground.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    return settings.DOCUMENT_DIR


def stored(content=WHOLE["pdf"], name="Méthod.pdf", purpose="evidence", by=None):
    return store_document(upload=upload(content, name), purpose=purpose, by=by or person())


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def body(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("ending", WHOLE)
def test_every_kind_we_take_is_kept_and_comes_back(ending):
    by = person()
    kept = stored(WHOLE[ending], f"a.{ending}", by=by)

    document = Document.objects.get()
    assert document == kept
    assert document.name == f"a.{ending}"
    assert document.media_type == TYPES[ending]
    assert document.size == len(WHOLE[ending])
    assert document.sha256 == hashlib.sha256(WHOLE[ending]).hexdigest()
    assert document.uploaded_by == by and document.uploaded_at is not None
    assert body(document_response(document)) == WHOLE[ending]


def test_properties_cost_no_query(django_assert_num_queries):
    stored()
    stored()

    with django_assert_num_queries(1):
        seen = [(d.name, d.size, d.sha256, d.media_type) for d in Document.objects.all()]
    assert len(seen) == 2


@pytest.mark.parametrize("size", [1, 2**20 - 1, 2**20, 2**20 + 1, 3 * 2**20 + 7])
def test_any_length_comes_back_whole(size):
    content = os.urandom(size)
    key, name = os.urandom(32), storage.new_name()

    storage.write(name, content, key=key, bound=b"x")

    assert b"".join(storage.read(name, key=key, bound=b"x")) == content
    with pytest.raises(InvalidSeal):
        list(storage.read(name, key=key, bound=b"y"))


def spoilt(path, change):
    content = path.read_bytes()
    path.write_bytes(change(content))


HEAD, SEALED = 11, 2**20 + 16


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c[:HEAD] + c[HEAD + SEALED :],  # the first chunk dropped
        lambda c: c[: HEAD + 2 * SEALED],  # the last chunk dropped
        lambda c: c[:-1],
        lambda c: c + b"\0",
        lambda c: (
            c[:HEAD] + c[HEAD + SEALED :][:SEALED] + c[HEAD:][:SEALED] + c[HEAD + 2 * SEALED :]
        ),
        lambda c: c[:5] + bytes([c[5] ^ 1]) + c[6:],  # the prefix
        lambda c: c[:-1] + bytes([c[-1] ^ 1]),
        lambda c: b"XXXX" + c[4:],
        lambda c: c[:3],
        lambda c: b"",
    ],
)
def test_chunks_can_be_neither_changed_dropped_nor_reordered(change):
    document = stored(pdf(b"(" + b"x" * (5 * 2**19) + b")"))
    spoilt(storage.path_of(document.stored_as), change)

    with pytest.raises(InvalidSeal):
        list(opened_chunks(document))


def test_a_row_does_not_open_the_file_of_another():
    first, second = stored(), stored()
    os.replace(storage.path_of(first.stored_as), storage.path_of(second.stored_as))

    with pytest.raises(InvalidSeal):
        list(opened_chunks(second))


@pytest.mark.parametrize("field", ["sealed_label", "wrapped_key", "stored_as", "purpose"])
def test_a_changed_row_is_refused(field):
    stored(), stored(purpose="competition")
    document, other = Document.objects.order_by("pk")
    setattr(document, field, getattr(other, field))

    assert document.name == "This file cannot be read"
    assert (document.size, document.sha256, document.media_type) == (None, None, None)
    with pytest.raises(Http404):
        document_response(document)


def test_a_bids_document_keeps_nothing_that_opens_it_and_is_read_by_its_entry():
    entry = stored(name="plan.pdf", purpose="bid").entry

    document = Document.objects.get()
    with pytest.raises(Http404):
        document_response(document)
    assert document.name == "This file cannot be read"
    assert [bytes(document.wrapped_key), bytes(document.sealed_label), document.key_id] == [
        *(b"", b"", ""),
    ]
    assert set(entry) == {"name", "size", "sha256", "media_type", "key"}
    again = Document.objects.get().as_in(entry)
    assert (again.name, again.size) == ("plan.pdf", len(WHOLE["pdf"]))
    assert body(document_response(again)) == WHOLE["pdf"]


@pytest.mark.parametrize("key", [None, "", "no base64", 7, "c2hvcnQ=", "A" * 44])
def test_an_entry_with_another_key_opens_nothing(key):
    entry = stored(purpose="bid").entry | {"key": key}

    with pytest.raises(Http404):
        document_response(Document.objects.get().as_in(entry))


@pytest.mark.parametrize("field", ["wrapped_key", "sealed_label", "key_id"])
def test_the_database_keeps_no_key_of_a_bids_document(field):
    document = stored(purpose="bid")

    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(**{field: "x" if "id" in field else b"x"})


def test_nothing_of_it_lies_in_clear_in_database_or_files(folder):
    stored(pdf(b"(MARKERCONTENT)"), "MARKERNAME.pdf")

    with connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM documents_document d")
        rows = "".join(row[0] for row in cursor.fetchall()).lower()
    on_disk = b"".join(path.read_bytes() + str(path).encode() for path in files(folder))
    for marker in (b"MARKERCONTENT", b"MARKERNAME", b"application/pdf"):
        assert marker not in on_disk
        assert marker.decode().lower() not in rows and marker.hex() not in rows


def test_files_lie_under_random_names_in_two_levels_and_are_their_owners_alone(folder):
    document = stored()

    (path,) = files(folder)
    name = document.stored_as
    assert path == folder / name[:2] / name[2:4] / name
    assert len(name) == 64
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_names_are_padded_so_that_their_length_tells_nothing():
    short, long = stored(name="a.pdf"), stored(name="a" * 190 + ".pdf")

    assert len(short.sealed_label) == len(long.sealed_label)


def test_a_full_disk_is_said_and_leaves_nothing_behind(folder):
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(Refused) as refusal:
            stored(pdf(b"(" + b"x" * 9000 + b")"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refusal.value.code == "no_space"
    assert files(folder) == []
    assert not Document.objects.exists()


def test_a_discarded_draft_file_goes_with_its_row(folder, django_capture_on_commit_callbacks):
    document = stored()

    with django_capture_on_commit_callbacks(execute=True):
        discard_document(document)

    assert files(folder) == []
    assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_discard_that_rolls_back_keeps_the_file(folder):
    document = stored()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        discard_document(Document.objects.get())
        raise ZeroDivisionError

    assert body(document_response(document)) == WHOLE["pdf"]


def test_orphans_go_after_a_day_and_nothing_else(folder):
    kept, young_orphan, orphan = stored(), stored(), stored()
    part = storage.path_of(orphan.stored_as).with_name("x.part")
    part.write_bytes(b"half")
    long_ago = time.time() - 25 * 3600
    for path in (storage.path_of(kept.stored_as), storage.path_of(orphan.stored_as), part):
        os.utime(path, (long_ago, long_ago))
    Document.objects.exclude(pk=kept.pk).delete()

    assert orphans.remove() == 2

    left = {path.name for path in files(folder)}
    assert left == {kept.stored_as, young_orphan.stored_as}


def test_downloads_are_attachments_that_no_browser_keeps_or_runs():
    response = document_response(stored(name='Tŷ "x".pdf'))

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''T%C5%B7%20%22x%22.pdf"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(WHOLE["pdf"]))


def test_a_download_is_recorded_with_who_and_no_name():
    reader, document = person(), stored(name="secret.pdf")

    body(document_response(document, by=reader))

    (event,) = AuditEvent.objects.about(document)
    assert (event.verb, event.actor, event.details) == ("document.downloaded", reader, {})


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_a_lost_or_changed_file_is_not_found(spoil):

    document = stored()
    spoil(storage.path_of(document.stored_as))

    with pytest.raises(Http404):
        document_response(document)
