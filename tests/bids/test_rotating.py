"""A backup from before the submission, and today's keys: together they do not open a bid."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from bids import journal
from bids.actions.rotating import KEPT_WHOLE, rotate_keys
from bids.identity import identity
from bids.models import Bid
from bids.selectors.bidding import offer_of
from framework_portal.accounts import sealed_texts
from framework_portal.documents.actions import store_document
from framework_portal.documents.envelope import content_key
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_opened, read_own, seal
from framework_portal.sealing.keys import add_key, keyring
from framework_portal.sealing.models import SealedOffer
from tests.bids.bidding import complete_bid, submit
from tests.ground.documents.samples import pdf, upload
from tests.ground.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.SEALING_KEY_FILE = tmp_path / "sealing.keys"
    add_key(settings.SEALING_KEY_FILE)
    return settings.SEALING_KEY_FILE


def days_later(days):
    return datetime.now(UTC) + timedelta(days=days)


def from_backup(row):
    """The row as a backup has it: with everything but its place among today's rows."""
    return SealedOffer(**{field.attname: getattr(row, field.attname) for field in row._meta.fields})


def test_a_draft_from_a_backup_is_closed_once_its_key_was_replaced_and_the_time_has_passed():
    bid = complete_bid(text="The way we work")
    bound_to, row = identity(bid), from_backup(bid.draft)
    submit(bid)

    rotate_keys()
    soon = read_own(row, bound_to=bound_to)
    rotate_keys(now=days_later(3))

    assert "The way we work" in str(soon)
    with pytest.raises(InvalidSeal):
        read_own(row, bound_to=bound_to)


def test_drafts_that_are_being_written_go_on_under_the_new_key():
    bid = complete_bid(text="Not sent yet")
    former = bid.draft

    key_id, count, _narrowed = rotate_keys()
    rotate_keys(now=days_later(3))

    fresh = Bid.objects.get(pk=bid.pk)
    assert count == 1 and former.key_id != key_id
    assert "Not sent yet" in str(offer_of(fresh))
    assert fresh.edition == bid.edition
    assert not SealedOffer.objects.filter(pk=former.pk).exists()


def test_everything_else_stays_readable_under_the_narrowed_key(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    opened = seal({"price": "1"}, purpose="opened", bound_to={})
    hidden = sealed_texts.hide("a second factor")
    evidence = store_document(upload=upload(pdf(), "policy.pdf"), purpose="evidence", by=person())
    bid = complete_bid()
    journal_id, journal_key = journal.key_for(bid.person, bid)
    old = keyring().newest

    rotate_keys()
    _id, _count, narrowed = rotate_keys(now=days_later(3))

    assert old in narrowed
    assert read_opened(opened, bound_to={}) == {"price": "1"}
    assert sealed_texts.show(hidden) == "a second factor"
    assert content_key(evidence)
    assert journal.key_for(bid.person, bid, journal_id) == (journal_id, journal_key)


def test_a_key_that_a_draft_still_needs_stays_whole(monkeypatch):
    bid = complete_bid()
    old = keyring().newest
    monkeypatch.setattr("bids.actions.rotating._under_older_keys", lambda newest: [])

    rotate_keys()
    _id, _count, narrowed = rotate_keys(now=days_later(3))

    assert old not in narrowed
    assert offer_of(Bid.objects.get(pk=bid.pk))


def test_a_key_is_kept_whole_as_long_as_a_kept_form_may_need_it():
    rotate_keys()

    just_before = rotate_keys(now=datetime.now(UTC) + KEPT_WHOLE - timedelta(minutes=1))

    assert just_before[2] == []


def test_what_was_narrowed_gives_no_other_purpose_back_and_no_key_to_seal_with(key_file):
    old = keyring().newest
    rotate_keys()
    rotate_keys(now=days_later(3))

    with pytest.raises(KeyError):
        keyring().subkey(old, "draft")
    lines = key_file.read_text().splitlines()
    key_file.write_text("\n".join(lines[:1]) + "\n")
    with pytest.raises(ImproperlyConfigured, match="can seal"):
        keyring()


def test_the_command_says_what_it_did():
    told = StringIO()

    call_command("rotate_sealing_keys", stdout=told)

    assert keyring().newest in told.getvalue()
