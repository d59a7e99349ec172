"""Against a server that speaks clamd's protocol, on a real socket."""

import socket
import socketserver
import threading
import time

import pytest

from framework_portal.background import Breaker
from framework_portal.documents import scanner, storage
from framework_portal.documents.actions import store_document
from framework_portal.documents.models import Document, ScanState
from framework_portal.documents.serving import document_response
from framework_portal.documents.tasks import scan_documents
from framework_portal.refusals import Refused
from tests.ground.documents.clamd import VIRUS, Clamd, scanner_running
from tests.ground.documents.samples import pdf, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    monkeypatch.setattr(scanner, "breaker", Breaker(60))


@pytest.fixture
def clamd(settings):
    with scanner_running() as settings.CLAMD_ADDRESS:
        yield


@pytest.fixture
def clamd_socket(settings, tmp_path):
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "c"), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_ADDRESS = str(tmp_path / "c")
        yield
        server.shutdown()


@pytest.fixture
def mute_clamd(settings):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        settings.CLAMD_ADDRESS = f"127.0.0.1:{mute.getsockname()[1]}"
        yield


@pytest.fixture
def dead_clamd(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{taken.getsockname()[1]}"
        yield


def stored(content=None, purpose="bid"):
    return store_document(upload=upload(content or pdf()), purpose=purpose, by=None)


@pytest.mark.parametrize("server", ["clamd", "clamd_socket"])
def test_a_clean_file_is_marked_and_an_infected_one_refused(server, request):
    request.getfixturevalue(server)

    assert stored().scan_state == ScanState.CLEAN
    with pytest.raises(Refused) as refusal:
        stored(VIRUS)
    assert refusal.value.code == "infected"
    assert Document.objects.count() == 1


@pytest.mark.parametrize("server", ["mute_clamd", "dead_clamd"])
def test_a_scanner_that_does_not_answer_stops_nobody_and_is_left_alone(server, request):
    request.getfixturevalue(server)
    started = time.monotonic()

    documents = [stored() for _ in range(5)]

    assert time.monotonic() - started < 5
    assert {document.scan_state for document in documents} == {ScanState.UNSCANNED}


def test_an_unscanned_bid_document_waits_for_the_scanner(dead_clamd):
    bid, evidence = stored(), stored(purpose="evidence")

    assert document_response(bid).status_code == 409
    assert document_response(evidence).status_code == 200


def test_without_a_scanner_files_are_handed_out_and_say_so():
    document = stored()

    assert document_response(document).status_code == 200
    assert document.scan_words == "Not checked for viruses: no scanner is set up"


def test_what_was_stored_unscanned_is_scanned_later(settings, request):
    lost = stored(purpose="evidence")
    contents = [None, VIRUS, pdf(b"(HUGE)")]
    documents = [stored(content, purpose="evidence") for content in contents]
    storage.remove(lost.stored_as)
    request.getfixturevalue("clamd")

    scan_documents()
    scan_documents()

    for document in documents:
        document.refresh_from_db()
    assert [d.scan_state for d in documents] == ["clean", "infected", "unscanned"]
    assert [document_response(d).status_code for d in documents] == [200, 409, 200]
    settings.CLAMD_ADDRESS = ""
    assert document_response(documents[1]).status_code == 409
