"""A change of a supply chain in the browser: one switch refused and one granted, on a phone too."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from contracts.models import ChangeCase, KeySubcontractor
from contracts.states import CaseState
from tests.contracts.building import named, person_of, signed_contract
from tests.contracts.cases import ledger
from tests.factories import MembershipFactory, QualificationFactory, SupplierFactory
from tests.journeys.acting import Actor

PHONE = {"width": 320, "height": 800}
SECRET = "They never sent us anybody"
# Radios that reveal a field, as the design system has them.
KNOWN = [("aria-allowed-attr", "govuk-radios__input")]
PICTURES = os.environ.get("PORTAL_PICTURES", "")


@pytest.fixture
def chain(transactional_db):
    """A signed contract with one subcontractor, and an organisation that could take its place."""
    contract = signed_contract([named(SupplierFactory(name="Small Steps"))])
    new = QualificationFactory(supplier__name="New Door").supplier
    small = person_of(KeySubcontractor.objects.get())
    return contract, small, MembershipFactory(supplier=new).user


@pytest.mark.parametrize("width", [None, PHONE], ids=str)
def test_a_switch_refused_and_one_granted(chain, new_page, sign_in, axe, width):
    contract, small, new = chain
    people = (contract.person, small, new, *contract.officers)
    lead, affected, newcomer, officer, _second = (
        Actor(new_page(viewport=width), user=user, email=user.email) for user in people
    )
    for who in (lead, affected, newcomer, officer):
        sign_in(who.page, who.user)

    def look(who, picture=""):
        assert axe(who.page, but=KNOWN) == []
        wide = who.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= who.page.viewport_size["width"]
        if PICTURES and picture:
            name = f"{picture}_{who.page.viewport_size['width']}.png"
            who.page.screenshot(path=Path(PICTURES) / name, full_page=True)
        return who

    asked, own = "/supplier/contracts/asked", "/supplier/contracts/changes"
    desk = "/commissioner/contracts/changes"

    def ask(why):
        look(lead.go(f"/supplier/contracts/{contract.reference}/changes/"), "list")
        look(lead.press("Ask for a change"), "kind")
        lead.choose("Replace a key subcontractor by another").press("Continue")
        look(lead, "whom").choose("Small Steps").press("Continue")
        look(lead, "newcomer").fill("Name of the organisation", "New").press("Continue")
        look(lead, "newcomer_found").choose("New Door").press("Continue")
        look(lead, "ask").press("Continue")
        look(lead.sees("There is a problem"), "ask_errors")
        lead.fill("What do you ask for?", "Put New Door in its place")
        lead.fill("Why do you ask for it?", why)
        for box, typed in (("Day", "1"), ("Month", "6"), ("Year", "2027")):
            lead.fill(box, typed)
        look(lead.press("Continue").sees("Check your request", why), "check")
        look(lead.press("Send the request").sees("Your request is with the commissioner"), "case")
        return ChangeCase.objects.latest("pk")

    def speak(case):
        look(affected.go(reverse("supplier:dashboard")).sees("Your view on a requested change"))
        look(affected.go(f"{asked}/{case.reference}/"), "asked")
        affected.sees("Put New Door in its place").fill("Your view", SECRET)
        affected.page.get_by_label("That is all we want to say").check()
        look(affected.press("Send to the commissioner").sees("The lead is not told"), "spoken")

    def decide(case, choice, reasons):
        look(officer.go(f"{desk}/").sees("View given"), "queue")
        look(officer.go(f"{desk}/{case.reference}/").sees(SECRET), "decider")
        look(officer.press("Decide"), "decide").choose(choice)
        officer.fill("Your reasons", reasons).press("Decide")
        look(officer.sees("Your decision is recorded", reasons), f"decided_{case.number}")

    before = ledger(contract)
    first = ask("We cannot plan with them")
    speak(first)
    decide(first, "Refuse the change", "Talk to each other first")
    look(lead.go(f"{own}/{first.reference}/"), "refused")
    lead.sees("The commissioner refused the change", "Talk to each other first")
    assert SECRET not in lead.words
    assert ledger(contract) == before

    second = ask("They close in May")
    speak(second)
    look(newcomer.go(f"{asked}/{second.reference}/"), "proposed").sees("20%")
    assert "Small Steps" not in newcomer.words and "They close" not in newcomer.words
    look(newcomer.press("Agree to the terms, or decline them"), "terms")
    newcomer.choose("Yes, we agree to exactly these terms").press("Send your answer")
    look(newcomer.sees("You agreed to the terms"))
    decide(second, "Grant the change", "Both agree on the day")
    look(
        lead.go(f"{own}/{second.reference}/").sees("New Door agreed"),
        "granted",
    )
    assert SECRET not in lead.words
    look(affected.go(f"{asked}/{second.reference}/").sees("granted"), "told")

    assert ChangeCase.objects.get(pk=second.pk).state == CaseState.GRANTED
    now = ledger(contract)
    assert now["Small Steps"][3] is True
    assert now["New Door"][:3] == before["Small Steps"][:3]
    look(lead.go(f"/supplier/contracts/{contract.reference}/").sees("New Door"), "ledger")
