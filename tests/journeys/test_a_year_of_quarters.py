"""A year of quarters in real browsers: a dispute on a phone, settled; the report published."""

import re

import pytest
from django.urls import reverse

from contracts.models import QuarterLine, SupplyChainReport
from contracts.states import LineState, ReportState
from framework_portal import clock
from tests.browser import session_cookies
from tests.contracts.building import named, person_of
from tests.contracts.quarters import YEAR_DONE, confirm, quarter_of, report_of, running, sent
from tests.factories import SupplierFactory

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
# GOV.UK Frontend says which radios reveal something by an attribute that radios may not have.
KNOWN = [("aria-allowed-attr", "govuk-radios__input")]


@pytest.fixture
def contract():
    """Three quarters of the year are stated and confirmed; it is after the fourth."""
    small = [SupplierFactory(name=name) for name in ("Small Steps", "Green Shoots")]
    contract = running([named(each, share_percent="20.00") for each in small])
    for number in range(1, 4):
        sent(contract, number)
    for line in QuarterLine.objects.all():
        confirm(line)
    with clock.fixed_at(YEAR_DONE):
        yield contract


@pytest.fixture
def browse(new_page, live_server, axe, tmp_path):
    """`browse(user, viewport)`: a page of somebody's, with `look` and `press`."""
    shots = iter(range(100))

    def browse(user, viewport):
        page = new_page(viewport=viewport)
        if user is not None:
            page.context.add_cookies(session_cookies(user, live_server))

        def look():
            page.wait_for_load_state()
            name = re.sub(r"\W+", "-", page.title())[:40]
            page.screenshot(path=tmp_path / f"{next(shots):02}-{name}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            assert axe(page, but=KNOWN) == [], page.url

        def press(words, role="button"):
            page.get_by_role(role, name=words, exact=True).click()
            look()

        page.look, page.press = look, press
        return page

    return browse


def test_a_quarter_is_stated_disputed_on_a_phone_settled_reported_and_published(contract, browse):
    first, second = contract.subcontractors.order_by("position")
    lead = browse(contract.person, WIDE)
    officer = browse(contract.officers[0], WIDE)

    _lead_states(lead, contract)
    _small_confirms(browse(person_of(first), PHONE))
    _small_disputes(browse(person_of(second), PHONE))
    _officer_settles(officer)
    _lead_signs(lead, contract)
    report = _officer_accepts(officer)

    page = browse(None, PHONE)
    page.goto(reverse("public:chain_report", args=[report.reference]))
    page.look()
    words = page.content()
    assert "Green Shoots" in words and "We kept most of what we promised" in words
    lines = QuarterLine.objects.filter(quarter__number=4).order_by("pk")
    assert [line.state for line in lines] == [LineState.CONFIRMED, LineState.SETTLED]
    assert report.signing.referrals == 3 * 60 + 31 + 12


def _lead_states(page, contract):
    page.goto(reverse("supplier:quarter_list", args=[contract.reference]))
    page.look()
    page.press("January to March 2028", role="link")
    page.press("Save and check")
    assert page.get_by_text("Quiet").count() == 0
    assert page.get_by_role("alert").get_by_role("listitem").count() > 4
    page.get_by_label("What the commissioner paid you").fill("£25,000")
    for number, (people, pounds) in enumerate([("31", "5,100.00"), ("30", "5000")]):
        card = page.locator("fieldset").nth(number)
        card.get_by_label("People referred").fill(people)
        card.get_by_label("Pounds paid").fill(pounds)
        card.get_by_label("Invoices paid").fill("2")
        card.get_by_label("Paid late").fill("0")
        card.get_by_label("Average days to pay").fill("18.5")
    page.press("Save and check")
    page.press("Send the quarter")
    page.get_by_text("The quarter is sent").first.wait_for()
    # The back button does not send it twice.
    page.go_back()
    page.reload()
    assert quarter_of(contract, 4).lines.count() == 2


def _small_confirms(page):
    page.goto(reverse("supplier:line_list"))
    page.look()
    page.get_by_role("link", name=re.compile("January to March 2028")).click()
    page.look()
    page.press("Yes, this is right")
    page.get_by_text("You have confirmed your line").first.wait_for()


def _small_disputes(page):
    page.goto(reverse("supplier:line_list"))
    page.get_by_role("link", name=re.compile("January to March 2028")).click()
    page.press("No, something is wrong")
    page.press("Dispute this line")
    page.get_by_text("Say what is not right").first.wait_for()
    page.get_by_label("People referred to you").fill("12")
    page.get_by_label("What is not right?").fill("Twelve people came, not thirty")
    page.press("Dispute this line")
    page.get_by_text("You have disputed your line").first.wait_for()


def _officer_settles(page):
    page.goto(reverse("commissioner:chain_inbox"))
    page.look()
    page.press("Green Shoots, January to March 2028", role="link")
    page.get_by_label("The subcontractor’s figures stand").check()
    page.get_by_label("Your reasons").fill("Its register names twelve people")
    page.press("Settle the dispute")
    page.get_by_text("The dispute is settled").first.wait_for()


def _lead_signs(page, contract):
    page.goto(reverse("supplier:chain_report", args=[report_of(contract).reference]))
    page.look()
    page.get_by_label("Your words beside the figures").fill("We kept most of what we promised")
    page.press("Save")
    page.press("Sign the report")
    page.get_by_text("The report is signed").first.wait_for()


def _officer_accepts(page):
    page.goto(reverse("commissioner:chain_inbox"))
    report = SupplyChainReport.objects.get(state=ReportState.SIGNED)
    page.goto(reverse("commissioner:chain_report", args=[report.reference]))
    page.look()
    page.get_by_label("Accept and publish the report").check()
    page.press("Decide")
    page.get_by_text("The report is accepted and published").first.wait_for()
    return SupplyChainReport.objects.select_related("signing").get(pk=report.pk)
