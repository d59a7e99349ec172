"""The log of a competition: closed, published, blinded, and what an opening is held to."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bids import logbook
from bids.actions.logs import publish_due_log_heads, publish_log_head
from bids.actions.opening import approve_opening, open_bids
from bids.actions.receipts import withdrawal_receipt
from bids.models import Bid, LogHead, Receipt
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.refusals import Refused
from framework_portal.sealing.merkle import root_by_proof
from framework_portal.sealing.signing import instant, verify
from lots.models import Competition
from tests.bids.evaluated import after_closing, officers, opened, submitted_bid
from tests.factories import OPENING_PASSPHRASE, OpenLotFactory

pytestmark = pytest.mark.django_db


def published(competition, *, later=timedelta(0)):
    at = after_closing(competition) + later
    with transaction.atomic(), clock.fixed_at(at):
        return publish_log_head(competition=competition, at=at)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_after_closing_the_root_is_signed_and_says_nothing_of_how_many_there_are(count):
    lot = OpenLotFactory()
    for _ in range(count):
        submitted_bid(lot)

    head = published(lot.competition)

    said = verify(head.signed, kind="log-head")
    assert set(said) == {
        *("kind", "version", "key", "competition", "closes_at", "published_at", "root"),
        *("supersedes", "audit"),
    }
    assert said["closes_at"] == instant(lot.competition.closes_at)
    receipts = set(Receipt.objects.values_list("leaf", flat=True))
    assert set(head.leaves) == receipts | {logbook.leaf_of(head.blinding)}
    assert head.leaves == sorted(head.leaves) and logbook.root(head.leaves) == said["root"]
    assert said["root"] not in receipts


def test_the_root_is_blinded_anew_each_time():
    """Else two heads of the same log would tell that nobody came in between."""
    lot = OpenLotFactory()
    submitted_bid(lot)
    first = published(lot.competition)
    moved(lot.competition, lot.competition.closes_at + timedelta(days=1))

    second = published(lot.competition)

    assert second.root != first.root
    assert second.statement["supersedes"] == first.root


def test_publishing_again_changes_nothing():
    lot = OpenLotFactory()

    first, again = published(lot.competition), published(lot.competition, later=GRACE)

    assert (again.pk, again.root) == (first.pk, first.root)


def test_a_minute_after_closing_it_is_published_and_a_microsecond_before_it_is_not():
    competition = OpenLotFactory().competition
    at = after_closing(competition) - timedelta(microseconds=1)

    with clock.fixed_at(at):
        with pytest.raises(Refused) as refusal:
            publish_log_head(competition=competition, at=at)
        publish_due_log_heads(at=at)
        assert not LogHead.objects.exists()
        # The database asks its own clock.
        with pytest.raises(Refused) as by_the_database:
            publish_log_head(competition=competition, at=after_closing(competition))
    with clock.fixed_at(after_closing(competition)):
        publish_due_log_heads(at=after_closing(competition))
        publish_due_log_heads(at=after_closing(competition))

    assert (refusal.value.code, by_the_database.value.code) == ("not_closed", "not_closed")
    assert LogHead.objects.get().competition == competition


def test_one_broken_log_does_not_silence_the_others(caplog):
    broken, whole = OpenLotFactory().competition, OpenLotFactory().competition
    submitted_bid(broken.lots.get())
    as_owner("UPDATE bids_receipt SET signature = 'x' || signature")
    at = max(after_closing(broken), after_closing(whole))

    with clock.fixed_at(at):
        publish_due_log_heads(at=at)

    assert LogHead.objects.get().competition == whole
    assert str(broken.reference) in caplog.text


def test_once_the_head_is_published_nothing_joins_the_log():
    lot = OpenLotFactory()
    bid = submitted_bid(lot)
    published(lot.competition)
    before = lot.competition.closes_at - timedelta(microseconds=1)

    # By the clock it would still be early enough; the published root stands against it.
    with pytest.raises(IntegrityError) as error, transaction.atomic(), clock.fixed_at(before):
        rows = Bid.objects.filter(pk=bid.pk)
        rows.update(state="withdrawn", withdrawn_at=before, withdrawn_by=bid.started_by)
        withdrawal_receipt(rows.get(), bid.submissions.get())

    assert error.value.__cause__.diag.constraint_name == "receipt_before_the_log_closes"


def test_after_a_deadline_was_moved_what_came_later_is_in_the_newer_head_and_both_stay():
    lot = OpenLotFactory()
    early = submitted_bid(lot)
    first = published(lot.competition)
    moved(lot.competition, lot.competition.closes_at + timedelta(days=1))
    late = submitted_bid(lot)

    second = published(lot.competition)

    leaf = {bid: bid.receipts.get().leaf for bid in (early, late)}
    assert leaf[late] in second.leaves and leaf[late] not in first.leaves
    assert leaf[early] in second.leaves
    assert list(lot.competition.log_heads.all()) == [first, second]


@pytest.mark.parametrize(
    "field, value, refused",
    [
        ("root", "0" * 64, "log_head_says_what_it_holds"),
        ("leaves", "without one", "log_head_holds_every_receipt"),
        ("leaves", "with one more", "log_head_holds_every_receipt"),
        ("leaves", "with another", "log_head_holds_every_receipt"),
        ("leaves", "with one twice", "log_head_holds_every_receipt"),
        ("leaves", "with one twice for another", "log_head_holds_every_receipt"),
        ("blinding", "{}", "log_head_holds_every_receipt"),
    ],
)
def test_the_database_takes_no_head_that_does_not_hold_every_receipt(
    field, value, refused, monkeypatch
):
    lot = OpenLotFactory()
    submitted_bid(lot), submitted_bid(lot)
    receipt, kept = Receipt.objects.values_list("leaf", flat=True)
    more = "0" * 64

    def altered(head, **kwargs):
        setattr(
            head,
            field,
            {
                "without one": [leaf for leaf in head.leaves if leaf != receipt],
                "with one more": sorted([*head.leaves, more]),
                "with another": sorted([*(set(head.leaves) - {receipt}), more]),
                "with one twice": sorted([*head.leaves, receipt]),
                "with one twice for another": sorted([*(set(head.leaves) - {receipt}), kept]),
            }.get(value, value),
        )
        super(LogHead, head).save(**kwargs)

    monkeypatch.setattr(LogHead, "save", altered)

    with pytest.raises(IntegrityError) as error:
        published(lot.competition)

    assert error.value.__cause__.diag.constraint_name == refused


def test_a_log_of_tens_of_thousands_is_published_within_the_time_of_a_statement(monkeypatch):
    bid, many = submitted_bid(OpenLotFactory()), 40_000
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE bids_receipt DISABLE TRIGGER USER,"
            " DROP CONSTRAINT receipt_of_a_version_names_it"
        )
        cursor.execute(
            "INSERT INTO bids_receipt"
            " (text, key_id, signature, reference, number, kind, competition_id, bid_id, at, leaf)"
            " SELECT r.text, r.key_id, r.signature, gen_random_uuid(), 'n' || i, r.kind,"
            "   r.competition_id, r.bid_id, r.at, encode(sha256(i::text::bytea), 'hex')"
            " FROM bids_receipt r, generate_series(1, %s) i WHERE r.bid_id = %s",
            [many, bid.pk],
        )
        # One search of the leaves for each receipt takes far longer.
        cursor.execute("SET LOCAL statement_timeout = '3s'")
    monkeypatch.setattr(logbook, "check_receipt", lambda receipt: None)

    assert published(bid.lot.competition).receipt_count == many + 1


def test_every_receipt_has_a_proof_that_leads_to_the_root():
    lot = OpenLotFactory()
    for _ in range(5):
        submitted_bid(lot)
    head = published(lot.competition)

    for receipt in Receipt.objects.all():
        proof = logbook.proof(head, receipt.leaf)
        up = [bytes.fromhex(each) for each in proof["proof"]]
        root = root_by_proof(bytes.fromhex(receipt.leaf), proof["place"], proof["size"], up)
        assert root.hex() == head.root


# --- What the opening is held to --------------------------------------------------------------


def test_the_first_approval_publishes_the_head_where_nothing_else_did():
    competition = OpenLotFactory().competition
    first, second = officers(competition)

    opened(competition, first=first, second=second)

    assert competition.log_heads.get().published_at == after_closing(competition)


@pytest.mark.parametrize(
    "act",
    [
        "DELETE FROM bids_receipt WHERE id = (SELECT min(id) FROM bids_receipt)",
        "UPDATE bids_receipt SET signature = 'x' || signature",
        "UPDATE bids_receipt SET text = replace(text, '\"sequence\":1', '\"sequence\":2')",
        "UPDATE bids_receipt SET leaf = lpad(id::text, 64, '0')",
        "UPDATE bids_loghead SET root = repeat('0', 64)",
        "UPDATE bids_loghead SET leaves = leaves - 0",
        "UPDATE bids_loghead SET blinding = blinding || ' '",
        "UPDATE bids_loghead SET signature = 'x' || signature",
        "DELETE FROM bids_loghead",
        "INSERT INTO bids_receipt (reference, number, kind, competition_id, bid_id, at, leaf, text,"
        " signature, key_id) SELECT gen_random_uuid(), 'X', 'withdrawal', competition_id, bid_id,"
        " at, repeat('0', 64), text, signature, key_id FROM bids_receipt LIMIT 1",
    ],
)
def test_nothing_is_opened_when_the_log_is_not_what_was_published(act):
    lot = OpenLotFactory()
    submitted_bid(lot), submitted_bid(lot)
    first, second = officers(lot.competition)
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        approve_opening(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
        as_owner(act)

        with pytest.raises(Refused) as refusal:
            open_bids(competition=lot.competition, by=second, at=at, passphrase=OPENING_PASSPHRASE)

    assert refusal.value.code == "log_broken"
    assert not Bid.objects.filter(state="opened").exists()


def test_a_leaf_and_the_head_exchanged_together_still_break_the_signature():
    """Whoever owns the database can rewrite every row, and cannot sign."""
    lot = OpenLotFactory()
    submitted_bid(lot), submitted_bid(lot)
    first, second = officers(lot.competition)
    at = after_closing(lot.competition)
    with clock.fixed_at(at):
        approve_opening(competition=lot.competition, by=first, at=at, passphrase=OPENING_PASSPHRASE)
        head, gone = LogHead.objects.get(), Receipt.objects.first()
        leaves = [leaf for leaf in head.leaves if leaf != gone.leaf]
        root = logbook.root(leaves)
        text = head.text.replace(head.root, root)
        as_owner(
            "UPDATE bids_loghead SET leaves = %s, root = %s, text = %s",
            [json.dumps(leaves), root, text],
        )
        as_owner("DELETE FROM bids_receipt WHERE id = %s", [gone.pk])

        with pytest.raises(Refused) as refusal:
            open_bids(competition=lot.competition, by=second, at=at, passphrase=OPENING_PASSPHRASE)

    assert refusal.value.code == "log_broken"


# --- Telling it -------------------------------------------------------------------------------


def as_owner(statement, values=None):
    """What the owner of the tables could do, with the guards switched off."""
    tables = ("bids_receipt", "bids_loghead")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def moved(competition, closes_at):
    """As an incident moves a deadline that has passed."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lots_competition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE lots_competition SET closes_at = %s WHERE id = %s", [closes_at, competition.pk]
        )
        cursor.execute("ALTER TABLE lots_competition ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    competition.refresh_from_db()
    assert Competition.objects.get(pk=competition.pk).closes_at == closes_at
