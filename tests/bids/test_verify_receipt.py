"""The script that checks a receipt without the portal."""

import copy
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as some

from bids import logbook
from bids.actions.logs import publish_log_head
from bids.models import Receipt
from bids.offline import verify_receipt
from bids.selectors.receipts import keys_file, log_file, proof_file, receipt_file
from framework_portal import clock
from framework_portal.sealing import signing
from tests.bids.evaluated import after_closing, officers, opened, submitted_bid
from tests.factories import OpenLotFactory

SCRIPT = Path(verify_receipt.__file__)

# RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
        "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
]


@pytest.mark.parametrize("public, message, signature", VECTORS)
def test_the_vectors_of_the_standard(public, message, signature):
    public, message, signature = map(bytes.fromhex, (public, message, signature))

    assert verify_receipt.is_signed(public, message, signature)
    assert not verify_receipt.is_signed(public, message + b" ", signature)
    for place in (0, 31, 32, 63):
        wrong = bytearray(signature)
        wrong[place] ^= 1
        assert not verify_receipt.is_signed(public, message, bytes(wrong))


@given(some.binary(max_size=80), some.integers(0, 95), some.integers(0, 255))
def test_it_says_what_the_library_says(message, place, change):
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    both = bytearray(public + private.sign(message))
    both[place] ^= change
    public, signature = bytes(both[:32]), bytes(both[32:])
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        expected = True
    except (InvalidSignature, ValueError):
        expected = False

    assert verify_receipt.is_signed(public, message, signature) is expected


def test_a_signature_is_written_in_one_way_only():
    """Adding the order of the group to the second half must not give another valid signature."""
    private = Ed25519PrivateKey.generate()
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    number = int.from_bytes(signature[32:], "little") + verify_receipt.ORDER

    assert not verify_receipt.is_signed(
        public, b"m", signature[:32] + number.to_bytes(32, "little")
    )
    assert not verify_receipt.is_signed(public, b"m", signature[:63])
    assert not verify_receipt.is_signed(public[:31], b"m", signature)
    assert not verify_receipt.is_signed(b"\xff" * 32, b"m", signature)


def test_it_stands_on_the_standard_library_alone():
    imported = {
        line.split()[1]
        for line in SCRIPT.read_text().splitlines()
        if line.startswith(("import ", "from "))
    }

    assert imported <= set(sys.stdlib_module_names)


# --- Whole files -------------------------------------------------------------------------------


@pytest.fixture
def case(db, tmp_path):
    """A competition with three bids that was opened, and the files of the first bidder."""
    lot = OpenLotFactory()
    bids = [submitted_bid(lot) for _ in range(3)]
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)
    receipt = Receipt.objects.get(bid=bids[0])
    return Case(
        tmp_path,
        receipt=receipt_file(receipt),
        keys=keys_file(),
        log=log_file(lot.competition),
        proof=proof_file(lot.competition, receipt.leaf),
    )


class Case:
    def __init__(self, folder, **files):
        self.folder, self.files = folder, files

    def write(self, **changed):
        for name, content in {**self.files, **changed}.items():
            (self.folder / f"{name}.json").write_text(json.dumps(content, indent=1))

    def run(self, *arguments, **changed):
        """The exit code of the script, called as a function."""
        self.write(**changed)
        paths = [str(self.folder / name) if name.endswith(".json") else name for name in arguments]
        return verify_receipt.main(paths)


# Refused, unreadable, or – where the proof was taken out – not told.
REFUSED = (1, 2, 3)
WITH_LOG = ("receipt.json", "--keys", "keys.json", "--log", "log.json")
WITH_PROOF = ("receipt.json", "--keys", "keys.json", "--log", "proof.json")


@pytest.mark.parametrize("arguments", [WITH_LOG, WITH_PROOF])
def test_alone_in_an_empty_folder_it_says_that_all_is_well(case, arguments):
    case.write()
    script = shutil.copy(SCRIPT, case.folder)

    done = subprocess.run(
        [sys.executable, "-I", script, *arguments],
        cwd=case.folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert f"The receipt {case.files['receipt']['statement']['number']} is genuine" in done.stdout
    assert "The receipt is in the log" in done.stdout


def test_alone_it_refuses_with_an_exit_code(case):
    forged = copy.deepcopy(case.files["receipt"])
    forged["statement"]["received_at"] = "2026-01-01T00:00:00.000000Z"
    case.write(receipt=forged)

    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, *WITH_LOG],
        cwd=case.folder,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout.startswith("NOT VERIFIED. The receipt was altered")


def test_the_log_says_how_many_there_were_and_that_nothing_was_added(case, capsys):
    assert case.run(*WITH_LOG) == 0

    said = capsys.readouterr().out
    assert "in the log, with 2 others" in said
    assert "Nothing was added to the log" in said


def altered(thing):
    """Every copy of `thing` in which one field, however deep, is another or is gone."""
    items = enumerate(thing) if isinstance(thing, list) else list(thing.items())
    for name, value in items:
        others = [None, "other", 7, [], {}, True]
        if isinstance(value, str) and value:
            others += [value[:-1], value + "0", value.swapcase(), "0" + value[1:]]
        if isinstance(value, int):
            others += [value + 1, str(value)]
        for other in others:
            if other != value or type(other) is not type(value):
                changed = copy.deepcopy(thing)
                changed[name] = other
                yield f"{name} = {other!r}", changed
        less = copy.deepcopy(thing)
        del less[name]
        yield f"{name} gone", less
        if isinstance(value, dict | list) and value:
            for what, inner in altered(value):
                changed = copy.deepcopy(thing)
                changed[name] = inner
                yield f"{name}.{what}", changed
    if isinstance(thing, dict):
        yield "a field more", {**thing, "more": ""}


@pytest.mark.parametrize("name, arguments", [("receipt", WITH_LOG), ("proof", WITH_PROOF)])
def test_every_single_alteration_is_refused(case, name, arguments, capsys):
    tried = 0
    for what, changed in altered(case.files[name]):
        tried += 1
        assert case.run(*arguments, **{name: changed}) in REFUSED, what
    assert tried > 100


def test_every_alteration_of_the_log_is_refused(case, capsys):
    for what, changed in altered(case.files["log"]):
        assert case.run(*WITH_LOG, log=changed) in REFUSED, what


def test_a_leaf_added_after_closing_is_refused_whoever_it_is_of(case, capsys):
    log = case.files["log"]
    for leaf in ("0" * 64, "f" * 64, "8" * 64):
        leaves = sorted([*log["leaves"], leaf])
        assert case.run(*WITH_LOG, log={**log, "leaves": leaves, "size": len(leaves)}) == 1
        assert "some were added or lost" in capsys.readouterr().out


def test_a_leaf_dropped_is_refused_also_when_it_is_of_another_bidder(case, capsys):
    log = case.files["log"]
    for dropped in log["leaves"]:
        leaves = [leaf for leaf in log["leaves"] if leaf != dropped]
        assert case.run(*WITH_LOG, log={**log, "leaves": leaves, "size": len(leaves)}) == 1


def test_a_log_rewritten_as_a_whole_needs_the_key_of_the_service(case, capsys):
    log, receipt = copy.deepcopy(case.files["log"]), case.files["receipt"]
    leaves = sorted([*log["leaves"], "0" * 64])
    head = log["heads"][-1]["statement"]
    head["root"] = logbook.root(leaves)
    assert case.run(*WITH_LOG, log={**log, "leaves": leaves, "size": len(leaves)}) == 1

    stranger = Ed25519PrivateKey.generate()
    public = stranger.public_key().public_bytes_raw()
    forged = {
        **receipt,
        "statement": {**receipt["statement"], "key": signing.fingerprint(public)[:16]},
    }
    assert case.run(*WITH_LOG, receipt=forged) == 1
    assert "not among the keys given" in capsys.readouterr().out


def test_a_bid_cannot_hide_behind_the_blinding_leaf(case, capsys):
    """The one leaf that is no receipt must say so itself."""
    log = case.files["log"]
    hidden = json.dumps({**json.loads(log["blinding"]), "kind": "receipt"})

    assert case.run(*WITH_LOG, log={**log, "blinding": hidden}) == 1
    assert "blinding leaf" in capsys.readouterr().out


def test_another_bidders_proof_and_another_competitions_log_prove_nothing(case, capsys):
    lot = OpenLotFactory()
    bid = submitted_bid(lot)
    first, second = officers(lot.competition)
    opened(lot.competition, first=first, second=second)
    leaf = Receipt.objects.get(bid=bid).leaf

    assert case.run(*WITH_LOG, log=log_file(lot.competition)) == 1
    assert "another competition" in capsys.readouterr().out
    assert case.run(*WITH_PROOF, proof=proof_file(lot.competition, leaf)) == 1


def test_before_the_opening_it_says_what_cannot_be_known_yet(db, tmp_path, capsys):
    lot = OpenLotFactory()
    bid = submitted_bid(lot)
    at = after_closing(lot.competition)
    with transaction.atomic(), clock.fixed_at(at):
        publish_log_head(competition=lot.competition, at=at)
    case = Case(
        tmp_path,
        receipt=receipt_file(Receipt.objects.get(bid=bid)),
        keys=keys_file(),
        log=log_file(lot.competition),
    )

    assert set(case.files["log"]) == {"format", "heads"}
    assert case.run(*WITH_LOG) == 3
    assert "not published before the opening" in capsys.readouterr().out


def test_one_key_may_be_given_as_its_digits(case, capsys):
    public = case.files["keys"]["keys"][0]["public_key"]

    assert case.run("receipt.json", "--keys", public) == 0
    assert case.run("receipt.json", "--keys", "ab" * 32) == 1


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"a": NaN}', "[" * 100_000])
def test_what_is_no_such_file_is_said(case, text, capsys):
    case.write()
    for name in ("receipt.json", "keys.json", "log.json"):
        case.write()
        (case.folder / name).write_text(text)
        arguments = [str(case.folder / a) if a.endswith(".json") else a for a in WITH_LOG]
        assert verify_receipt.main(arguments) == 2
        assert name in capsys.readouterr().err


def test_a_field_that_stands_there_twice_is_refused(case, capsys):
    """Else people could be shown the first and programs take the second."""
    case.write()
    path = case.folder / "receipt.json"
    text = path.read_text().replace('"number"', '"number": "X", "number"')
    path.write_text(text)

    assert verify_receipt.main([str(path), "--keys", str(case.folder / "keys.json")]) == 2
    assert "twice" in capsys.readouterr().err
