"""The door to sealed offers: who may touch its handle."""

import re

import pytest

from tests.architecture.test_imports import ROOT, ROOT_PACKAGES, imports

SEALING = ROOT / "framework_portal" / "sealing"
SHARES = ROOT / "bids" / "actions" / "shares.py"


def importers(name):
    """The files outside `sealing` that import `name`, or the module that holds it, to reach it."""
    for package in ROOT_PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            if SEALING in path.parents:
                continue
            text = path.read_text()
            reached = any("sealing" in module for module in imports(path))
            if reached and re.search(rf"\b{name}\b", text):
                yield path


@pytest.mark.parametrize(
    "name", ["put_together", "private_half", "own_share", "recovery_share", "rebuilt"]
)
def test_shares_are_unlocked_in_one_place_alone(name):
    """What hands out a share asks the database's clock first: nobody goes round it."""
    allowed = {SHARES, ROOT / "lots" / "actions" / "openers.py", *uses_shares()}

    assert set(importers(name)) <= allowed


def uses_shares():
    """The acts that may ask for a share. Each of them takes two officers, or reveals nothing."""
    return {ROOT / "bids" / "actions" / name for name in ("two_acts.py", "rehearsing.py")}


def test_no_page_of_the_buying_side_reads_what_bidders_own():
    buying = {"commissioner.py", "assessor.py", "public.py", "admin.py"}

    assert [path for path in importers("read_own") if path.name in buying] == []
