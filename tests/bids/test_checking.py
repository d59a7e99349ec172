"""The public pages: checking a receipt, the keys, the logs, the heads of the trail."""

import copy
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse

from bids.actions.logs import publish_log_head
from bids.models import Receipt
from bids.offline import verify_receipt
from bids.selectors.receipts import receipt_file
from framework_portal import clock
from framework_portal.accounts.actions.guessing import FREE_FAILURES
from framework_portal.sealing import signing
from lots.actions.abandoning import abandon_competition
from tests.bids.bidding import complete_bid, submit, withdraw
from tests.bids.evaluated import after_closing, officers, opened, submitted_bid
from tests.bids.test_logs import as_owner
from tests.factories import OpenLotFactory

pytestmark = pytest.mark.django_db
CHECK = "/receipts/"


def said(client, **given):
    response = client.post(CHECK, given)
    assert response.status_code == 200
    return response.content.decode()


def text_of(receipt):
    return json.dumps(receipt_file(receipt))


def publish(competition):
    at = after_closing(competition)
    with transaction.atomic(), clock.fixed_at(at):
        return publish_log_head(competition=competition, at=at)


def test_a_genuine_receipt_is_known_by_its_file_its_text_and_its_number(client):
    receipt = submit(complete_bid()).receipt
    file = SimpleUploadedFile("receipt.json", text_of(receipt).encode())

    for given in ({"file": file}, {"text": text_of(receipt)}, {"number": receipt.number.lower()}):
        page = said(client, **given)
        assert "Genuine" in page and "it is the current one of its bid" in page
        assert "The root is not published yet" in page


def test_what_was_altered_in_any_field_is_told_as_altered(client):
    receipt = receipt_file(submit(complete_bid()).receipt)

    for field in receipt["statement"]:
        if field == "key":
            continue
        forged = copy.deepcopy(receipt)
        forged["statement"][field] = "other"
        page = said(client, text=json.dumps(forged))
        assert "This receipt was altered" in page, field
        client.cookies.clear()
        forget_tries()


def test_what_others_signed_is_none_of_ours(client):
    receipt = receipt_file(submit(complete_bid()).receipt)
    receipt["statement"]["key"] = "0" * 16

    for text in (json.dumps(receipt), "{}", "nonsense", "[]", "[" * 9000, '"statement"', "null"):
        assert "not a receipt of this service" in said(client, text=text)


def test_another_signed_statement_of_ours_is_no_receipt(client):
    other = signing.sign({"kind": "log-head", "of": "submission"})

    assert "Genuine" not in said(client, text=json.dumps(other))


def test_a_replaced_and_a_withdrawn_receipt_are_told_as_such(client):
    bid = complete_bid()
    first = submit(bid).receipt
    second = submit(complete_bid(bid, by=bid.person, text="We listen longer")).receipt

    assert "replaced by a newer one" in said(client, text=text_of(first))
    assert "replaced by a newer one" in said(client, number=first.number)
    assert "the current one" in said(client, text=text_of(second))
    bid.refresh_from_db()
    withdraw(bid)
    gone = Receipt.objects.get(kind="withdrawal")
    for each in (first, second):
        assert "withdrawn later" in said(client, number=each.number)
    assert "The withdrawal stands" in said(client, text=text_of(gone))


def test_a_receipt_that_somebody_took_out_of_the_database_is_still_known_as_ours(client):
    receipt = submit(complete_bid()).receipt
    text = text_of(receipt)
    as_owner("DELETE FROM bids_receipt")

    assert "genuine, and we have lost it" in said(client, text=text)


def test_before_the_opening_the_log_is_named_and_nothing_is_proven(client):
    bid = submitted_bid(OpenLotFactory())
    receipt = Receipt.objects.get(bid=bid)
    head = publish(bid.lot.competition)

    page = said(client, text=text_of(receipt))

    assert "The proof follows when the bids are opened" in page
    proof = reverse("public:competition_log_proof", args=[head.competition.reference, receipt.leaf])
    assert client.get(proof).status_code == 404
    log = client.get(reverse("public:competition_log_file", args=[head.competition.reference]))
    assert set(log.json()) == {"format", "heads"}


def test_after_the_opening_the_proof_can_be_downloaded_and_holds_offline(client, tmp_path, capsys):
    lot = OpenLotFactory()
    bid, _other = submitted_bid(lot), submitted_bid(lot)
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)
    receipt = Receipt.objects.get(bid=bid)

    page = said(client, text=text_of(receipt))

    assert "What was opened is what was sent" in page
    address = reverse(
        "public:competition_log_proof", args=[lot.competition.reference, receipt.leaf]
    )
    assert address in page
    log = reverse("public:competition_log_file", args=[lot.competition.reference])
    for name, url in (("keys", "/receipts/keys.json"), ("proof", address), ("log", log)):
        (tmp_path / f"{name}.json").write_bytes(client.get(url).content)
    (tmp_path / "receipt.json").write_text(text_of(receipt))
    script = client.get("/receipts/verify_receipt.py").content
    assert script.startswith(b"#!/usr/bin/env python3")
    for evidence in ("proof", "log"):
        arguments = [
            *(str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json")),
            *("--log", str(tmp_path / f"{evidence}.json")),
        ]
        assert verify_receipt.main(arguments) == 0
    assert "The receipt is in the log" in capsys.readouterr().out


def test_a_bid_that_was_exchanged_before_the_opening_is_told_to_whoever_holds_the_receipt(client):
    lot = OpenLotFactory()
    bid, other = submitted_bid(lot), submitted_bid(lot)
    receipt = Receipt.objects.get(bid=bid)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE sealing_sealedoffer DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE sealing_sealedoffer a SET ciphertext = b.ciphertext, digest = b.digest,"
            " envelope_hash = b.envelope_hash, wrapped_key = b.wrapped_key"
            " FROM sealing_sealedoffer b WHERE a.id = %s AND b.id = %s",
            [bid.offer_id, other.offer_id],
        )
        cursor.execute("ALTER TABLE sealing_sealedoffer ENABLE TRIGGER USER")
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)

    page = said(client, text=text_of(receipt))

    assert "found something else than this receipt says" in page


def test_the_number_alone_tells_little(client):
    bid = complete_bid()
    submission = submit(bid)

    page = said(client, number=submission.receipt.number)

    for hidden in (
        bid.supplier.name,
        bid.lot.title,
        str(bid.reference),
        submission.receipt.leaf,
        submission.offer.digest,
    ):
        assert hidden not in page


def test_numbers_cannot_be_tried_out(client):
    number = submit(complete_bid()).receipt.number
    for _ in range(FREE_FAILURES):
        assert "There is no receipt with this number" in said(client, number="AAAA-AAAA-AAAA")

    page = said(client, number=number)

    assert "too many attempts" in page and "Genuine" not in page


def test_receipts_that_are_genuine_are_never_too_many(client):
    number = submit(complete_bid()).receipt.number

    for _ in range(FREE_FAILURES + 2):
        assert "Genuine" in said(client, number=number)


@pytest.mark.parametrize(
    "given, told",
    [
        ({}, "Enter a receipt number, or choose the file of a receipt"),
        ({"file": SimpleUploadedFile("x", b"\xff\xfe")}, "The file is not a receipt"),
        ({"file": SimpleUploadedFile("x", b"x" * 20_001)}, "too long for a receipt"),
        ({"text": "x" * 20_001}, "The text is too long for a receipt"),
        ({"number": "x" * 41}, "too long for a receipt number"),
    ],
)
def test_what_cannot_be_a_receipt_is_said_by_field(client, given, told):
    page = said(client, **given)

    assert told in page and "There is a problem" in page


# --- Keys, logs, heads -------------------------------------------------------------------------


def test_the_keys_are_published_with_their_fingerprints(client):
    (key,) = signing.published_keys()

    page = client.get("/receipts/keys/").content.decode()

    assert key["fingerprint"] in page and key["public_key"] in page
    (told,) = client.get("/receipts/keys.json").json()["keys"]
    assert (told["id"], told["fingerprint"]) == (key["id"], key["fingerprint"])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_page_of_a_log_is_the_same_however_many_bids_there_are(client, count):
    """But for what is random anyway: the root, its signature and the form's token."""
    lot = OpenLotFactory()
    page = reverse("public:competition_log", args=[lot.competition.reference])
    assert "one minute after closing" in client.get(page).content.decode()
    for _ in range(count):
        submitted_bid(lot)
    head = publish(lot.competition)

    told = client.get(page).content.decode()

    assert head.root in told and head.signature in told
    assert "published when the bids are opened" in told
    assert "Show all leaves" not in told and head.blinding not in told
    for leaf in head.leaves:
        # The root of an empty log is its one leaf, which nobody can tell from any other root.
        assert leaf not in told or leaf == head.root


def test_from_the_opening_on_all_leaves_are_told_without_names(client):
    lot = OpenLotFactory()
    bid, _ = submitted_bid(lot), submitted_bid(lot)
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)
    head = lot.competition.log_heads.get()

    page = client.get(reverse("public:competition_log", args=[lot.competition.reference]))
    told = page.content.decode()

    assert "holds 2 receipts" in told
    assert all(leaf in told for leaf in head.leaves)
    assert bid.supplier.name not in told and str(bid.reference) not in told


def test_the_page_of_a_competition_shows_the_root_once_there_is_one(client):
    lot = OpenLotFactory()
    page = reverse("public:competition", args=[lot.competition.reference])
    assert "One minute after closing we publish the root" in client.get(page).content.decode()

    head = publish(lot.competition)

    assert head.root in client.get(page).content.decode()


def test_an_abandoned_competition_says_that_nothing_will_be_published(client):
    competition = OpenLotFactory().competition
    abandon_competition(
        competition=competition, reason="No money", by=competition.created_by, at=clock.now()
    )

    for name in ("competition_log", "competition"):
        page = client.get(reverse(f"public:{name}", args=[competition.reference])).content.decode()
        assert "goes on proving what was received" in page
        assert "one minute after closing" not in page.lower()


def test_an_earlier_root_stays_visible(client):
    lot = OpenLotFactory()
    first = publish(lot.competition)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lots_competition DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE lots_competition SET closes_at = %s", [first.closes_at + timedelta(hours=3)]
        )
        cursor.execute("ALTER TABLE lots_competition ENABLE TRIGGER USER")
    lot.competition.refresh_from_db()
    second = publish(lot.competition)

    page = client.get(reverse("public:competition_log", args=[lot.competition.reference]))
    told = page.content.decode()

    assert first.root in told and second.root in told and "superseded" in told


def forget_tries():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_attempts")
