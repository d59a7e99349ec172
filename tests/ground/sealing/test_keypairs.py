import pytest
from hypothesis import given
from hypothesis import strategies as st

from framework_portal.sealing import keypairs, secrets
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_own, read_with, seal, seal_to
from framework_portal.sealing.keypairs import fingerprint, fresh_pair, public_half

BOUND = {"bid": "0b1d", "lot": 7}
CONTENT = {"price": "125000.00"}


@pytest.mark.django_db
def test_only_the_private_half_opens_what_was_sealed_to_a_key():
    private, public = fresh_pair()
    row = seal_to(public, CONTENT, purpose="offer", bound_to=BOUND)

    content, salt = read_with(private, row, bound_to=BOUND)

    assert (content, len(salt), row.key_id) == (CONTENT, 32, fingerprint(public))
    assert public_half(private) == public
    with pytest.raises(InvalidSeal):
        read_with(fresh_pair()[0], row, bound_to=BOUND)
    with pytest.raises(InvalidSeal):
        read_with(private, row, bound_to={**BOUND, "bid": "another"})
    with pytest.raises(InvalidSeal):
        read_own(row, bound_to=BOUND)


@pytest.mark.django_db
def test_two_rows_of_one_salt_commit_to_the_content_alike():
    _private, public = fresh_pair()
    private, other = fresh_pair()
    copy = seal_to(other, CONTENT, purpose="copy", bound_to=BOUND)
    _content, salt = read_with(private, copy, bound_to=BOUND)

    offer = seal_to(public, CONTENT, purpose="offer", bound_to=BOUND, salt=salt)

    assert offer.digest == copy.digest
    assert offer.envelope_hash != copy.envelope_hash
    with pytest.raises(InvalidSeal):
        read_with(private, seal(CONTENT, purpose="draft", bound_to=BOUND), bound_to=BOUND)


@given(st.integers(min_value=0), st.binary(min_size=1, max_size=64))
def test_any_flipped_bit_breaks_what_was_sealed_to_a_key(place, text):
    private, public = fresh_pair()
    sealed = bytearray(keypairs.seal_to(public, text, b"bound"))
    sealed[place % len(sealed)] ^= 1 << (place % 8)

    with pytest.raises(InvalidSeal):
        keypairs.unseal_with(private, bytes(sealed), b"bound")


def test_a_wrapped_key_opens_with_its_secret_alone():
    wrapped = secrets.wrap(b"k" * 32, "a long passphrase", b"of Olivia")

    assert secrets.unwrap(wrapped, "a long passphrase", b"of Olivia") == b"k" * 32
    for secret, bound in [("another", b"of Olivia"), ("a long passphrase", b"of Samir")]:
        with pytest.raises(InvalidSeal):
            secrets.unwrap(wrapped, secret, bound)
    for broken in (b"", b"{}\n", wrapped[:-1], wrapped.replace(b'"passes":1', b'"passes":2')):
        with pytest.raises(InvalidSeal):
            secrets.unwrap(broken, "a long passphrase", b"of Olivia")
