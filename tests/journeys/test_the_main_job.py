"""The main job, in the browser and from nothing: from signing up to the public award."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from tests.accounts.people import PASSWORD, person
from tests.factories import AssessorFactory, CommissionerFactory, OfficerFactory
from tests.journeys.acting import Actor

TITLE = "Homes in Kent and Surrey"
PASSPHRASE = "otter lantern gravel noon"
ANSWER = (
    "We meet in the first week, in rooms people know; one worker, one plan – kept.\nEvery time."
)


@pytest.fixture
def ground(transactional_db, settings):
    """What a portal has before anybody signs up: reference data, officers, an assessor."""
    settings.DEMONSTRATION = True
    for command in ("load_reference", "load_joining_questions"):
        call_command(command, verbosity=0)
    return officers()


def officers():
    """Three who buy and one who assesses, each with a second factor."""
    body = CommissionerFactory(name="Exampleshire Commissioning")
    made = []
    for name, factory in (
        ("Olivia First", OfficerFactory),
        ("Samir Second", OfficerFactory),
        ("Tara Third", OfficerFactory),
        ("Asha Assessor", AssessorFactory),
    ):
        user = person(f"{name.split()[0].lower()}@buyer.example", name=name, factor=True)
        factory(commissioner=body, user=user)
        made.append(user)
    return made


def test_from_nothing_to_a_public_award(ground, new_page, clock_moves):
    olivia, samir, tara, asha = (Actor(new_page(), user=user) for user in ground)
    maya = Actor(new_page(), email="maya@lantern.example", name="Maya Wren")
    tomos = Actor(new_page(), email="tomos@bridge.example", name="Tomos Hill")

    for newcomer, name, number in (
        (maya, "Lantern House", "1990001"),
        (tomos, "Bridge", "1990002"),
    ):
        signs_up(newcomer)
        registers(newcomer, name, number)
        joins(newcomer)
    grants(asha, "Lantern House", "Bridge")
    for officer in (olivia, samir, tara):
        sets_a_passphrase(officer)
    drafts(olivia)
    publishes(olivia)
    asks(maya)
    answers(olivia, maya)
    jo = Actor(new_page(), email="jo@starling.example", name="Jo Starling")
    bids(maya, price="248,500.50", partner=jo)
    bids(tomos, price="230,000")
    changes_and_submits_again(maya, jo)
    clock_moves(days=31)
    open_together(olivia, samir)
    score(olivia, {"Lantern House": 5, "Bridge": 3})
    award(olivia, samir)
    for who, outcome in ((maya, "was successful"), (tomos, "was not successful")):
        who.go("/supplier/bids/").press("Accommodation: Kent").press("read the outcome")
        who.sees(f"Your bid {outcome}", "Awarded to Lantern House", "says who does what")
    anybody = Actor(new_page(), email="-", name="-").go("/awards/")
    anybody.sees("Accommodation: Kent", "Lantern House", "Starling Mentors")


def signs_up(who):
    """Create an account, confirm the address by the mail, sign in."""
    who.sign_up()
    who.follows_the_mail(r"/account/confirm-email/[^\s]+")
    who.press("Yes, confirm it")
    who.sign_in()


def registers(who, name, number):
    """Register the organisation, with its number and whom to write to."""
    who.press("Register your organisation")
    who.fill("Name of your organisation", name)
    who.choose("Registered charity", "Fewer than 10 people")
    for question in ("Is it a voluntary organisation?", "Is it too new to have yearly accounts?"):
        group = who.page.get_by_role("group", name=question)
        group.get_by_label("Yes" if "voluntary" in question else "No", exact=True).check()
    who.press("Save and continue")
    who.choose("Charity number (England and Wales)").fill("Number", number).press("Add number")
    who.go(re.sub("identifiers/$", "contact/", who.path))
    who.fill("Name of the person to contact", who.name)
    who.fill("Email address for news about your applications and bids", who.email)
    who.fill("Address of your organisation", "1 Example Street\nMaidstone")
    who.press("Save and continue")


def joins(who):
    """Apply to join: categories, areas, answers, evidence, declaration."""
    who.go("/supplier/qualifications/").press("Start your application")
    home = who.path
    who.press("Choose categories").choose("Accommodation").press("Continue")
    who.press("Choose areas").choose("All of Kent, Surrey and Sussex").press("Save and continue")
    asked = who.page.locator("main a[href*='/answers/']")
    for address in [link.get_attribute("href") for link in asked.all()]:
        answers_page(who.go(address))
    who.go(home).press("Documents, if you have them at hand")
    who.press("Upload a document")
    who.attach("Choose a file", "policy.pdf").press("Upload").sees("policy.pdf")
    who.go(home).press("Check your answers and submit")
    who.press("All is right: go on to submit")
    for box in who.page.locator("main input[type=checkbox]").all():
        box.check()
    who.press("Submit application")
    who.sees("Application submitted")


def answers_page(who):
    """Answer every question of a page the usual way."""
    usual = "No" if "Reasons to exclude" in who.words else "Yes"
    for radio in who.page.locator("main").get_by_label(usual, exact=True).all():
        radio.check()
    for area in who.page.locator("main textarea:visible").all():
        area.fill("We meet people at the gate and stay beside them.")
    who.press("Save and continue")


def grants(who, *names):
    """The assessor reads each application and grants what it asks for."""
    who.sign_in()
    for name in names:
        who.go("/assessor/applications/").press(name)
        who.sees("policy.pdf", "We meet people at the gate").press("Decide")
        who.choose("Grant").press("Send decision")
        who.sees("The decision is made")


def sets_a_passphrase(who):
    """An opening passphrase, typed twice, then proven."""
    who.sign_in()
    who.go("/commissioner/opening-passphrase/").press("Set your opening passphrase")
    who.fill("New opening passphrase", PASSPHRASE)
    who.fill("New opening passphrase again", PASSPHRASE).press("Set the opening passphrase")
    who.fill("Your opening passphrase", PASSPHRASE).press("Prove the passphrase")
    who.sees("You have proven your opening passphrase")


def drafts(who):
    """A draft with everything: words, categories, timetable, criteria, questions, lots."""
    today = timezone.localtime(clock.now())
    midday = today.replace(hour=12, minute=0, second=0, microsecond=0)
    who.go("/commissioner/competitions/start/").fill("Title of the competition", TITLE)
    who.choose("A contract").press("Start the draft")
    who.press("What you are buying").fill("Summary", "Homes for people who leave prison.")
    who.fill("Description", "Advice, a room, and somebody who stays in touch.")
    who.fill("Contact email address", "team@buyer.example").press("Save and continue")
    who.press("Categories").choose("Accommodation").press("Save and continue")
    who.press("Timetable")
    who.moment("Clarifications close", midday + timedelta(days=20))
    who.moment("Bids close", midday + timedelta(days=30))
    who.moment("Bids will be opened", midday + timedelta(days=31))
    who.date("Award will be announced", midday + timedelta(days=60))
    who.date("Service starts", midday + timedelta(days=120))
    who.date("Service ends", midday + timedelta(days=900)).press("Save and continue")
    who.press("Criteria and weights")
    for row, weight in (("Criterion 1", "70"), ("Criterion 2", "30")):
        group = who.page.get_by_role("group", name=row, exact=True)
        group.get_by_label("Weight in %").fill(weight)
    who.fill("Highest mark for a quality criterion", "5").press("Save and continue")
    asks_and_lots(who)


def asks_and_lots(who):
    """The question that is asked, the specification, and a lot for each of two areas."""
    who.press("Add a question")
    who.fill("Question", "How will you do it?").fill("Word limit", "20").press("Save and continue")
    who.press("Continue").press("Documents").fill("Title of the document", "Specification")
    who.attach("File", "specification.pdf").press("Add the document").press("Continue")
    who.press("Lots").press("Make the lots")
    who.choose("Areas that I choose", "– Kent", "– Surrey").choose("Accommodation")
    who.fill("Value of the lot, excluding VAT", "£250,000").press("Make the lots")
    who.sees("Accommodation: Kent", "Accommodation: Surrey", "2 lots have fewer than three")


def publishes(who):
    """Say who opens, look at it as suppliers will, then publish."""
    who.press("Continue").press("Officers who open the bids")
    who.choose("Olivia First", "Samir Second", "Tara Third").press("Save and continue")
    who.press("Check and publish").press("Preview as a supplier sees it")
    who.sees(TITLE, "Accommodation: Kent", "Specification")
    who.page.go_back()
    who.choose("Show me recovery words on the next page, once, to print")
    who.choose("I have checked the competition, and it can be published")
    who.press("Publish").sees("Competition published", "shown on this page only")
    who.press("The words are put away: continue").sees("Competition published", "2 lots")


def asks(who):
    """Find the lot among those that match, and ask about it before bidding."""
    who.go("/supplier/lots/").press("Accommodation: Kent").press("Start this bid")
    who.press("Clarifications: questions and answers").press("Ask a question")
    who.fill("Your question", "May one worker serve both lots?").press("Send the question")


def answers(officer, *suppliers):
    """Answer to everybody."""
    officer.go("/commissioner/clarifications/").press("Answer")
    officer.fill("Answer", "Yes, one worker may.").press("Publish the answer to everybody")
    for who in suppliers:
        who.go("/opportunities/").press("Accommodation: Kent").press("Timetable, criteria")
        who.sees("May one worker serve both lots?", "Yes, one worker may.")


def bids(who, *, price, partner=None):
    """Write the bid for Kent, check it, submit it."""
    if partner:
        who.go("/supplier/bids/").press("Accommodation: Kent")
    else:
        who.go("/opportunities/").press("Accommodation: Kent").sees("Matches you")
        who.press("Start your bid").press("Start this bid")
    who.press("Question 1").fill("How will you do it?", ANSWER)
    counted = who.page.locator(".govuk-character-count__status, .govuk-character-count__message")
    counted.get_by_text("You have 2 words remaining").first.wait_for()
    who.press("Save and continue")
    who.fill("Total price, excluding VAT", price).press("Save and continue")
    names(who, partner)
    # The script sends a file as soon as it is chosen.
    attached = who.attach("Choose files", "plan.pdf").page.locator("#attached")
    attached.get_by_role("link", name="plan.pdf", exact=True).wait_for()
    who.press("Continue")
    submits(who)


def names(who, partner):
    """Name a key subcontractor, or say that there is none."""
    if partner is None:
        who.choose("No, we will deliver it all ourselves").press("Save and continue")
        return
    who.choose("Yes, and I will name them").press("Save and continue")
    who.fill("Name of the organisation", "Starling Mentors")
    who.fill("Its email address, if it is not on the register", partner.email)
    who.fill("What will it do?", "Peer mentoring")
    who.fill("Its share of the price, in per cent", "12.5")
    who.fill("How many people will be referred to it in a quarter?", 40)
    who.press("Save this organisation").press("Ask for its consent")
    who.sees("Waiting for its answer", "12.5% (£31,062.56)")
    comes_in(partner)
    agrees(partner)
    who.choose("We have not asked any of these organisations to work only with us on this lot")
    who.press("Save and continue")


def comes_in(partner):
    """An organisation that is not here yet follows its mail, and registers in two pages."""
    partner.go(link_to(partner))
    partner.fill("Full name", partner.name).fill("Password", PASSWORD).press("Continue")
    partner.fill("Name of your organisation", "Starling Mentors")
    partner.choose("Consortium or unincorporated group", "Fewer than 10 people", "Yes")
    partner.press("Continue to the terms")


def agrees(partner):
    """Read the terms, and agree to them."""
    partner.sees("Lantern House wants to name you", "Peer mentoring")
    partner.choose("We agree to be named on these terms", "No").press("Send our answer")
    partner.sees("Your answer is sent")


def link_to(partner):
    """The address in the newest mail to somebody."""
    message = Message.objects.filter(to=partner.email).order_by("-pk").first()
    _subject, text = rendered(message.kind, message.context)
    return re.search(r"https?://[^/\s]+(/supplier/\S+)", text)[1]


def submits(who):
    """Declare, submit, and keep the receipt's digest."""
    who.page.locator("main input[type=checkbox]").check()
    who.press("Submit bid").sees("Bid submitted", "Digest of the bid")
    return who.page.locator("code.portal-code").first.inner_text()


def changes_and_submits_again(who, partner):
    """A better price before closing, to which the partner agrees anew: a second version counts."""
    first = who.page.locator("code.portal-code").first.inner_text()
    who.press("Back to your bid").press("Your price")
    who.fill("Total price, excluding VAT", "240,000").press("Save and continue")
    who.sees("Terms changed: ask again").press("Ask for its consent to the new terms")
    agrees(partner.go(link_to(partner)))
    who.press("Save and continue").press("Continue").sees("£240,000")
    assert submits(who) != first
    who.sees("Version 2")


def open_together(first, second):
    """The first officer approves, the second opens."""
    first.go("/commissioner/competitions/").press(TITLE).press("Open the bids")
    first.fill("Your opening passphrase", PASSPHRASE)
    first.press("Approve the opening").sees("You have approved the opening")
    second.go("/commissioner/competitions/").press(TITLE).press("Open the bids")
    second.fill("Your opening passphrase", PASSPHRASE)
    second.press("Open all bids now").sees("Opening record", "Fingerprints and signature")
    second.press("Go on to the bids").sees("Lantern House", "Bridge", "£240,000")


def score(who, marks):
    """A mark with reasons for each bid, then close the marks."""
    who.go("/commissioner/awards/").press(TITLE)
    home = who.path
    for name, mark in marks.items():
        who.go(home).press(name).press("Score")
        who.fill("Mark", mark).fill("Reasons for this mark", f"{name} says who does what.")
        who.press("Save the score")
    who.go(home).sees("Every bid is scored").press("Complete the evaluation")
    who.press("Complete the evaluation")


def award(first, second):
    """One officer proposes, the other approves, the first announces."""
    first.press("Propose the first-ranked bid for every lot")
    first.press("Propose Accommodation: Surrey").choose("Award to nobody")
    first.fill("Reasons", "No bid was submitted.").press("Propose this decision")
    second.go("/commissioner/awards/").press(TITLE).press("Approve all 2 proposals")
    first.page.reload()
    first.press("Announce the awards").press("Announce").sees("Announced")
