"""What a key subcontractor agrees to: its own terms, and nothing else of the bid.

Who knows its share in per cent and in pounds can work out the price. That lies in naming both, and
the page on which a lead writes the terms says so.
"""

import hashlib

from bids.content import UNSAID, pounds_of
from framework_portal.sealing.canonical import canonical


def terms_of(bid, content, entry):
    """The terms of `entry` as plain values; names and titles are looked up when they are shown."""
    entry = UNSAID | entry
    return {
        "lead": str(bid.supplier.reference),
        "lot": str(bid.lot.reference),
        "name": entry["name"],
        "role": entry["role"],
        "categories": sorted(entry["categories"]),
        "areas": sorted(entry["areas"]),
        "share_percent": entry["share_percent"],
        "pounds": pounds_of(content, entry),
        "volume": entry["volume"],
        "payment_days": entry["payment_days"],
        "starts_on": entry["starts_on"],
        "relied_on": entry["relied_on"],
    }


def salt_of(entry):
    """The salt of an entry's terms; none for an entry that was not saved since terms have one."""
    return bytes.fromhex(entry.get("salt") or "")


def digest_of(terms, entry):
    """What commits to `terms` and tells nothing of them: the digest that their sealed row has."""
    return hashlib.sha256(salt_of(entry) + canonical(terms)).hexdigest()
