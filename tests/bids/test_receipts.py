"""What a receipt says, and that nothing is taken in, or withdrawn, without one."""

import hashlib
import json
import re
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from bids import numbers
from bids.actions.sealing_offers import fresh_salt
from bids.content import part_salt
from bids.models import Bid, Receipt, Submission
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.merkle import leaf_hash
from framework_portal.sealing.signing import instant, verify
from lots.models import Part
from tests.bids.bidding import complete_bid, submit, withdraw

pytestmark = pytest.mark.django_db


def test_a_receipt_says_what_arrived_when_and_what_had_happened_before():
    bid = complete_bid()
    before = AuditEvent.objects.last()

    submission = submit(bid)

    receipt, offer = submission.receipt, submission.offer
    assert verify(receipt.signed, kind="receipt") == {
        "kind": "receipt",
        "version": 1,
        "service": "http://localhost:8000",
        "key": receipt.key_id,
        "of": "submission",
        "number": receipt.number,
        "competition": str(bid.lot.competition.reference),
        "lot": str(bid.lot.reference),
        "bid": str(bid.reference),
        "organisation": str(bid.supplier.reference),
        "sequence": 1,
        "received_at": instant(submission.arrival.at),
        "envelope_hash": offer.envelope_hash,
        "commitment": offer.digest,
        "salt_digest": verify(receipt.signed)["salt_digest"],
        "files": [],
        "audit": {"number": before.seq, "hash": before.hash},
    }
    assert receipt.leaf == leaf_hash(receipt.text.encode()).hex()
    assert AuditEvent.objects.last().details["leaf"] == receipt.leaf


def test_what_is_opened_first_tells_nothing_of_a_price_that_is_opened_later():
    """A price is soon guessed: its salt must not be known from the other envelope."""
    salt, price = fresh_salt(), canonical({"price": "1000.00", "price_note": ""})
    of_quality, of_price = (part_salt(salt, part) for part in (Part.QUALITY, Part.PRICE))

    assert len({salt, of_quality, of_price}) == 3
    known = {of_quality, part_salt(of_quality, Part.PRICE), part_salt(of_quality, Part.WHOLE)}
    commitment = hashlib.sha256(of_price + price).hexdigest()
    assert commitment not in {hashlib.sha256(each + price).hexdigest() for each in known}


def test_every_version_has_a_receipt_of_its_own_and_the_withdrawal_too():
    bid = complete_bid()
    first = submit(bid)
    second = submit(complete_bid(bid, by=bid.person, text="We listen longer"))

    bid = withdraw(bid)

    one, two, gone = Receipt.objects.all()
    assert [one.submission, two.submission, gone.submission] == [first, second, None]
    assert [each.statement["sequence"] for each in (one, two, gone)] == [1, 2, 2]
    assert gone.statement["of"] == "withdrawal"
    assert gone.statement["received_at"] == instant(bid.withdrawn_at)
    assert gone.statement["commitment"] == second.offer.digest
    assert len({one.number, two.number, gone.number}) == 3


def test_a_draft_that_was_never_submitted_is_withdrawn_without_a_receipt():
    bid = complete_bid()

    withdraw(bid)

    assert not Receipt.objects.exists()


def test_the_same_press_again_shows_the_same_receipt_letter_for_letter():
    bid, key = complete_bid(), uuid.uuid4()
    first = submit(bid, key=key).receipt

    again = Submission.objects.get(pk=submit(bid, key=key).pk).receipt

    assert (again.text, again.signature, again.number) == (
        first.text,
        first.signature,
        first.number,
    )
    assert Receipt.objects.count() == 1


def test_mails_carry_the_number_and_nothing_else_of_the_receipt():
    bid = complete_bid()
    submission = submit(bid)
    withdraw(bid)

    contexts = list(Message.objects.order_by("pk").values_list("context", flat=True))
    numbers = list(Receipt.objects.values_list("number", flat=True))
    assert {each["number"] for each in contexts} == set(numbers)
    told = json.dumps(contexts)
    assert submission.offer.digest not in told and submission.receipt.leaf not in told


def test_a_submission_without_a_receipt_is_not_committed(monkeypatch):
    bid = complete_bid()
    monkeypatch.setattr("bids.actions.taking_in.submission_receipt", FakeReceipt)

    with pytest.raises(IntegrityError, match="a submission has a receipt"), transaction.atomic():
        submit(bid)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_withdrawal_without_a_receipt_is_not_committed(monkeypatch):
    bid = complete_bid()
    submit(bid)
    monkeypatch.setattr("bids.actions.submission.withdrawal_receipt", FakeReceipt)

    with pytest.raises(IntegrityError, match="a withdrawal has a receipt"), transaction.atomic():
        withdraw(bid)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class FakeReceipt:
    leaf, number = "0" * 64, "none"

    def __init__(self, *args):
        pass


@pytest.mark.parametrize(
    "field, value, refused",
    [
        ("leaf", "0" * 64, "receipt_leaf_of_its_text"),
        ("number", "AAAA-AAAA-AAAA", "receipt_says_what_it_holds"),
        ("key_id", "0" * 16, "receipt_says_what_it_holds"),
        ("kind", "standby", "receipt_says_what_it_holds"),
        ("at", "later", "receipt_says_what_it_holds"),
        ("bid", "another", "receipt_says_what_it_holds"),
        ("competition", "another", "receipt_says_what_it_holds"),
        ("submission", "another", "receipt_of_its_submission"),
    ],
)
def test_the_database_takes_no_receipt_that_says_something_else(field, value, refused, monkeypatch):
    other, bid = submit(complete_bid()), complete_bid()
    another = {
        "bid": other.bid,
        "competition": other.bid.lot.competition,
        "submission": other,
    }

    def altered(receipt, **kwargs):
        new = {"later": clock.now(), "another": another.get(field)}.get(value, value)
        setattr(receipt, field, new)
        if field == "kind":
            receipt.submission = None
        super(Receipt, receipt).save(**kwargs)

    monkeypatch.setattr(Receipt, "save", altered)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        submit(bid)

    assert error.value.__cause__.diag.constraint_name == refused


def test_nobody_changes_or_removes_a_receipt():
    receipt = submit(complete_bid()).receipt

    for act in (
        lambda: Receipt.objects.update(signature="x"),
        lambda: Receipt.objects.filter(pk=receipt.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="keeps what was written"), transaction.atomic():
            act()


def test_a_receipt_adds_two_statements_to_a_submission():
    """The last event of the trail, and the row: no lock, and nothing is waited for."""
    bid = complete_bid()

    with CaptureQueriesContext(connection) as captured:
        submit(bid)

    said = [query["sql"] for query in captured]
    assert len([sql for sql in said if "bids_receipt" in sql]) == 1
    assert len([sql for sql in said if re.match("SELECT .*audit_auditevent", sql)]) == 1


# --- Numbers ---------------------------------------------------------------------------------


def test_a_number_is_read_however_it_was_typed():
    number = numbers.fresh_number()

    assert re.fullmatch(r"[0-9A-Y]{4}-[0-9A-Y]{4}-[0-9A-Y]{4}", number)
    assert numbers.read_number(f"  {number.lower().replace('-', ' ')} ") == number
    swapped = number.translate(str.maketrans("1052", "IOSZ"))
    assert numbers.read_number(swapped) == number
    assert numbers.read_number("") is None
    assert numbers.read_number("not a number") is None


@given(some.integers(0, 11), some.integers(0, 11), some.sampled_from(numbers.ALPHABET))
def test_one_wrong_character_and_any_two_swapped_are_noticed(place, other, character):
    plain = numbers.fresh_number().replace("-", "")

    wrong = plain[:place] + character + plain[place + 1 :]
    assert (numbers.read_number(wrong) is None) == (wrong != plain)
    swapped = list(plain)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    swapped = "".join(swapped)
    assert (numbers.read_number(swapped) is None) == (swapped != plain)


def test_a_bid_has_one_current_receipt():
    bid = complete_bid()
    submit(bid)
    submit(complete_bid(bid, by=bid.person, text="We listen longer"))

    bid = Bid.objects.get(pk=bid.pk)
    assert Receipt.objects.filter(submission__offer=bid.offer).count() == 1
