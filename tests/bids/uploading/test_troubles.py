"""Lines that break, processes that die, files that are bad, two at once."""

import hashlib
import os
import threading

import pytest
from django.conf import settings as portal
from django.db import connection

from bids.actions import uploading
from bids.models import BidUpload
from framework_portal.audit.models import AuditEvent
from framework_portal.documents import tus
from framework_portal.documents.limits import MEGABYTE
from framework_portal.documents.models import Document
from tests.bids.bidding import complete_bid
from tests.bids.uploading.sending import PDF, Sender, documents, stored
from tests.ground.documents.clamd import VIRUS, scanner_running
from tests.ground.documents.samples import pdf

pytestmark = pytest.mark.django_db


class Cut:
    """A body that breaks off after some bytes, politely or not."""

    def __init__(self, content, *, politely):
        self.content, self.politely = content, politely

    def readline(self, size=-1):
        raise NotImplementedError

    def read(self, size=-1):
        if not self.content and not self.politely:
            raise ConnectionResetError
        given, self.content = self.content[:size], self.content[size:]
        return given


@pytest.mark.parametrize("politely", [True, False])
@pytest.mark.parametrize("arrived", [0, 1, 70_000, MEGABYTE, MEGABYTE + 1])
def test_what_arrived_before_the_line_broke_counts(sender, bid, arrived, politely):
    content = pdf(b"(" + b"x" * 2 * MEGABYTE + b")")
    url = sender.started(length=len(content))

    sender.client.generic(
        "PATCH",
        url,
        headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
        **{
            "CONTENT_TYPE": tus.OFFSET_TYPE,
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.input": Cut(content[:arrived], politely=politely),
        },
    )
    reached = int(sender.ask("HEAD", url)["Upload-Offset"])
    rest = sender.piece(url, content[reached:], reached)

    assert reached == arrived
    assert rest.status_code == 204
    assert documents(bid)[0]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_piece_that_was_written_but_never_counted_is_written_again(sender, bid, folder):
    url = sender.started()
    sender.piece(url, PDF[:500], 0)
    (path,) = stored(folder)
    with path.open("ab") as file:  # its process died before it could say so
        file.write(os.urandom(300))

    sender.piece(url, PDF[500:900], 500)
    sender.piece(url, PDF[900:], 900)

    assert documents(bid)[0]["sha256"] == hashlib.sha256(PDF).hexdigest()


def test_a_process_that_dies_over_the_last_piece_loses_nothing(sender, bid, monkeypatch, folder):
    url = sender.started()
    sender.piece(url, PDF[:500], 0)

    def dies(**kwargs):
        raise ZeroDivisionError

    with monkeypatch.context() as patched, pytest.raises(ZeroDivisionError):
        patched.setattr(uploading, "put_in", dies)
        sender.piece(url, PDF[500:], 500)
    offset = sender.ask("HEAD", url)["Upload-Offset"]
    again = sender.piece(url, PDF[500:], 500)

    assert (offset, again.status_code) == ("500", 204)
    assert len(documents(bid)) == 1 and Document.objects.count() == 1


@pytest.mark.parametrize("spoil", ["gone", "changed", "cut", "swapped"])
def test_pieces_that_were_touched_are_not_made_into_a_file(sender, bid, folder, spoil):
    url = sender.started()
    sender.piece(url, PDF[:500], 0)
    sender.piece(url, PDF[500:1000], 500)
    (path,) = stored(folder)
    content = path.read_bytes()
    half = len(content) // 2
    {
        "gone": path.unlink,
        "changed": lambda: path.write_bytes(content[:-1] + bytes([content[-1] ^ 1])),
        "cut": lambda: path.write_bytes(content[:half]),
        "swapped": lambda: path.write_bytes(content[half:] + content[:half]),
    }[spoil]()

    answer = sender.piece(url, PDF[1000:], 1000)

    assert answer.status_code == 422
    assert "was lost. Send it again" in answer.json()["message"]
    assert documents(bid) == []
    assert sender.ask("HEAD", url).status_code == 404


def test_pieces_never_lie_in_clear(sender, folder):
    content = pdf(b"(MARKERPIECE)")
    url = sender.started(len(content), "MARKERNAME.pdf")
    sender.piece(url, content[:-5], 0)

    on_disk = b"".join(path.read_bytes() + str(path).encode() for path in stored(folder))
    with connection.cursor() as cursor:
        cursor.execute("SELECT u::text FROM bids_bidupload u")
        rows = cursor.fetchall()[0][0]
    for marker in (b"MARKERPIECE", b"MARKERNAME"):
        assert marker not in on_disk
        assert marker.decode() not in rows and marker.hex() not in rows


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-nothing of the kind", "a.pdf", "‘a.pdf’"),
        (pdf(b"<</S/JavaScript/JS(app.alert(1))>>"), "b.pdf", "‘b.pdf’"),
        (pdf(), "c.docx", "‘c.docx’"),
    ],
)
def test_a_file_that_is_refused_when_whole_leaves_nothing(
    sender, bid, folder, content, name, words, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        url = sender.started(len(content), name)
        sender.piece(url, content[:5], 0)
        answer = sender.piece(url, content[5:], 5)

    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert stored(folder) == [] and documents(bid) == []
    assert not BidUpload.objects.exists()
    (event,) = AuditEvent.objects.filter(verb="bid.file_refused")
    assert name not in str(event.details)


def test_an_infected_file_is_refused_in_words(sender, bid, settings):
    with scanner_running() as settings.CLAMD_ADDRESS:
        answer = sender.send(VIRUS)

    assert answer.status_code == 422
    assert "contains a virus" in answer.json()["message"]
    assert documents(bid) == []


def test_a_scanner_that_is_down_stops_no_upload(sender, bid, settings):
    settings.CLAMD_ADDRESS = "127.0.0.1:9"

    assert sender.send().status_code == 204
    assert Document.objects.get().scan_state == "unscanned"


def test_a_bad_file_holds_up_no_other(sender, bid):
    good = sender.started(name="good.pdf")
    sender.piece(good, PDF[:100], 0)
    bad = sender.send(b"%PDF-not", "bad.pdf")

    assert bad.status_code == 422
    assert sender.piece(good, PDF[100:], 100).status_code == 204
    assert [entry["name"] for entry in documents(bid)] == ["good.pdf"]


def test_two_uploads_of_one_name_are_both_kept(sender, bid):
    sender.send(), sender.send()

    assert [entry["name"] for entry in documents(bid)] == ["plan.pdf", "plan (2).pdf"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last", [False, True])
def test_of_two_pieces_at_once_one_is_kept(settings, tmp_path, last):
    bid = complete_bid()
    sender = Sender(bid, bid.person)
    url = sender.started()
    body = PDF if last else PDF[:700]
    barrier, statuses = threading.Barrier(4), []

    def send(other):
        barrier.wait()
        statuses.append(other.piece(url, body, 0).status_code)
        connection.close()

    senders = [Sender(bid, bid.person) for _ in range(4)]
    threads = [threading.Thread(target=send, args=[other]) for other in senders]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(statuses)[0] == 204 and set(statuses) <= {204, 409}
    assert statuses.count(204) == 1
    if not last:
        assert sender.piece(url, PDF[700:], 700).status_code == 204
    assert [entry["sha256"] for entry in documents(bid)] == [hashlib.sha256(PDF).hexdigest()]
    assert Document.objects.count() == 1
    assert len(stored(portal.DOCUMENT_DIR)) == 1
