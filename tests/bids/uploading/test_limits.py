"""How much is taken in, and what becomes of what nobody goes on with."""

import os
from datetime import timedelta

import pytest

from bids.actions.attaching import attach_document
from bids.models import BidDocument, BidUpload
from bids.tasks import remove_expired_uploads
from bids.views.supplier import uploads
from framework_portal import clock
from framework_portal.documents import pieces
from framework_portal.documents.limits import FILE_BYTES
from framework_portal.documents.models import Document
from framework_portal.sealing.broken import InvalidSeal
from tests.bids.bidding import bidder
from tests.bids.uploading.sending import PDF, Sender, documents, stored
from tests.ground.documents.samples import pdf, upload

pytestmark = pytest.mark.django_db


def test_files_on_their_way_count_against_the_limits(sender, bid, monkeypatch):
    for number in range(2):
        sender.started(length=FILE_BYTES, name=f"{number}.pdf")
    third = sender.begin(length=FILE_BYTES, name="3.pdf")
    attach_document(bid=bid, upload=upload(pdf()), by=bid.person, at=clock.now())
    sender.begin(length=20_000_000, name="4.pdf")
    too_much = sender.begin(length=5_000_000, name="5.pdf")

    assert third.status_code == 201
    assert too_much.status_code == 413
    assert "100 MB or smaller" in too_much.json()["message"]


def test_the_twenty_first_file_is_refused(sender):
    answers = [sender.begin(length=10, name=f"{n}.pdf") for n in range(21)]

    assert [answer.status_code for answer in answers] == [201] * 20 + [422]
    assert "up to 20 files" in answers[-1].json()["message"]


def test_nobody_has_the_portal_look_into_files_all_day(sender, bid, monkeypatch):
    monkeypatch.setattr(uploads, "BEGUN_AN_HOUR", 3)
    for _file in range(3):
        sender.ask("DELETE", sender.started())

    refused = sender.begin()

    assert refused.status_code == 429
    assert "Try again in an hour" in refused.json()["message"]
    assert Sender(bid, bidder(bid)).begin().status_code == 201


def test_the_limits_are_asked_again_when_the_file_is_whole(sender, bid):
    url = sender.started()
    BidUpload.objects.update(expires_at=clock.now() + timedelta(hours=1))
    for number in range(20):
        attach_document(
            bid=bid, upload=upload(pdf(), f"{number}.pdf"), by=bid.person, at=clock.now()
        )

    answer = sender.piece(url, PDF, 0)

    assert answer.status_code == 422
    assert len(documents(bid)) == 20 and Document.objects.count() == 20


def test_after_closing_nothing_is_begun_or_taken(sender, bid):
    url = sender.started()
    with clock.fixed_at(bid.lot.competition.closes_at):
        BidUpload.objects.update(expires_at=clock.now() + timedelta(hours=1))
        begun, first, last = sender.begin(), sender.piece(url, b"x", 0), sender.piece(url, PDF, 0)

    assert (begun.status_code, first.status_code, last.status_code) == (422,) * 3
    assert "can no longer be changed" in begun.json()["message"]
    assert documents(bid) == []


def test_what_nobody_goes_on_with_is_gone_after_a_day(
    sender, folder, django_capture_on_commit_callbacks
):
    left, young = sender.started(), sender.started()
    sender.piece(left, PDF[:100], 0)
    BidUpload.objects.filter(arrived=100).update(expires_at=clock.now())

    assert sender.ask("HEAD", left).status_code == 404  # already, whenever the task runs
    with django_capture_on_commit_callbacks(execute=True):
        remove_expired_uploads()

    assert stored(folder) == []
    assert BidUpload.objects.count() == 1
    assert sender.ask("HEAD", young).status_code == 200


def test_pieces_and_documents_that_no_row_knows_go(sender, bid, folder):
    sender.piece(sender.started(), PDF[:100], 0)
    (path,) = stored(folder)
    os.utime(path, (1, 1))
    orphan = path.with_name("a" * 64)
    orphan.write_bytes(b"x")
    os.utime(orphan, (1, 1))
    kept = attach_document(bid=bid, upload=upload(), by=bid.person, at=clock.now()).document
    lost = attach_document(bid=bid, upload=upload(), by=bid.person, at=clock.now())
    BidDocument.objects.filter(pk=lost.pk).delete()
    long_ago = clock.now() - timedelta(hours=25)
    Document.objects.update(uploaded_at=long_ago)

    remove_expired_uploads()

    assert path.exists() and not orphan.exists()
    assert list(Document.objects.all()) == [kept]


def test_a_piece_is_bound_to_its_upload_and_place(folder):
    key = os.urandom(32)
    counted = pieces.append("n" * 64, b"one", key=key, bound={"u": 1}, begins=0, counted=0)
    counted = pieces.append("n" * 64, b"two", key=key, bound={"u": 1}, begins=3, counted=counted)

    read = pieces.read("n" * 64, key=key, bound={"u": 1}, counted=counted)
    assert b"".join(read) == b"onetwo"
    with pytest.raises(InvalidSeal):
        list(pieces.read("n" * 64, key=key, bound={"u": 2}, counted=counted))
