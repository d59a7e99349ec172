"""Who writes a bid and who may submit it."""

import uuid

import pytest
from django.urls import reverse

from bids.models import Bid, Submission
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from suppliers.actions.team import change_role
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import BidFactory, MembershipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    """Complete; Ann may submit it, and `.writer` only writes."""
    bid = BidFactory()
    owner = MembershipFactory(supplier=bid.supplier, user__name="Ann Example").user
    bid.writer = bidder(bid, role=MemberRole.EDITOR, may_submit=False)
    return complete_bid(bid, by=owner)


def address(bid, name):
    return reverse(f"supplier:{name}", args=[bid.reference])


def press(client, bid):
    fields = {"key": uuid.uuid4(), "declared": "on"}
    return client.post(address(bid, "bid_submit"), fields)


@pytest.mark.parametrize(
    ("role", "may_submit", "submits"),
    [
        (MemberRole.OWNER, True, True),
        (MemberRole.OWNER, False, False),
        (MemberRole.EDITOR, True, True),
        (MemberRole.EDITOR, False, False),
        (MemberRole.READER, True, False),
        (MemberRole.READER, False, False),
    ],
)
def test_who_submits_and_withdraws_is_a_permission_of_its_own(bid, role, may_submit, submits):
    person = bidder(bid, role=role, may_submit=may_submit)

    assert person.has_perm("bids.submit_bid", bid) == submits
    assert person.has_perm("bids.withdraw_bid", bid) == submits
    assert person.has_perm("bids.edit_bid", bid) == (role != MemberRole.READER)


def test_who_only_writes_submits_and_withdraws_nothing(client, bid):
    sign_in(client, bid.writer)

    assert press(client, bid).status_code == 403
    assert client.post(address(bid, "bid_withdraw")).status_code == 403

    assert not Submission.objects.exists()
    assert Bid.objects.get().state == "draft"


def test_the_check_page_says_who_can_submit_and_asks_them_once(client, bid):
    sign_in(client, bid.writer)

    page = client.get(address(bid, "bid_submit")).content.decode()
    for _ in range(2):
        answer = client.post(address(bid, "bid_ask"), follow=True)

    assert "Only Ann Example can submit this bid" in page
    assert "Submit bid</button>" not in page
    assert "We have asked Ann Example by email" in answer.content.decode()
    message = Message.objects.get(kind="submission_asked")
    assert message.to == bid.person.email
    assert set(message.context) == {"bid", "closes_at"}
    assert AuditEvent.objects.filter(verb="bid.submission_asked").count() == 1


def test_whoever_may_submit_is_asked_and_nobody_else(client, bid):
    bidder(bid, role=MemberRole.READER)
    second = bidder(bid, role=MemberRole.EDITOR)
    bidder(bid, user__is_active=False)
    sign_in(client, bid.writer)

    client.post(address(bid, "bid_ask"))

    asked = Message.objects.filter(kind="submission_asked").values_list("to", flat=True)
    assert sorted(asked) == sorted([bid.person.email, second.email])


def test_where_nobody_may_submit_the_page_says_so(client, bid):
    bid.supplier.memberships.update(may_submit=False)
    sign_in(client, bid.writer)

    page = client.get(address(bid, "bid_submit")).content.decode()
    answer = client.post(address(bid, "bid_ask"), follow=True).content.decode()

    assert "Nobody in your organisation may submit bids now" in page
    assert "Ask an owner to change that" in answer
    assert not Message.objects.filter(kind="submission_asked").exists()


def test_after_closing_nobody_is_asked(client, bid):
    sign_in(client, bid.writer)
    with clock.fixed_at(bid.lot.competition.closes_at):
        client.post(address(bid, "bid_ask"))

    assert not Message.objects.filter(kind="submission_asked").exists()


def test_readers_ask_nobody(client, bid):
    sign_in(client, bidder(bid, role=MemberRole.READER))

    assert client.post(address(bid, "bid_ask")).status_code == 403


def test_an_owner_decides_and_the_team_page_tells(client, bid):
    membership = bid.supplier.memberships.get(user=bid.writer)
    sign_in(client, bid.person)
    team = reverse("supplier:team_list", args=[bid.supplier.reference])
    role = reverse("supplier:team_role", args=[bid.supplier.reference, membership.reference])

    before = client.get(team).content.decode()
    client.post(role, {"role": "editor", "may_submit": "on"})
    after = client.get(team).content.decode()

    assert "Writes bids, does not submit them" in before
    assert "Writes bids, does not submit them" not in after
    event = AuditEvent.objects.filter(verb="team.role_changed").latest("seq")
    assert event.details["may_submit"] is True


def test_taking_the_right_away_signs_the_person_out_and_counts_at_once(bid):
    membership = bid.supplier.memberships.get(user=bid.person)
    other = bidder(bid)

    change_role(
        membership=membership, role=membership.role, may_submit=False, by=other, at=clock.now()
    )

    person = type(bid.person).objects.get(pk=bid.person.pk)
    assert not person.has_perm("bids.submit_bid", bid)
    assert person.sessions_key != bid.person.sessions_key


def test_the_bar_says_on_every_page_what_counts_and_how_much_is_done(client, bid):
    sign_in(client, bid.person)
    pages = ["bid_detail", "bid_price", "bid_subcontractors", "bid_files", "bid_submit"]

    def bars():
        answers = [client.get(address(bid, name)).content.decode() for name in pages]
        return [answer.split("data-bar>")[1].split("</section>")[0] for answer in answers]

    for bar in bars():
        assert "Not submitted" in bar and "3 of 3 parts done" in bar
        assert "UK time" in bar and "data-countdown" in bar and "aria-live" not in bar
    submit(bid)
    assert all("Version 1 counts" in bar for bar in bars())
