"""Files in pieces: the tus protocol to the letter, and everything that goes wrong on the way."""

import base64
import hashlib
import os
import threading
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.db import connection
from django.test import Client
from django.urls import reverse

from bids.actions import uploading
from bids.actions.attaching import attach_document
from bids.models import Bid, BidDocument, BidUpload
from bids.selectors.bidding import offer_of
from bids.tasks import remove_expired_uploads
from bids.views.supplier import uploads
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.background import Breaker
from framework_portal.documents import pieces, scanner, tus
from framework_portal.documents.limits import FILE_BYTES, MEGABYTE
from framework_portal.documents.models import Document
from framework_portal.sealing.broken import InvalidSeal
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import BidFactory, OfficerFactory
from tests.ground.documents.clamd import VIRUS, scanner_running
from tests.ground.documents.samples import pdf, upload
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

PDF = pdf(b"(" + os.urandom(1200).hex().encode() + b")")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    monkeypatch.setattr(scanner, "breaker", Breaker(60))
    return tmp_path / "documents"


@pytest.fixture
def bid():
    return complete_bid()


class Sender:
    """Somebody's browser, as far as tus goes."""

    def __init__(self, bid, person=None, **options):
        self.bid, self.client = bid, Client(**options)
        if person:
            sign_in(self.client, person)

    def ask(self, method, url, body=b"", **headers):
        headers = {"Tus-Resumable": "1.0.0"} | {
            name.replace("_", "-"): str(value) for name, value in headers.items()
        }
        kind = headers.pop("Content-Type", tus.OFFSET_TYPE if method == "PATCH" else "")
        # Said of an empty body too, which the test client would leave out.
        said = {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body))}
        return self.client.generic(method, url, body, headers=headers, **said)

    def begin(self, length=len(PDF), name="plan.pdf", **headers):
        url = reverse("supplier:bid_uploads", kwargs={"reference": self.bid.reference})
        headers = {"Upload-Length": length, "Upload-Metadata": metadata(filename=name)} | headers
        return self.ask("POST", url, **headers)

    def started(self, *args, **kwargs):
        return self.begin(*args, **kwargs)["Location"]

    def piece(self, url, body, offset, **headers):
        return self.ask("PATCH", url, body, **{"Upload-Offset": offset} | headers)

    def send(self, content=PDF, name="plan.pdf"):
        return self.piece(self.started(len(content), name), content, 0)


def metadata(**said):
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items()
    )


@pytest.fixture
def sender(bid):
    return Sender(bid, bid.person)


def documents(bid):
    return offer_of(Bid.objects.for_desk().get(pk=bid.pk))["documents"]


def stored(folder):
    return [path for path in Path(folder).rglob("*") if path.is_file()]


# --- The protocol


def test_a_file_in_pieces_is_attached_with_its_last_byte(sender, bid, folder):
    url = sender.started(name="Plan ŵ.pdf")
    first = sender.piece(url, PDF[:1000], 0)
    half = sender.ask("HEAD", url)
    before = documents(bid)
    last = sender.piece(url, PDF[1000:], 1000)
    whole = sender.ask("HEAD", url)

    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (
        *(204, "1000", "1.0.0"),
    )
    assert (half.status_code, half["Upload-Offset"], half["Upload-Length"]) == (
        *(200, "1000", str(len(PDF))),
    )
    assert half["Cache-Control"] == "no-store" and half["Upload-Expires"].endswith("GMT")
    assert before == []
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(PDF)))
    assert (whole.status_code, whole["Upload-Offset"]) == (200, str(len(PDF)))
    (entry,) = documents(bid)
    assert (entry["name"], entry["size"], entry["sha256"]) == (
        *("Plan ŵ.pdf", len(PDF), hashlib.sha256(PDF).hexdigest()),
    )
    address = reverse(
        "supplier:bid_file", kwargs={"reference": bid.reference, "document": entry["reference"]}
    )
    assert sender.client.get(address).getvalue() == PDF


def test_what_is_finished_leaves_no_key_and_no_piece(
    sender, folder, django_capture_on_commit_callbacks
):
    url = sender.started()
    sender.piece(url, PDF[:500], 0)
    assert len(stored(folder)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        sender.piece(url, PDF[500:], 500)

    row = BidUpload.objects.get()
    assert (bytes(row.wrapped_key), bytes(row.sealed_label), row.key_id) == (b"", b"", "")
    assert [path.name for path in stored(folder)] == [Document.objects.get().stored_as]
    again = sender.piece(url, b"", len(PDF))  # whose answer was lost
    assert (again.status_code, again["Upload-Offset"]) == (204, str(len(PDF)))


def test_what_the_server_can_do_is_told(sender):
    url = reverse("supplier:bid_uploads", kwargs={"reference": sender.bid.reference})
    answer = sender.client.generic("OPTIONS", url)

    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,termination,expiration,checksum"
    assert answer["Tus-Max-Size"] == str(FILE_BYTES)
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"


def test_an_upload_is_given_up_and_gone(sender, folder, django_capture_on_commit_callbacks):
    url = sender.started()
    sender.piece(url, PDF[:500], 0)
    with django_capture_on_commit_callbacks(execute=True):
        answer = sender.ask("DELETE", url)

    assert answer.status_code == 204
    assert sender.ask("HEAD", url).status_code == 404
    assert stored(folder) == [] and not BidUpload.objects.exists()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_a_checksum_counts_only_when_it_fits(sender, algorithm):
    url = sender.started()

    def value(body):
        digest = hashlib.new(algorithm, body).digest()
        return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}

    wrong = sender.piece(url, PDF[:500], 0, **value(b"another"))
    offset = sender.ask("HEAD", url)["Upload-Offset"]
    right = sender.piece(url, PDF[:500], 0, **value(PDF[:500]))

    assert (wrong.status_code, offset) == (460, "0")
    assert (right.status_code, right["Upload-Offset"]) == (204, "500")


def test_a_submitted_bid_gets_another_file_with_its_peoples_keys(sender, bid):
    submit(bid)

    url = sender.started()
    statuses = [
        sender.piece(url, PDF[:9], 0).status_code,
        sender.piece(url, PDF[9:], 9).status_code,
    ]

    bid.refresh_from_db()
    assert statuses == [204, 204]
    assert bid.has_changes and [entry["name"] for entry in documents(bid)] == ["plan.pdf"]


# --- Hostile requests


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("PATCH", {"Tus-Resumable": ""}, 412),
        ("PATCH", {"Tus-Resumable": "0.2.2"}, 412),
        ("HEAD", {"Tus-Resumable": "2"}, 412),
        ("PATCH", {"Upload-Offset": "1"}, 409),
        ("PATCH", {"Upload-Offset": ""}, 400),
        ("PATCH", {"Upload-Offset": "-1"}, 400),
        ("PATCH", {"Upload-Offset": "１"}, 400),
        ("PATCH", {"Upload-Offset": "9" * 5000}, 409),
        ("PATCH", {"Content-Type": "application/octet-stream"}, 415),
        ("PATCH", {"Content-Type": "multipart/form-data"}, 415),
        ("PATCH", {"Upload-Checksum": "md5 x"}, 400),
        ("PATCH", {"Upload-Checksum": "sha1 ***"}, 400),
        ("PATCH", {"Transfer-Encoding": "chunked"}, 411),
        ("GET", {}, 405),
        ("POST", {}, 405),
        ("PUT", {}, 405),
        ("TRACE", {}, 405),
    ],
)
def test_what_does_not_keep_to_the_protocol_is_refused(sender, method, headers, status):
    url = sender.started()

    answer = sender.ask(method, url, PDF[:10], **{"Upload-Offset": "0"} | headers)

    assert answer.status_code == status
    assert sender.ask("HEAD", url)["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-5"}, 400),
        ({"Upload-Length": "1e3"}, 400),
        ({"Upload-Length": "0"}, 422),
        ({"Upload-Length": str(FILE_BYTES + 1)}, 413),
        ({"Upload-Length": "9" * 4000}, 413),
        ({"Upload-Metadata": "filename ***"}, 400),
        ({"Upload-Metadata": "filename " + base64.b64encode(b"\xff\xfe").decode()}, 400),
        ({"Upload-Metadata": ""}, 422),
        ({"Upload-Metadata": metadata(filename="a.exe")}, 422),
        ({"Upload-Metadata": metadata(filename="a.pdf", filetype="text/html")}, 422),
        ({"Tus-Resumable": "3"}, 412),
    ],
)
def test_what_cannot_be_taken_is_refused_before_a_byte_of_it_is_read(sender, headers, status):
    assert sender.begin(**headers).status_code == status
    assert not BidUpload.objects.exists()


def test_names_are_data(sender, bid):
    sender.piece(sender.started(name="../../etc/\x00pass\u202ewd.pdf"), PDF, 0)

    assert documents(bid)[0]["name"] == "passwd.pdf"


def test_more_than_was_announced_is_refused_unread(sender):
    url = sender.started(length=100)

    assert sender.piece(url, PDF[:101], 0).status_code == 413
    sender.piece(url, PDF[:60], 0)
    assert sender.piece(url, PDF[:41], 60).status_code == 413
    assert sender.ask("HEAD", url)["Upload-Offset"] == "60"


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
@pytest.mark.parametrize("who", ["colleague", "rival", "officer", "rival through the own bid"])
def test_nobody_else_finds_the_upload(sender, bid, who, method):
    url = sender.started()
    own = BidFactory(lot=bid.lot)
    person = {
        "colleague": lambda: bidder(bid),
        "rival": lambda: bidder(own),
        "officer": lambda: OfficerFactory(commissioner=bid.lot.competition.commissioner).user,
        "rival through the own bid": lambda: bidder(own),
    }[who]()
    if who == "rival through the own bid":
        url = url.replace(str(bid.reference), str(own.reference))
    answer = Sender(bid, person).ask(method, url, b"x", **{"Upload-Offset": 0})

    assert answer.status_code == (403 if who == "officer" else 404)
    assert (
        sender.ask("HEAD", url.replace(str(own.reference), str(bid.reference)))["Upload-Offset"]
        == "0"
    )


def test_readers_and_strangers_begin_nothing(bid):
    assert Sender(bid, bidder(bid, role=MemberRole.READER)).begin().status_code == 403
    assert Sender(bid, bidder(BidFactory())).begin().status_code == 404
    assert Sender(bid).begin().status_code == 401  # and nothing is kept for after signing in
    assert not BidUpload.objects.exists()


def test_an_unknown_upload_is_not_there(sender):
    url = sender.started()

    assert sender.ask("HEAD", url.replace(url[-37:-1], str(uuid.uuid4()))).status_code == 404


def test_without_the_forms_token_nothing_is_taken(bid):
    careless = Sender(bid, bid.person, enforce_csrf_checks=True)
    page = careless.client.get(reverse("supplier:bid_files", kwargs={"reference": bid.reference}))
    token = page.content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    assert careless.begin().status_code == 403
    url = careless.started(**{"X-CSRFToken": token})
    assert careless.piece(url, PDF, 0).status_code == 403
    assert careless.ask("DELETE", url).status_code == 403
    assert careless.piece(url, PDF, 0, **{"X-CSRFToken": token}).status_code == 204


def test_other_addresses_still_know_no_other_methods(client):
    for path in ("/help/", "/supplier/bids/", f"/supplier/bids/{uuid.uuid4()}/files/"):
        for method in ("PATCH", "DELETE", "OPTIONS"):
            assert client.generic(method, path).status_code == 405


# --- What goes wrong


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


# --- Limits


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


# --- Leftovers


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


# --- At once


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
