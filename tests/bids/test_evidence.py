"""`manage.py verify_audit` over receipts, logs, openings: broken on purpose, in each way."""

import hashlib

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bids.actions.receipts import withdrawal_receipt
from bids.models import Bid
from framework_portal import clock
from framework_portal.audit import chain, trail
from framework_portal.audit.heads import sign_head
from framework_portal.audit.models import AuditEvent
from tests.bids.bidding import complete_bid, submit, withdraw
from tests.bids.evaluated import officers, opened
from tests.factories import BidFactory, OpenLotFactory

pytestmark = pytest.mark.django_db
TABLES = [
    *("audit_auditevent", "audit_audithead", "bids_receipt", "bids_loghead", "bids_submission"),
    *("bids_opening", "bids_bid", "sealing_sealedoffer"),
]


@pytest.fixture
def story():
    """Two bids, one replaced, one withdrawn; the competition opened; the day's head signed."""
    lot = OpenLotFactory()
    first, second = (complete_bid(BidFactory(lot=lot)) for _ in range(2))
    submit(first)
    submit(complete_bid(first, by=first.person, text="We listen longer"))
    submit(second)
    withdraw(second)
    one, two = officers(lot.competition)
    opened(lot.competition, first=one, second=two)
    sign_head(at=clock.now())
    return lot


def as_owner(*statements):
    """With every guard switched off, as whoever owns the tables could."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        for statement in statements:
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_untouched_everything_holds(story, capsys):
    call_command("verify_audit")

    told = capsys.readouterr().out
    assert "unbroken" in told
    assert "signed heads, receipts, submissions, logs, openings, envelopes" in told


@pytest.mark.parametrize(
    "act, told",
    [
        ("UPDATE bids_receipt SET signature = 'x' || signature", "not what was signed"),
        ("UPDATE bids_receipt SET text = text || ' '", "not what was signed"),
        ("UPDATE bids_receipt SET leaf = lpad(id::text, 64, '0')", "does not hold what it says"),
        (
            "UPDATE bids_receipt SET at = at + interval '1 microsecond'",
            "says something else than the rows",
        ),
        (
            "UPDATE bids_submission SET received_at = received_at - interval '1 hour'",
            "says something else than the rows",
        ),
        (
            "UPDATE bids_submission SET sequence = sequence + 5",
            "says something else than the rows",
        ),
        ("UPDATE bids_bid SET state = 'draft' WHERE state = 'withdrawn'", "says something else"),
        ("DELETE FROM bids_receipt WHERE kind = 'withdrawal'", "a receipt that is gone"),
        ("DELETE FROM bids_receipt WHERE kind = 'submission'", "has no receipt"),
        (
            "DELETE FROM bids_receipt; DELETE FROM bids_submission",
            "tells of a receipt that is gone",
        ),
        ("UPDATE bids_loghead SET root = repeat('0', 64)", "do not have the root"),
        ("UPDATE bids_loghead SET leaves = leaves - 0", "do not have the root"),
        ("UPDATE bids_loghead SET signature = 'x' || signature", "not what was signed"),
        (
            "UPDATE bids_loghead SET closes_at = closes_at + interval '1 day'",
            "does not hold what it says",
        ),
        ("UPDATE bids_opening SET record = '[]'", "does not hold what it says"),
        ("UPDATE bids_opening SET text = replace(text, 'unreadable', 'opened') || ' '", "signed"),
        (
            "UPDATE sealing_sealedoffer SET ciphertext = ciphertext || 'x'::bytea"
            " WHERE purpose = 'offer'",
            "envelope of submission",
        ),
        ("UPDATE audit_audithead SET hash = repeat('0', 64)", "does not hold what it says"),
        ("UPDATE audit_audithead SET signature = 'x' || signature", "not what was signed"),
    ],
)
def test_each_thing_that_is_changed_or_taken_out_is_named(story, act, told):
    as_owner(act)

    with pytest.raises(CommandError, match=told):
        call_command("verify_audit")


def test_a_receipt_put_in_later_is_found_though_its_log_was_closed(story):
    as_owner(
        "INSERT INTO bids_receipt (reference, number, kind, competition_id, bid_id, at, leaf, text,"
        " signature, key_id) SELECT gen_random_uuid(), 'X', 'withdrawal', competition_id,"
        " bid_id, at, repeat('0', 64), text, signature, key_id FROM bids_receipt LIMIT 1"
    )

    with pytest.raises(CommandError, match="does not hold what it says"):
        call_command("verify_audit")


def test_a_receipt_signed_later_by_whoever_holds_the_key_breaks_the_published_log(story):
    """Even the key of the service does not help against a root that everybody has seen."""
    bid = Bid.objects.filter(offer__isnull=False, withdrawn_at=None).first()
    as_owner(
        "UPDATE bids_bid SET state = 'withdrawn', opened_id = NULL,"
        " withdrawn_at = submitted_at, withdrawn_by_id = submitted_by_id"
        f" WHERE id = {bid.pk}"
    )
    bid.refresh_from_db()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_receipt DISABLE TRIGGER USER")
        receipt = withdrawal_receipt(bid, bid.offer.submission)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_receipt ENABLE TRIGGER USER")
    trail.record("bid.standby_kept", bid, leaf=receipt.leaf)

    with pytest.raises(CommandError, match="does not hold a receipt that was added since"):
        call_command("verify_audit")


@pytest.mark.parametrize("keep_heads", [True, False])
def test_a_chain_written_anew_as_a_whole_is_caught_by_what_was_signed(story, keep_heads):
    """Every hash is right again. The signed head shows it; where that was deleted, a receipt."""
    rewritten("detail_text = replace(detail_text, '\"sequence\":1', '\"sequence\":2')")
    if not keep_heads:
        as_owner("DELETE FROM audit_audithead")
    events = AuditEvent.objects.order_by("seq")
    assert list(chain.breaks(events)) == []

    with pytest.raises(CommandError, match="which the chain does not contain"):
        call_command("verify_audit")


def test_an_event_taken_out_of_a_chain_that_is_closed_up_again_is_caught(story):
    last = AuditEvent.objects.order_by("seq").last().seq
    as_owner("DELETE FROM audit_auditevent WHERE seq = 3")
    for seq in range(4, last + 1):
        as_owner(f"UPDATE audit_auditevent SET seq = {seq - 1} WHERE seq = {seq}")
    rewritten()
    assert list(chain.breaks(AuditEvent.objects.order_by("seq"))) == []

    with pytest.raises(CommandError, match="which the chain does not contain"):
        call_command("verify_audit")


def rewritten(change="outcome = outcome"):
    """Change events and compute every hash anew, as somebody careful would."""
    as_owner(f"UPDATE audit_auditevent SET {change}")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        # Out of the way first: the hashes are unique.
        cursor.execute("UPDATE audit_auditevent SET hash = seq::text")
        before = chain.GENESIS
        for event in AuditEvent.objects.order_by("seq"):
            event.prev_hash = before
            before = hashlib.sha256(chain.encoded(chain.fields(event))).hexdigest()
            cursor.execute(
                "UPDATE audit_auditevent SET prev_hash = %s, hash = %s WHERE seq = %s",
                [event.prev_hash, before, event.seq],
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
