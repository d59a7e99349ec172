#!/usr/bin/env python3
"""Check a receipt of the framework portal without the portal. Python 3.8 or newer, nothing else.

The signed copy of what a key subcontractor agreed to is checked in the same way.

    python3 verify_receipt.py receipt.json --keys keys.json
    python3 verify_receipt.py receipt.json --keys keys.json --log log.json
    python3 verify_receipt.py receipt.json --keys keys.json --content content.json --file plan.pdf
    python3 verify_receipt.py agreement.json --keys keys.json

receipt.json  the receipt, as it was downloaded
keys.json     the public keys of the service; or the 64 digits of one public key. Compare the
              fingerprint that is printed with one that you did not get from the portal
log.json      the log of the competition, or the proof for one receipt; both can be downloaded
              from the competition's page once the bids are opened
content.json  what was opened, as the bidder can download it; where the price was opened later,
              give both files, each behind its own --content
--file        files that were in the bid

What is checked is said in sentences. The exit code is 0 when everything that was asked for holds,
1 when something does not, 2 when a file cannot be read, and 3 when nothing is wrong but the log
does not tell yet whether the receipt is in it.
"""

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import sys
from datetime import datetime, timedelta

FIRST_LINE = b"framework-portal signed statement 1\n"
GRACE = timedelta(seconds=60)


class Refused(Exception):
    """Something does not hold; the text says what."""


class Unreadable(Exception):
    """A file is not what it should be."""


# --- Ed25519, verification only (RFC 8032, section 5.1) ----------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def point_from(raw):
    """The point that 32 bytes stand for; None where they stand for none."""
    number = int.from_bytes(raw, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def added(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor, point):
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = added(result, point)
        point, factor = added(point, point), factor >> 1
    return result


def are_equal(one, other):
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (
        one[1] * other[2] - other[1] * one[2]
    ) % P == 0


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public, message, signature):
    """Whether `signature` is of `message` by the holder of the key whose public half is given."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, point = point_from(public), point_from(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or point is None or scalar >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    factor = int.from_bytes(digest, "little") % ORDER
    return are_equal(times(scalar, BASE), added(point, times(factor, key)))


# --- Hash trees (RFC 6962, section 2.1) --------------------------------------------------------


def leaf_hash(text):
    return hashlib.sha256(b"\0" + text).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """The root over leaves in their order."""
    if len(leaves) == 1:
        return leaves[0]
    cut = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:cut]), root_of(leaves[cut:]))


def root_by_proof(leaf, place, size, proof):
    """The root that a proof leads to; None where it cannot be of a tree of that size."""
    if not 0 <= place < size:
        return None
    found, last = leaf, size - 1
    for beside in proof:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_hash(beside, found)
            while not place % 2 and place:
                place, last = place // 2, last // 2
        else:
            found = node_hash(found, beside)
        place, last = place // 2, last // 2
    return found if last == 0 else None


# --- Reading -----------------------------------------------------------------------------------


def canonical(value):
    """The one text that is hashed and signed: sorted keys, no space, no fractions."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", "surrogatepass")


def once(pairs):
    if len({name for name, _value in pairs}) != len(pairs):
        raise Unreadable("A field stands there twice")
    return dict(pairs)


def no_fraction(text):
    raise Unreadable(f"{text} is no number that such a file holds")


def parsed(text):
    try:
        return json.loads(
            text, object_pairs_hook=once, parse_float=no_fraction, parse_constant=no_fraction
        )
    except (ValueError, RecursionError):
        raise Unreadable("It is not in the form in which it was downloaded") from None


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None


def read_json(path, *, fields, needed):
    try:
        found = parsed(read(path))
        if not isinstance(found, dict) or not set(needed) <= set(found):
            raise Unreadable("Something is missing, or it is another kind of file")
    except Unreadable as error:
        raise Unreadable(f"{path}: {error}") from None
    strangers = set(found) - set(fields)
    if strangers:
        raise Refused(f"{path} holds a field that nobody signed: {min(strangers)}.")
    return found


def digits(text):
    """A digest: 64 hexadecimal digits, as bytes."""
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{64}", text):
        raise Refused("A digest is not written as one.")
    return bytes.fromhex(text)


def moment(text):
    try:
        return datetime.strptime(text + "+0000", "%Y-%m-%dT%H:%M:%S.%fZ%z")
    except (TypeError, ValueError):
        raise Refused("An instant is not written as one.") from None


def keys_from(given):
    """{key id: public key} from a file of the service, or from the digits of one key."""
    if re.fullmatch("[0-9a-fA-F]{64}", given) and not os.path.exists(given):
        publics = [bytes.fromhex(given)]
    else:
        listed = read_json(given, fields=["format", "keys"], needed=["keys"])["keys"]
        publics = [key_from(each) for each in listed]
    return {hashlib.sha256(public).hexdigest()[:16]: public for public in publics}


def key_from(entry):
    public = digits(entry["public_key"])
    fingerprint = hashlib.sha256(public).hexdigest()
    if (entry["algorithm"], entry["id"], entry["fingerprint"]) != (
        "Ed25519",
        fingerprint[:16],
        fingerprint,
    ):
        raise Refused("A key in the file of keys does not have its fingerprint.")
    return public


def statement_of(signed, kind, keys, what):
    """What a signed statement says, once its signature holds."""
    if not isinstance(signed, dict) or set(signed) != {"statement", "signature"}:
        raise Refused(f"{what} is not a signed statement.")
    statement, signature = signed["statement"], signed["signature"]
    if not isinstance(statement, dict) or statement.get("kind") != kind:
        raise Refused(f"{what} is a statement of another kind.")
    public = keys.get(statement.get("key")) if isinstance(statement.get("key"), str) else None
    if public is None:
        raise Refused(f"{what} names a key that is not among the keys given.")
    try:
        raw = base64.b64decode(signature, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Refused(f"The signature of {what} is not written as one.") from None
    if base64.b64encode(raw).decode() != signature:
        raise Refused(f"The signature of {what} is not written as one.")
    if not is_signed(public, FIRST_LINE + canonical(statement), raw):
        raise Refused(f"{what} was altered: the signature does not belong to these words.")
    return statement


# --- Checking ----------------------------------------------------------------------------------


def check_receipt(path, keys, say):
    found = read_json(
        path,
        fields=["format", "statement", "signature", "salt"],
        needed=["format", "statement", "signature"],
    )
    if found["format"] != "framework-portal receipt 1":
        raise Refused("This is not a receipt, or one of a newer kind.")
    signed = {"statement": found["statement"], "signature": found["signature"]}
    said = statement_of(signed, "receipt", keys, "The receipt")
    salt = found.get("salt")
    if salt is not None:
        expected = said.get("salt_digest")
        if hashlib.sha256(digits(salt)).hexdigest() != expected:
            raise Refused("The salt is not the one of this receipt.")
    what = {
        "submission": "a bid that was submitted",
        "withdrawal": "the withdrawal of a bid",
        "unseated": "a bid that is no longer submitted: a subcontractor withdrew its consent",
        "standby": "a stand-by version of a bid",
    }.get(said["of"], said["of"])
    fingerprint = hashlib.sha256(keys[said["key"]]).hexdigest()
    say(f"The receipt {said['number']} is genuine: {said['service']} signed it.")
    say(f"It is for {what}, version {said['sequence']}, received at {said['received_at']} (UTC).")
    say(f"The key has the fingerprint {fingerprint}. Compare it with one from elsewhere.")
    return said, leaf_hash(canonical(said)), salt


def check_agreement(path, keys, say):
    found = read_json(
        path,
        fields=["format", "statement", "signature", "how_to_check"],
        needed=["format", "statement", "signature"],
    )
    signed = {"statement": found["statement"], "signature": found["signature"]}
    said = statement_of(signed, "subcontractor-consent", keys, "The agreement")
    fingerprint = hashlib.sha256(keys[said["key"]]).hexdigest()
    say(f"The agreement is genuine: {said['service']} signed it.")
    say(f"{said['organisation_name']} agreed to be named by {said['lead_name']}.")
    say(f"It did so at {said['agreed_at']} (UTC), to these terms:")
    for name, value in sorted(said["terms"].items()):
        say(f"  {name}: {value}")
    say("Whether it withdrew later, this file cannot tell.")
    say(f"The key has the fingerprint {fingerprint}. Compare it with one from elsewhere.")


def is_agreement(path):
    """Whether the file says that it is a subcontractor's; whatever else it says is checked."""
    try:
        found = parsed(read(path))
    except Unreadable:
        return False  # said by whoever reads it as a receipt
    return isinstance(found, dict) and found.get("format") == "framework-portal consent 1"


def check_log(path, said, leaf, keys, say):
    found = parsed_log(path)
    heads = [statement_of(head, "log-head", keys, "A head of the log") for head in found["heads"]]
    if not heads:
        raise Refused("No head of the log is in the file.")
    for earlier, later in zip([None, *heads], heads):  # noqa: B905 – older Pythons too
        check_head(said, earlier, later)
    head = heads[-1]
    if moment(said["received_at"]) >= moment(head["closes_at"]):
        raise Refused("The receipt is of an instant after closing.")
    say(f"The log was closed and its root signed at {head['published_at']} (UTC).")
    if "proof" in found:
        check_proof(found["proof"], head, leaf, say)
    elif "leaves" in found:
        check_leaves(found, head, leaf, say)
    else:
        say("Its leaves are not published before the opening: whether the receipt is in it cannot")
        say(f"be checked yet. Keep the root, which must be the same then: {head['root']}")
    return "proof" in found or "leaves" in found


def parsed_log(path):
    found = read_json(
        path,
        fields=["format", "heads", "leaves", "blinding", "size", "proof"],
        needed=["format", "heads"],
    )
    if found["format"] != "framework-portal log 1" or not isinstance(found["heads"], list):
        raise Refused("This is not a log, or one of a newer kind.")
    beside = set(found) - {"format", "heads"}
    if beside not in (set(), {"proof"}, {"leaves", "blinding", "size"}):
        raise Refused("The log is not whole.")
    return found


def check_head(said, earlier, later):
    if later["competition"] != said["competition"]:
        raise Refused("The log is of another competition.")
    if later["supersedes"] != (earlier and earlier["root"]):
        raise Refused("A head of the log is missing or out of order.")
    if moment(later["published_at"]) < moment(later["closes_at"]) + GRACE:
        raise Refused("A head of the log was signed before closing.")
    if earlier and moment(later["closes_at"]) <= moment(earlier["closes_at"]):
        raise Refused("A head of the log moves the deadline back.")


def check_leaves(found, head, leaf, say):
    leaves, blinding = found["leaves"], found.get("blinding")
    if not isinstance(leaves, list) or not leaves or found.get("size") != len(leaves):
        raise Refused("The log does not hold as many leaves as it says.")
    raw = [digits(each) for each in leaves]
    if sorted(set(raw)) != raw:
        raise Refused("The leaves are not in order, or one stands there twice.")
    if root_of(raw) != digits(head["root"]):
        raise Refused("The leaves do not have the root that was signed: some were added or lost.")
    blind = check_blinding(blinding, head)
    if blind not in raw:
        raise Refused("The blinding leaf is not in the log.")
    if leaf not in raw or leaf == blind:
        raise Refused("The receipt is not in the log.")
    others = len(raw) - 2
    say(f"The receipt is in the log, with {others} other{'' if others == 1 else 's'}.")
    say("Nothing was added to the log and nothing taken out of it since its root was signed.")


def check_blinding(text, head):
    """The one leaf that is no receipt: it must say so itself, so that nothing hides behind it."""
    if not isinstance(text, str):
        raise Refused("The blinding leaf is missing.")
    says = parsed(text.encode("utf-8", "surrogatepass"))
    if (
        not isinstance(says, dict)
        or set(says) != {"kind", "version", "competition", "random"}
        or says["kind"] != "log-blinding"
        or says["competition"] != head["competition"]
        or canonical(says) != text.encode("utf-8", "surrogatepass")
    ):
        raise Refused("The blinding leaf is something else.")
    return leaf_hash(text.encode())


def check_proof(proof, head, leaf, say):
    if not isinstance(proof, dict) or set(proof) != {"leaf", "place", "size", "proof"}:
        raise Refused("The proof is not whole.")
    place, size, hashes = proof["place"], proof["size"], proof["proof"]
    if type(place) is not int or type(size) is not int or not isinstance(hashes, list):
        raise Refused("The proof is not whole.")
    if digits(proof["leaf"]) != leaf:
        raise Refused("The proof is of another receipt.")
    if root_by_proof(leaf, place, size, [digits(each) for each in hashes]) != digits(head["root"]):
        raise Refused("The proof does not lead to the root that was signed.")
    say(f"The receipt is in the log: a proof of {len(hashes)} steps leads to the signed root.")


def check_content(path, said, salt, say):
    if salt is None:
        raise Refused("This receipt file holds no salt; download it while you are signed in.")
    content, salts = read(path), {digits(salt): said["commitment"]}
    if "price" in said:
        # Price was opened after quality: two contents, and the salt of neither tells the other's.
        salts = {
            hmac.digest(digits(salt), b"quality", "sha256"): said["commitment"],
            hmac.digest(digits(salt), b"price", "sha256"): said["price"]["commitment"],
        }
    if not any(hashlib.sha256(each + content).hexdigest() == salts[each] for each in salts):
        raise Refused(f"{path} is not what was sent.")
    say(f"{path} is what was sent, to the letter.")


def check_file(path, said, say):
    if hashlib.sha256(read(path)).hexdigest() not in said["files"]:
        raise Refused(f"{path} was not in the bid, or is not as it was.")
    say(f"{path} was in the bid, and is as it was.")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("receipt")
    parser.add_argument("--keys", required=True)
    parser.add_argument("--log")
    parser.add_argument("--content", action="append", default=[])
    parser.add_argument("--file", action="append", default=[])
    given = parser.parse_args(arguments)
    try:
        keys = keys_from(given.keys)
        if is_agreement(given.receipt):
            check_agreement(given.receipt, keys, print)
            return 0
        said, leaf, salt = check_receipt(given.receipt, keys, print)
        is_told = check_log(given.log, said, leaf, keys, print) if given.log else True
        for path in given.content:
            check_content(path, said, salt, print)
        for path in given.file:
            check_file(path, said, print)
    except Refused as refused:
        print(f"NOT VERIFIED. {refused}")
        return 1
    except Unreadable as unreadable:
        print(f"COULD NOT BE READ. {unreadable}", file=sys.stderr)
        return 2
    except (KeyError, TypeError, AttributeError, RecursionError):
        print("NOT VERIFIED. Something that belongs there is missing or of another kind.")
        return 1
    return 0 if is_told else 3


if __name__ == "__main__":
    sys.exit(main())
