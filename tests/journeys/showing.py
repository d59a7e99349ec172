"""The demonstration on a server of its own, for tests that only look at it.

What a test itself writes is taken back after it and never reaches the server, so everybody is
signed in beforehand, and only what was made here is shown.
"""

from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import TransactionTestCase, override_settings
from pytest_django.live_server_helper import LiveServer

from bids.actions.asking import ask_clarification
from bids.actions.attaching import attach_document
from bids.actions.subcontracting import declare_subcontracting, name_subcontractor
from bids.demonstration import competitions as plans
from bids.demonstration.organisations import one_page_pdf
from bids.models import Bid
from framework_portal import clock
from framework_portal.accounts.actions.factors import give_factor
from framework_portal.accounts.models import User
from lots.actions.extending import propose_extension
from lots.models import Competition
from suppliers.actions.team import invite_colleague
from suppliers.models import Supplier
from suppliers.states import MemberRole
from tests.browser import session_cookies
from tests.factories import UserFactory
from tests.journeys.finding import MAYA, OLIVIA, STRANGER, TOMOS


@contextmanager
def demonstration():
    """A server that shows the demonstration, kept for many tests and emptied after them."""
    with override_settings(DEMONSTRATION=True):
        server = None
        try:
            told = StringIO()
            for command in ("load_reference", "load_joining_questions", "seed_demo"):
                call_command(command, stdout=told)
            _what_the_seed_has_not()
            server = LiveServer("localhost")
            server.cookies = {
                user.email: session_cookies(user, server) for user in User.objects.all()
            }
            yield server
        finally:
            if server:
                server.stop()
            TransactionTestCase("__init__")._fixture_teardown()


def _what_the_seed_has_not():
    """A question asked, an extension proposed, an invitation sent, a bid with everything."""
    at = clock.now()
    maya, tomos, olivia = (User.objects.get(email=email) for email in (MAYA, TOMOS, OLIVIA))
    stranger = UserFactory(email=STRANGER, name="Sam Stranger")
    EmailAddress.objects.update_or_create(
        user=stranger, email=STRANGER, defaults={"verified": False, "primary": True}
    )
    give_factor(user=tomos)
    lantern = Supplier.objects.get(memberships__user=maya)
    invite_colleague(
        supplier=lantern, email="new@lantern.example", role=MemberRole.EDITOR, by=maya, at=at
    )
    competition = Competition.objects.get(title=plans.OPEN.title)
    ask_clarification(
        competition=competition,
        supplier=Supplier.objects.get(memberships__user=tomos),
        asked="May one worker serve two lots?",
        by=tomos,
        at=at,
    )
    propose_extension(
        competition=competition,
        closes_at=competition.closes_at + timedelta(days=7),
        reason="The specification came late.",
        by=olivia,
        at=at,
    )
    bid = Bid.objects.get(
        supplier=lantern, lot__competition__title=plans.CLOSING_TODAY.title, lot__position=1
    )
    pdf = SimpleUploadedFile("plan.pdf", one_page_pdf("Plan"), "application/pdf")
    attach_document(bid=bid, upload=pdf, by=maya, at=at)
    declare_subcontracting(bid=bid, uses=True, by=maya, at=at)
    name_subcontractor(
        bid=bid, by=maya, at=at, name="Starling Mentors", role="Mentoring", share_percent=10
    )
