import base64
import copy
import json
import os
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as some

from framework_portal.safety import unsafe_keys
from framework_portal.sealing import signing
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.canonical import canonical

STATEMENT = {"kind": "test", "competition": "0a1b", "sequence": 2, "files": ["aa", "bb"]}


@pytest.fixture
def key_file(tmp_path, settings):
    settings.RECEIPT_KEY_FILE = tmp_path / "keys" / "receipts.keys"
    return settings.RECEIPT_KEY_FILE


def make(path, *args):
    with open(os.devnull, "w") as nowhere:
        call_command("make_receipt_keys", str(path), *args, stdout=nowhere)


def test_what_is_signed_is_the_canonical_text_behind_a_first_line_of_its_own():
    signed = signing.sign(STATEMENT)

    key = signing.published_keys()[0]
    text = b"framework-portal signed statement 1\n" + canonical(signed["statement"])
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"]))
    public.verify(base64.b64decode(signed["signature"]), text)
    assert signed["statement"] == {**STATEMENT, "key": key["id"]}
    assert key["fingerprint"].startswith(key["id"])


def test_a_statement_says_what_it_is_and_is_not_taken_for_another():
    signed = signing.sign(STATEMENT)

    with pytest.raises(ValueError, match="kind"):
        signing.sign({"competition": "0a1b"})
    with pytest.raises(ForgedStatement):
        signing.verify(signed, kind="receipt")
    assert signing.verify(json.loads(json.dumps(signed)), kind="test") == signed["statement"]


def test_no_field_can_be_changed_added_or_left_out():
    signed = signing.sign(STATEMENT)

    for field in signed["statement"]:
        for alter in ("other", 3, None, [], "gone"):
            forged = copy.deepcopy(signed)
            if alter == "gone":
                del forged["statement"][field]
            else:
                forged["statement"][field] = alter
            with pytest.raises(ForgedStatement):
                signing.verify(forged)
    forged = copy.deepcopy(signed)
    forged["statement"]["more"] = ""
    with pytest.raises(ForgedStatement):
        signing.verify(forged)


@given(
    some.recursive(
        some.none() | some.booleans() | some.integers() | some.floats() | some.text(),
        lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    )
)
def test_whatever_is_put_in_its_place_is_refused_and_nothing_breaks(thing):
    signed = signing.sign(STATEMENT)

    for forged in (thing, {**signed, "signature": thing}, {**signed, "statement": thing}):
        with pytest.raises(ForgedStatement):
            signing.verify(forged)


def test_after_a_rotation_the_newest_signs_and_the_oldest_still_verifies(key_file):
    make(key_file)
    old = signing.sign(STATEMENT)
    make(key_file, "--rotate")
    new = signing.sign(STATEMENT)

    assert old["statement"]["key"] != new["statement"]["key"]
    assert signing.verify(old) and signing.verify(new)
    assert [(key["id"], key["in_use"]) for key in signing.published_keys()] == [
        (new["statement"]["key"], True),
        (old["statement"]["key"], False),
    ]


def test_a_rotation_leaves_no_private_half_of_the_former_key(key_file):
    make(key_file)
    former = json.loads(key_file.read_text())["key"]
    make(key_file, "--rotate")

    assert former not in key_file.read_text()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_key_of_somebody_else_signs_nothing_for_us(key_file):
    make(key_file)
    signed = signing.sign(STATEMENT)
    key_file.unlink()
    make(key_file)

    with pytest.raises(ForgedStatement, match="none of this service"):
        signing.verify(signed)


def test_production_makes_up_no_key_and_does_not_start_without_one(key_file, settings):
    with pytest.raises(ImproperlyConfigured, match="make_receipt_keys"):
        signing.sign(STATEMENT)
    assert "make_receipt_keys" in unsafe_keys()[0]

    settings.DEBUG = True
    assert signing.verify(signing.sign(STATEMENT))
    assert unsafe_keys() == []


@pytest.mark.parametrize("text", ["", "nonsense\n", "[]\n", "{}\n", '{"id": "a", "key": "AAAA"}\n'])
def test_a_broken_key_file_is_named(key_file, text):
    key_file.parent.mkdir()
    key_file.write_text(text)
    key_file.chmod(0o600)

    with pytest.raises(ImproperlyConfigured, match="receipts.keys"):
        signing.signing_keys()


def test_the_id_of_a_key_cannot_be_given_to_another(key_file):
    make(key_file)
    entry = json.loads(key_file.read_text())
    key_file.write_text(json.dumps({**entry, "id": "0" * 16}) + "\n")

    with pytest.raises(ImproperlyConfigured, match="line 1"):
        signing.signing_keys()


def test_the_command_overwrites_no_keys(key_file):
    make(key_file)
    before = key_file.read_text()

    with pytest.raises(CommandError, match="--rotate"):
        make(key_file)
    with pytest.raises(CommandError, match="no key file"):
        make(key_file.with_name("other"), "--rotate")

    assert key_file.read_text() == before
