"""The tus protocol to the letter."""

import base64
import hashlib

import pytest
from django.urls import reverse

from bids.models import BidUpload
from framework_portal.documents.limits import FILE_BYTES
from framework_portal.documents.models import Document
from tests.bids.bidding import submit
from tests.bids.uploading.sending import PDF, documents, stored

pytestmark = pytest.mark.django_db


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
