import hashlib
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as searched
from hypothesis import strategies as st

from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.envelope import (
    SALT_BYTES,
    discard,
    envelope_hash,
    read_opened,
    read_own,
    read_with,
    seal,
    seal_to,
)
from framework_portal.sealing.keypairs import fresh_pair
from framework_portal.sealing.models import Purpose, SealedOffer

pytestmark = pytest.mark.django_db

SHARED_ROW = [HealthCheck.function_scoped_fixture]
BOUND = {"bid": "0b1d", "lot": 7, "supplier": "5a11"}
CONTENT = {"price": "125000.00", "answers": {"1": "Method"}}
HELD = ["draft", "opened", "stash"]
PRIVATE, PUBLIC = fresh_pair()


def sealed(content, *, purpose, bound_to):
    """A row of any purpose, under whose key such a row is."""
    if purpose in HELD:
        return seal(content, purpose=purpose, bound_to=bound_to)
    return seal_to(PUBLIC, content, purpose=purpose, bound_to=bound_to)


def unseal(row, *, bound_to):
    """What a row says to whoever has the private key."""
    return read_with(PRIVATE, row, bound_to=bound_to)[0]


def test_what_was_sealed_is_read_again_by_its_bidder():
    row = sealed(CONTENT, purpose="draft", bound_to=BOUND)

    assert read_own(SealedOffer.objects.get(), bound_to=BOUND) == CONTENT
    assert row.sealed_at == SealedOffer.objects.get().sealed_at


def test_money_dates_and_references_come_back_as_text():
    reference = uuid.uuid4()
    row = sealed(
        {"price": Decimal("10.50"), "on": date(2026, 6, 5), "bid": reference, "none": None},
        purpose="offer",
        bound_to=BOUND,
    )

    assert unseal(row, bound_to=BOUND) == {
        "price": "10.50",
        "on": "2026-06-05",
        "bid": str(reference),
        "none": None,
    }


@pytest.mark.parametrize("purpose", [p for p in Purpose.values if p not in HELD])
def test_what_is_sealed_to_somebody_is_never_under_a_key_of_the_portal(purpose):
    with pytest.raises(ValueError):
        seal(CONTENT, purpose=purpose, bound_to=BOUND)


@pytest.mark.parametrize("purpose", HELD)
def test_what_the_portal_must_read_is_not_sealed_to_somebody(purpose):
    with pytest.raises(ValueError):
        seal_to(PUBLIC, CONTENT, purpose=purpose, bound_to=BOUND)


def test_a_float_is_no_content():
    with pytest.raises(TypeError):
        sealed({"price": 10.5}, purpose="draft", bound_to=BOUND)


@pytest.mark.parametrize(
    "purpose, readers",
    [
        ("draft", {read_own}),
        ("stash", {read_own}),
        ("offer", {unseal}),
        ("price", {unseal}),
        ("dummy", {unseal}),
        ("copy", {unseal}),
        ("opened", {read_opened}),
    ],
)
def test_each_purpose_has_its_own_readers(purpose, readers):
    row = sealed(CONTENT, purpose=purpose, bound_to=BOUND)

    for read in (read_own, read_opened, unseal):
        if read in readers:
            assert read(row, bound_to=BOUND) == CONTENT
        else:
            with pytest.raises(InvalidSeal):
                read(row, bound_to=BOUND)


@pytest.mark.parametrize(
    "other",
    [
        {**BOUND, "bid": "0b1e"},
        {**BOUND, "lot": "7"},
        {**BOUND, "lot": 8},
        {**BOUND, "more": 1},
        {"bid": "0b1d", "lot": 7},
        {},
    ],
)
def test_an_envelope_opens_only_as_what_it_is_bound_to(other):
    row = sealed(CONTENT, purpose="offer", bound_to=BOUND)

    with pytest.raises(InvalidSeal):
        unseal(row, bound_to=other)


def test_an_envelope_moved_to_another_row_does_not_open():
    first = sealed(CONTENT, purpose="offer", bound_to=BOUND)
    second = sealed(CONTENT, purpose="offer", bound_to=BOUND)
    for stored in ("wrapped_key", "ciphertext", "digest", "envelope_hash"):
        setattr(second, stored, getattr(first, stored))

    with pytest.raises(InvalidSeal):
        unseal(second, bound_to=BOUND)


def test_a_purpose_cannot_be_relabelled():
    row = sealed(CONTENT, purpose="offer", bound_to=BOUND)
    row.purpose = Purpose.OPENED
    row.envelope_hash = envelope_hash(row)

    with pytest.raises(InvalidSeal):
        read_opened(row, bound_to=BOUND)


@pytest.mark.parametrize("stored", ["wrapped_key", "ciphertext"])
@pytest.mark.parametrize("rehashed", [True, False])
@given(data=st.data())
@searched(max_examples=60, deadline=None, suppress_health_check=SHARED_ROW)
def test_any_bit_flipped_is_refused_and_never_read_as_garbage(_row, stored, rehashed, data):
    original = bytes(getattr(_row, stored))
    bit = data.draw(st.integers(0, 8 * len(original) - 1))
    changed = bytearray(original)
    changed[bit // 8] ^= 1 << bit % 8
    row = SealedOffer(**{f.attname: getattr(_row, f.attname) for f in _row._meta.fields})
    setattr(row, stored, bytes(changed))
    if rehashed:
        row.envelope_hash = envelope_hash(row)

    with pytest.raises(InvalidSeal):
        unseal(row, bound_to=BOUND)


@pytest.fixture
def _row(db):
    return sealed(CONTENT, purpose="offer", bound_to=BOUND)


@pytest.mark.parametrize("field", ["digest", "envelope_hash"])
def test_a_changed_digest_or_hash_is_refused(_row, field):
    setattr(_row, field, "0" * 64)

    with pytest.raises(InvalidSeal):
        unseal(_row, bound_to=BOUND)


@pytest.mark.parametrize("cut", [0, 1, 11, 12, 27, 28])
@pytest.mark.parametrize("stored", ["wrapped_key", "ciphertext"])
def test_a_shortened_row_is_refused(_row, stored, cut):
    setattr(_row, stored, bytes(getattr(_row, stored))[:cut])
    _row.envelope_hash = envelope_hash(_row)

    with pytest.raises(InvalidSeal):
        unseal(_row, bound_to=BOUND)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(content=st.dictionaries(st.text(), values, max_size=5))
@searched(max_examples=40, deadline=None, suppress_health_check=SHARED_ROW)
def test_any_content_comes_back_whole(db, content):
    with transaction.atomic():
        row = sealed(content, purpose="draft", bound_to=BOUND)
        assert read_own(row, bound_to=BOUND) == content
        transaction.set_rollback(True)


def test_the_digest_commits_to_the_content_with_a_salt_of_its_own():
    first = sealed(CONTENT, purpose="offer", bound_to=BOUND)
    second = sealed(CONTENT, purpose="offer", bound_to=BOUND)

    assert first.digest != second.digest
    assert first.digest != hashlib.sha256(canonical(CONTENT)).hexdigest()
    assert SALT_BYTES == 32


def test_lengths_tell_little():
    lengths = {
        len(sealed({"a": "x" * size}, purpose="offer", bound_to=BOUND).ciphertext)
        for size in (0, 1, 500, 4000)
    }

    assert lengths == {4096 + 28}


@pytest.mark.parametrize("purpose", Purpose.values)
def test_no_sealed_row_is_ever_changed(purpose):
    row = sealed(CONTENT, purpose=purpose, bound_to=BOUND)

    with pytest.raises(IntegrityError), transaction.atomic():
        SealedOffer.objects.filter(pk=row.pk).update(digest="0" * 64)


@pytest.mark.parametrize("purpose", ["offer", "opened"])
def test_an_offer_is_never_deleted(purpose):
    row = sealed(CONTENT, purpose=purpose, bound_to=BOUND)

    with pytest.raises(IntegrityError), transaction.atomic():
        discard(row)

    assert SealedOffer.objects.filter(purpose=purpose).exists()


@pytest.mark.parametrize("purpose", ["draft", "stash"])
def test_a_draft_may_be_discarded(purpose):
    discard(sealed(CONTENT, purpose=purpose, bound_to=BOUND))

    assert not SealedOffer.objects.exists()


def test_the_table_cannot_be_emptied():
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE sealing_sealedoffer CASCADE")
