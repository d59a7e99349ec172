"""Drafts that nobody submitted go after the retention time, files and rows; nothing else does."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as portal
from django.core.management import call_command

from bids.actions.attaching import attach_document
from bids.actions.uploading import start_upload, take_piece
from bids.models import AnswerVersion, Bid, BidDocument, BidUpload
from bids.tasks import remove_abandoned_drafts
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.documents.models import Document
from framework_portal.sealing.models import Purpose, SealedOffer
from tests.bids.bidding import complete_bid, submit, withdraw
from tests.ground.documents.samples import upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path / "documents"


def stored():
    return [path for path in Path(portal.DOCUMENT_DIR).rglob("*") if path.is_file()]


def drafted():
    """A draft with a file, and another on its way."""
    bid, at = complete_bid(), clock.now()
    attach_document(bid=bid, upload=upload(), by=bid.person, at=at)
    begun = start_upload(
        bid=bid, name="b.pdf", declared="", length=100, mark="", by=bid.person, at=at
    )
    take_piece(upload=begun, piece=b"half", begins=0, by=bid.person, at=at)
    bid.refresh_from_db()
    return bid


def after(bid, **more):
    return bid.lot.competition.closes_at + timedelta(days=90) + timedelta(**more)


def test_an_abandoned_draft_goes_with_its_files_ninety_days_after_closing(
    django_capture_on_commit_callbacks,
):
    bid = drafted()
    assert len(stored()) == 2

    with clock.fixed_at(after(bid, microseconds=-1)):
        remove_abandoned_drafts()
    assert Bid.objects.get().draft is not None
    with django_capture_on_commit_callbacks(execute=True), clock.fixed_at(after(bid)):
        remove_abandoned_drafts()
        remove_abandoned_drafts()

    assert Bid.objects.get().draft is None
    assert stored() == []
    assert set(SealedOffer.objects.values_list("purpose", flat=True)) <= {Purpose.DUMMY}
    left = [m.objects.count() for m in (BidDocument, BidUpload, Document, AnswerVersion)]
    assert left == [0, 0, 0, 0]
    (event,) = AuditEvent.objects.filter(verb="bid.draft_removed")
    assert event.details == {"files": 1}


def test_a_withdrawn_bid_that_was_never_submitted_keeps_no_files(
    django_capture_on_commit_callbacks,
):
    bid = drafted()
    withdraw(bid)

    with django_capture_on_commit_callbacks(execute=True), clock.fixed_at(after(bid)):
        remove_abandoned_drafts()

    assert stored() == []


def test_what_was_submitted_stays():
    bid = drafted()
    submit(bid)

    with clock.fixed_at(after(bid, days=900)):
        remove_abandoned_drafts()

    assert Document.objects.count() == BidDocument.objects.count() == 1


def test_the_dry_run_says_and_does_nothing():
    bid, said = drafted(), StringIO()

    with clock.fixed_at(after(bid)):
        call_command("remove_abandoned_drafts", "--dry-run", stdout=said)

    assert said.getvalue() == f"{bid.reference}: 1 files\nWould be deleted: 1 drafts\n"
    assert Bid.objects.get().draft is not None and len(stored()) == 2


def test_the_command_deletes():
    bid, said = drafted(), StringIO()

    with clock.fixed_at(after(bid)):
        call_command("remove_abandoned_drafts", stdout=said)

    assert said.getvalue() == "Deleted: 1 drafts\n"
    assert not BidDocument.objects.exists()
