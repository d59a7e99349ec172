"""The door to sealed offers: who may touch its handle."""

import re

from tests.architecture.test_imports import ROOT, ROOT_PACKAGES, imports

OPENING = ROOT / "bids" / "actions" / "opening.py"
SEALING = ROOT / "framework_portal" / "sealing"


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


def test_only_the_opening_unseals():
    assert set(importers("unseal")) <= {OPENING}


def test_no_page_of_the_buying_side_reads_what_bidders_own():
    buying = {"commissioner.py", "assessor.py", "public.py", "admin.py"}

    assert [path for path in importers("read_own") if path.name in buying] == []
