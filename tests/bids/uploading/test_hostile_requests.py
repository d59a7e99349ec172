"""What does not keep to the protocol, or is not one's own, changes nothing."""

import base64
import uuid

import pytest
from django.urls import reverse

from bids.models import BidUpload
from framework_portal.documents.limits import FILE_BYTES
from suppliers.states import MemberRole
from tests.bids.bidding import bidder
from tests.bids.uploading.sending import PDF, Sender, documents, metadata
from tests.factories import BidFactory, OfficerFactory

pytestmark = pytest.mark.django_db


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
