"""A confidential report from a phone, and its answer, in a real browser."""

import pytest

from contracts.models import ConfidentialReport
from framework_portal.accounts.actions.factors import give_factor
from framework_portal.accounts.actions.people import create_person
from framework_portal.reference.models import Officer
from suppliers.states import MemberRole
from tests.accounts.people import PASSWORD
from tests.contracts.building import signed_contract
from tests.contracts.voices import periods
from tests.factories import MembershipFactory
from tests.journeys.acting import Actor

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def line():
    """A named subcontractor, whose person signs in by the pages, and an integrity officer."""
    periods()
    contract = signed_contract(1)
    line = contract.subcontractors.get()
    line.person = create_person(email="rosa@river.example", name="Rosa Quietly", password=PASSWORD)
    MembershipFactory(supplier=line.supplier, user=line.person, role=MemberRole.OWNER)
    line.officer = create_person(
        email="imogen@body.example", name="Imogen Listens", password=PASSWORD
    )
    give_factor(user=line.officer)
    Officer.objects.create(commissioner=contract.commissioner, user=line.officer, role="integrity")
    return line


@pytest.mark.parametrize("javascript", [True, False])
def test_written_on_a_phone_answered_by_the_officer_and_read_again(new_page, axe, line, javascript):
    def looked(actor, title):
        assert actor.page.title().startswith(title)
        if javascript:
            wide = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            assert actor.page.evaluate(wide), actor.page.url
            assert axe(actor.page) == [], actor.page.url
        return actor

    rosa = Actor(new_page(viewport=PHONE, javascript=javascript), user=line.person).sign_in()
    rosa.go(f"/supplier/subcontracts/{line.reference}/").press("Write a note")
    looked(rosa, "New note").press("Send")
    looked(rosa, "Error: New note").sees("Select what it is about", "Say what happened")
    rosa.choose("I do not get the work that was promised")
    rosa.fill("What happened?", "No referral in six weeks").press("Send")
    looked(rosa, "Note").sees("No referral in six weeks", "You alone", "Answer due by")
    leave = rosa.page.get_by_role("button", name="Exit this page")
    assert "note" in rosa.path
    assert not leave.get_attribute("href").startswith("/")
    assert "noreferrer" in leave.get_attribute("rel")
    looked(rosa.go("/supplier/notes/"), "Notes").sees("Waits for an answer")

    imogen = Actor(new_page(javascript=javascript), user=line.officer).sign_in()
    looked(imogen.go("/integrity/reports/"), "Confidential reports").sees("To answer")
    looked(imogen.press(line.supplier.name), "Report of").sees("No referral in six weeks")
    looked(imogen.press("Answer"), "Answer a report").fill("Your answer", "We look into it")
    imogen.press("Send the answer")
    looked(imogen, "Report of").sees("Sent", "We look into it")
    looked(imogen.press("Close the report"), "Close a report")
    imogen.choose("It was put right").fill("Your last words to whoever wrote", "Work comes now")
    looked(imogen.press("Close the report"), "Report of").sees("Closed", "It was put right")

    report = ConfidentialReport.objects.get()
    rosa.go(f"/supplier/notes/{report.reference}/")
    looked(rosa, "Note").sees("We look into it", "Work comes now", "This note is closed")
