"""A bid, and a browser of its owner that sends files for it."""

import pytest

from framework_portal.background import Breaker
from framework_portal.documents import scanner
from tests.bids.bidding import complete_bid
from tests.bids.uploading.sending import Sender


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    monkeypatch.setattr(scanner, "breaker", Breaker(60))
    return tmp_path / "documents"


@pytest.fixture
def bid():
    return complete_bid()


@pytest.fixture
def sender(bid):
    return Sender(bid, bid.person)
