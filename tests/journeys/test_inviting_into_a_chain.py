"""A lead brings in somebody who is not on the portal yet: by mail, on a phone, to the ledger."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from contracts.models import ChangeCase, KeySubcontractor
from tests.accounts.people import PASSWORD
from tests.contracts.building import named, signed_contract
from tests.contracts.cases import ledger
from tests.factories import SupplierFactory
from tests.journeys.acting import Actor
from tests.journeys.test_agreeing_to_be_named import KNOWN, link_to

PICTURES = os.environ.get("PORTAL_PICTURES", "")
PHONE = {"width": 320, "height": 800}
EMAIL = "sal@harbour.example"


@pytest.mark.parametrize("width", [PHONE, *([None] if PICTURES else [])], ids=str)
def test_a_newcomer_is_invited_agrees_and_is_in_the_ledger(
    transactional_db, new_page, sign_in, axe, width
):
    contract = signed_contract([named(SupplierFactory(name="Small Steps"))])
    officer = contract.officers[0]
    lead, decider = (
        Actor(new_page(viewport=width), user=user, email=user.email)
        for user in (contract.person, officer)
    )
    newcomer = Actor(new_page(viewport=width), email=EMAIL, name="Sal Reed")
    for who in (lead, decider):
        sign_in(who.page, who.user)

    def look(who, picture):
        assert axe(who.page, but=KNOWN) == []
        wide = who.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= who.page.viewport_size["width"]
        if PICTURES:
            name = f"{picture}_{who.page.viewport_size['width']}.png"
            who.page.screenshot(path=Path(PICTURES) / name, full_page=True)
        return who

    lead.go(f"/supplier/contracts/{contract.reference}/changes/ask/add/newcomer/")
    look(lead, "newcomer").fill("Name of the organisation", "Harbour Steps").press("Continue")
    look(lead.sees("Harbour Steps is invited by email"), "ask")
    for box, typed in (
        ("Its email address", EMAIL),
        ("What will it do?", "Housing advice"),
        ("Its share of the price, in per cent", "10"),
        ("How many people will you refer to it each quarter?", "12"),
        ("What do you ask for?", "Let Harbour Steps advise"),
        ("Why do you ask for it?", "More people need a home"),
        ("Day", "1"),
        ("Month", "6"),
        ("Year", "2027"),
    ):
        lead.fill(box, typed)
    look(lead.press("Continue").sees("Check your request", EMAIL), "check")
    look(lead.press("Send the request").sees("Nobody has answered yet"), "case")
    case = ChangeCase.objects.get()

    look(newcomer.go(link_to(EMAIL)), "welcome").fill("Full name", "Sal Reed")
    newcomer.fill("Password", PASSWORD).press("Continue")
    look(newcomer, "organisation").fill("Name of your organisation", "Harbour Steps CIC")
    newcomer.choose("Community interest company", "Fewer than 10 people", "Yes")
    newcomer.press("Continue to the terms")
    look(newcomer.sees("Terms proposed to you", "Housing advice"), "proposed")
    assert "More people need" not in newcomer.words and "Small Steps" not in newcomer.words
    newcomer.press("Agree to the terms, or decline them")
    newcomer.choose("Not like this: we ask for a change")
    look(newcomer, "terms").fill("What should change?", "Pay within 14 days")
    look(newcomer.press("Send your answer").sees("Asked for a change"), "asked_for")
    look(lead.go(reverse("supplier:case", args=[case.reference])), "case_asked")
    lead.sees("Pay within 14 days", "It is registered as Harbour Steps CIC")
    newcomer.press("Agree to the terms, or decline them")
    newcomer.choose("Yes, we agree to exactly these terms").press("Send your answer")

    desk = f"/commissioner/contracts/changes/{case.reference}/"
    look(decider.go(desk).sees("registered as Harbour Steps CIC"), "decider")
    decider.press("Decide").choose("Grant the change").fill("Your reasons", "Both agree")
    look(decider.press("Decide").sees("Your decision is recorded"), "granted")

    line = KeySubcontractor.objects.get(case=case)
    assert (line.name, line.named_as) == ("Harbour Steps CIC", "Harbour Steps")
    assert ledger(contract)["Harbour Steps CIC"][0] == 10
    look(newcomer.go(reverse("supplier:subcontract", args=[line.reference])), "own_line")
