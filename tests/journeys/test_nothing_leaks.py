"""Before opening, every page says the same whether there are bids or not, to everybody.

Each page that somebody can reach is read twice, with the clock standing still: before anybody
bids, and after bids were written, submitted, withdrawn and reminded of. Not a letter may differ,
so that no name, number, size or ETag tells of a bid.
"""

import base64
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from bids.actions import reminders
from bids.actions.asking import ask_clarification
from bids.actions.attaching import attach_document
from bids.models import Bid, BidDocument, Submission
from framework_portal import background, clock
from framework_portal.notifications import outbox
from framework_portal.notifications.tasks import sweep
from suppliers.actions.vaults import vault_to_fill
from tests.bids import consenting
from tests.bids.bidding import complete_bid, submit, withdraw
from tests.factories import (
    AssessorFactory,
    BidFactory,
    MembershipFactory,
    OfficerFactory,
    OpenLotFactory,
    SupplierFactory,
    UserFactory,
    qualify,
)
from tests.journeys.onlooking import (
    Onlooker,
    addresses,
    admin_addresses,
    difference,
    read_for_reports,
)

pytestmark = pytest.mark.django_db

MARK = "Kittiwake"  # in everything that bidders write
PRICE = "7734561298.37"
QUESTION = "Marker-Question-Sandpiper"


@pytest.fixture
def lot():
    return OpenLotFactory()


class Bidders(list):
    """Those who bid, with the `partner` that one of them names."""


@pytest.fixture
def bidders(lot):
    """Suppliers with their people, qualified and invited, who have not begun."""
    suppliers = Bidders(qualify(SupplierFactory(), lot) for _ in range(3))
    suppliers.partner = SupplierFactory()
    for supplier in (*suppliers, suppliers.partner):
        supplier.person = MembershipFactory(supplier=supplier).user
        vault_to_fill(supplier)  # as registering makes it
    ask_clarification(
        competition=lot.competition,
        supplier=suppliers[0],
        asked=QUESTION,
        by=suppliers[0].person,
        at=clock.now(),
    )
    return suppliers


@pytest.fixture
def onlookers(lot):
    body = lot.competition.commissioner
    rival = MembershipFactory(supplier=qualify(SupplierFactory(), lot)).user
    return [
        Onlooker("a stranger", "public"),
        Onlooker("another bidder", "public", "supplier", user=rival),
        Onlooker(
            "an officer of the body", "commissioner", user=OfficerFactory(commissioner=body).user
        ),
        Onlooker("another body's officer", "commissioner", user=OfficerFactory().user),
        Onlooker("an assessor", "assessor", user=AssessorFactory(commissioner=body).user),
        Onlooker(
            "an administrator",
            *("public", "commissioner", "assessor"),
            user=UserFactory(is_staff=True, is_superuser=True),
        ),
    ]


@pytest.fixture
def asked_of_workers(monkeypatch):
    """What tasks were asked for, with their arguments."""
    asked = []
    for module in (background, outbox):
        monkeypatch.setattr(module, "publish", lambda *args: asked.append(args))
    return asked


def bid_everywhere(lot, bidders):
    """One submitted and changed again, one submitted with a file and a partner, one withdrawn."""
    bids = [
        complete_bid(
            BidFactory(lot=lot, supplier=supplier, started_by=supplier.person),
            by=supplier.person,
            text=f"{MARK} answer",
            price=PRICE,
        )
        for supplier in bidders
    ]
    changed, whole, gone = bids
    at = clock.now()
    upload = SimpleUploadedFile(f"{MARK}.csv", f"{MARK},1\n".encode(), "text/csv")
    attach_document(bid=whole, upload=upload, by=whole.person, at=at)
    # It is on the portal before: that an organisation registers is told to reports.
    consenting.named(
        whole, name=MARK, role=MARK, email="partner@portal.example", claimed_by=bidders.partner
    )
    for bid in bids:
        submit(bid)
    complete_bid(changed, by=changed.person, text=f"{MARK} better", price=PRICE)
    withdraw(gone)
    for task in (
        reminders.remind_bidders,
        reminders.remind_of_questions,
        reminders.tell_changes,
        reminders.remind_officers,
    ):
        task(at=at)
    return bids


def test_no_page_tells_anybody_of_a_bid_before_opening(
    lot,
    bidders,
    onlookers,
    asked_of_workers,
    caplog,
    django_capture_on_commit_callbacks,
    mailoutbox,
):
    competition = lot.competition
    criterion = competition.criteria.exclude(questions=None).get()
    reminders.invite(at=clock.now())
    things = [each.reference for each in (competition, lot, bidders[0])]
    parts = [each.reference for each in (lot, criterion, criterion.questions.get())]
    open_at, closed_at = competition.closes_at - timedelta(hours=20), competition.closes_at
    for onlooker in onlookers:
        onlooker.explore(things, parts)
    onlookers[-1].reached += admin_addresses(MARK)
    officer, administrator = onlookers[2], onlookers[-1]
    looks = [(onlooker, open_at) for onlooker in onlookers]
    looks += [(officer, closed_at), (administrator, closed_at)]

    call_command("apply_grants", "--create-roles", verbosity=0)
    reports = read_for_reports()
    before = {}
    for onlooker, moment in looks:
        with clock.fixed_at(moment):
            before[onlooker, moment] = onlooker.look()
    with clock.fixed_at(open_at), django_capture_on_commit_callbacks(execute=True):
        bids = bid_everywhere(lot, bidders)
    assert read_for_reports() == reports
    outside = f"{asked_of_workers}{caplog.text}"
    for secret in (MARK, PRICE, QUESTION, *(str(bid.reference) for bid in bids)):
        assert secret not in outside

    for onlooker, moment in looks:
        with clock.fixed_at(moment):
            after = onlooker.look()
        told = {
            address: found
            for address, page in before[onlooker, moment].items()
            if (found := difference(page, after[address]))
        }
        assert not told, f"{onlooker.name} sees that there are bids"

    # Nor is a bid, a file or a receipt to be had by whoever knows its reference.
    theirs = [
        rows.first().reference for rows in (Bid.objects, BidDocument.objects, Submission.objects)
    ]
    for onlooker in onlookers:
        for address in addresses(onlooker.namespaces, theirs, []):
            if not any(str(reference) in address for reference in theirs):
                continue
            answer = onlooker.client.get(address)
            assert answer.status_code in (302, 403, 404, 405), f"{onlooker.name} reads {address}"

    # The question is its asker's and the buying side's until it is answered.
    for onlooker in (onlookers[0], onlookers[1], onlookers[3], onlookers[4]):
        for address, (_status, _etag, body) in before[onlooker, open_at].items():
            assert QUESTION.encode() not in body, f"{onlooker.name} reads it at {address}"

    # Mails hold no content, and to others than the bidders no word of a bid. Nor do caches.
    with clock.fixed_at(open_at):
        sweep()
    bidding = {address for each in bidders for address in (each.contact_email, each.person.email)}
    assert mailoutbox
    for mail in mailoutbox:
        told = f"{mail.subject}{mail.body}"
        secrets = [MARK, PRICE, QUESTION]
        if not bidding.issuperset(mail.to):
            secrets += [str(bid.reference) for bid in bids]
        assert not [secret for secret in secrets if secret in told], mail.subject
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        kept = "".join(f"{key}{base64.b64decode(value)}" for key, value in cursor.fetchall())
    for secret in (MARK, PRICE, QUESTION, *(str(bid.reference) for bid in bids)):
        assert secret not in kept
