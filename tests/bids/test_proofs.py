"""What a bidder keeps: the signed receipt, what it commits to, the withdrawal, the own record."""

import hashlib
import json

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from bids.actions.submission import take_ticket
from bids.models import Receipt
from bids.offline import verify_receipt
from bids.selectors.bidding import RECORDED
from bids.templatetags.bidding import event_words
from framework_portal.audit import trail
from framework_portal.audit.models import AuditEvent
from framework_portal.sealing.signing import verify
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import BidFactory, OpenLotFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def address(bid, name, **more):
    return reverse(f"supplier:{name}", kwargs={"reference": bid.reference, **more})


@pytest.fixture
def bid():
    bid = complete_bid()
    bid.receipt = submit(bid).receipt
    bid.refresh_from_db()
    return bid


def test_the_file_holds_the_signed_receipt_and_the_salt_while_the_vault_is_open(client, bid):
    sign_in(client, bid.person)
    version = bid.receipt.submission.reference

    file = client.get(address(bid, "bid_receipt_file", submission=version))

    held = file.json()
    signed = {"statement": held["statement"], "signature": held["signature"]}
    assert verify(signed, kind="receipt") == bid.receipt.statement
    salt = bytes.fromhex(held["salt"])
    assert hashlib.sha256(salt).hexdigest() == held["statement"]["salt_digest"]
    content = client.get(address(bid, "bid_content_file", submission=version, part="content"))
    commitment = hashlib.sha256(salt + content.content).hexdigest()
    assert commitment == held["statement"]["commitment"]
    assert b"We listen first" in content.content


def test_without_the_vault_the_file_is_genuine_and_holds_no_salt(client, bid):
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]

    file = client.get(address(bid, "bid_receipt_file", submission=bid.receipt.submission.reference))

    assert set(file.json()) == {"format", "statement", "signature"}


def test_what_was_downloaded_holds_offline_with_its_content(client, bid, tmp_path, capsys):
    sign_in(client, bid.person)
    version = bid.receipt.submission.reference
    for name, url in (
        ("receipt", address(bid, "bid_receipt_file", submission=version)),
        ("content", address(bid, "bid_content_file", submission=version, part="content")),
        ("keys", "/receipts/keys.json"),
    ):
        (tmp_path / f"{name}.json").write_bytes(client.get(url).content)
    arguments = [str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json")]
    content = tmp_path / "content.json"

    assert verify_receipt.main([*arguments, "--content", str(content)]) == 0
    assert "is what was sent, to the letter" in capsys.readouterr().out

    content.write_bytes(content.read_bytes().replace(b"listen", b"Listen"))
    assert verify_receipt.main([*arguments, "--content", str(content)]) == 1
    held = json.loads((tmp_path / "receipt.json").read_text())
    for salt in ("0" * 64, "short", None):
        (tmp_path / "receipt.json").write_text(json.dumps({**held, "salt": salt}))
        assert verify_receipt.main([*arguments, "--content", str(content)]) == 1


def test_the_page_of_a_receipt_shows_what_is_signed(client, bid):
    sign_in(client, bid.person)

    page = client.get(address(bid, "bid_receipt", submission=bid.receipt.submission.reference))
    told = page.content.decode()

    for each in (
        bid.receipt.number,
        bid.receipt.leaf,
        bid.receipt.signature,
        bid.receipt.key_id,
        bid.receipt.statement["commitment"],
        bid.receipt.statement["audit"]["hash"],
    ):
        assert each in told


def test_a_withdrawal_leads_to_its_receipt(client, bid):
    sign_in(client, bid.person)

    left = client.post(address(bid, "bid_withdraw"))

    receipt = Receipt.objects.get(kind="withdrawal")
    assert left.url == address(bid, "bid_withdrawal")
    page = client.get(left.url).content.decode()
    assert receipt.number in page and receipt.signature in page
    file = client.get(address(bid, "bid_withdrawal_file")).json()
    assert verify({"statement": file["statement"], "signature": file["signature"]})
    assert receipt.number in client.get(address(bid, "bid_record")).content.decode()


@pytest.mark.parametrize(
    "name", ["bid_receipt_file", "bid_content_file", "bid_withdrawal", "bid_withdrawal_file"]
)
def test_another_organisation_finds_none_of_it(client, bid, name):
    sign_in(client, bid.person)
    client.post(address(bid, "bid_withdraw"))
    version = {"submission": bid.receipt.submission.reference}
    more = {"bid_receipt_file": version, "bid_content_file": {**version, "part": "content"}}
    where = address(bid, name, **more.get(name, {}))
    assert client.get(where).status_code == 200

    sign_in(client, bidder(BidFactory()))

    assert client.get(where).status_code == 404


@pytest.mark.parametrize("part", ["quality", "price", "nonsense"])
def test_there_is_no_other_part_of_a_bid_that_is_opened_whole(client, bid, part):
    sign_in(client, bid.person)
    version = bid.receipt.submission.reference

    file = client.get(address(bid, "bid_content_file", submission=version, part=part))

    assert file.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_record_costs_the_same_for_one_receipt_or_three(
    client, count, django_assert_max_num_queries
):
    bid = complete_bid()
    for number in range(count):
        submit(complete_bid(bid, by=bid.person, text=f"We listen {number}"))
    sign_in(client, bid.person)
    client.get(address(bid, "bid_record"))

    with django_assert_max_num_queries(18):
        page = client.get(address(bid, "bid_record"))

    assert page.content.decode().count(", version ") == count


# --- The own record ------------------------------------------------------------------------------


def test_every_verb_of_the_own_record_has_words():
    for verb in RECORDED:
        event = AuditEvent(verb=verb, detail_text='{"sequence": 1}')
        assert str(event_words(event, None)) != verb, verb


def test_every_attempt_stands_there_with_what_was_shown(client):
    bid = complete_bid(BidFactory(lot=OpenLotFactory()))
    sign_in(client, bid.person)
    client.post(address(bid, "bid_submit"), {})  # not declared
    trail.record("bid.saving_refused", bid, by=bid.person, outcome="refused", message="Too late")

    told = client.get(address(bid, "bid_record")).content.decode()

    assert "Tried to submit" in told and "Confirm the declaration before you submit" in told
    assert "Tried to save" in told and "Too late" in told
    assert told.count("Refused") >= 2


def test_a_request_that_arrived_and_came_to_nothing_stands_there_too(client):
    bid = complete_bid()
    arrival = take_ticket(bid=bid, by=bid.person, key="0" * 32)
    sign_in(client, bid.person)

    told = client.get(address(bid, "bid_record")).content.decode()

    assert "Requests to submit that made no version" in told
    assert f"{arrival.at:%H:%M:%S.%f}" in told


def test_all_of_it_verifies(client, bid):
    sign_in(client, bid.person)
    client.post(address(bid, "bid_withdraw"))

    call_command("verify_audit")
