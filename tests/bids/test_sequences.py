"""Any sequence of saving, submitting, withdrawing, moving the deadline and opening.

A machine does what people, officers and outages do, in any order and at any instant, the deadline
itself and a microsecond either side among them. Beside it stands a plain model of what must be
so. What was acknowledged is stored, one version counts, nothing from after closing does, and the
deadline never moves back.
"""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bids import logbook
from bids.actions import incidents
from bids.actions.drafting import save_answer, save_price
from bids.actions.logs import publish_log_head
from bids.actions.submission import submit_bid, take_ticket
from bids.models import Bid, Receipt, Submission
from bids.selectors.bidding import questions_of, submitted_offer
from bids.selectors.evaluation import opened_offer
from bids.selectors.standby import counting
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.refusals import Refused
from framework_portal.watch.looking import look
from lots.actions.changes import change_competition
from lots.actions.extending import confirm_extension, propose_extension
from lots.models import Competition
from tests.bids.bidding import complete_bid, stand_by, withdraw
from tests.bids.evaluated import officers, opened
from tests.bids.test_incidents import table, told
from tests.factories import BidFactory, CompetitionFactory, LotFactory, publish

MOMENT = timedelta(microseconds=1)
# How far on, and from where: from now, or from the deadline.
JUMPS = [
    ("now", timedelta(seconds=1)),
    ("now", timedelta(minutes=7)),
    ("now", timedelta(hours=20)),
    ("deadline", -timedelta(hours=3)),
    ("deadline", -timedelta(minutes=2)),
    ("deadline", -MOMENT),
    ("deadline", timedelta(0)),
    ("deadline", MOMENT),
    ("deadline", timedelta(minutes=5)),
]


class Procedure(RuleBasedStateMachine):
    """One competition with one live bid at a time, and what the model knows of it."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.competition = CompetitionFactory(clarifications_close_at=None)
        table(self.competition.framework)
        LotFactory(competition=self.competition)
        publish(self.competition)
        self.competition.refresh_from_db()
        self.officers = officers(self.competition)
        self.now = clock.now()
        self.latest = self.closes_at
        self.withdrawn, self.opened = [], False
        self.acknowledged = {}  # submission -> (received_at, price, the receipt's leaf)
        self.begin()

    def begin(self):
        """A new bid, complete and not submitted."""
        with clock.fixed_at(self.now):
            self.bid = complete_bid(BidFactory(lot=self.competition.lots.get()))
        self.draft, self.complete = "1000.00", True
        self.instructed = False
        self.submitted = self.stands_by = None  # the price of each version, with its submission
        self.keys = []

    def teardown(self):
        try:
            if not self.opened:
                self.finish()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    @property
    def closes_at(self):
        return Competition.objects.values_list("closes_at", flat=True).get(pk=self.competition.pk)

    @property
    def is_open(self):
        return self.now < self.closes_at

    def does(self, act):
        """Do it now. Gives what it gave, or the code of its refusal."""
        with clock.fixed_at(self.now):
            try:
                return act()
            except Refused as refusal:
                return refusal.code

    def stood_by(self):
        """What a save has kept under the instruction."""
        if not (self.instructed and self.complete):
            return
        newest = self.bid.submissions.order_by("sequence").last()
        assert newest.is_standby
        assert newest.received_at == self.now
        self.stands_by = (newest.pk, self.draft)
        self.keep(newest)

    def keep(self, submission):
        self.acknowledged[submission.pk] = (
            submission.received_at,
            submitted_offer(self.bid, submission)["price"],
            submission.receipt.leaf,
        )

    @property
    def expected(self):
        """The version that counts, and its price."""
        both = [each for each in (self.submitted, self.stands_by) if each is not None]
        return max(both, default=None)

    # --- What people do ----------------------------------------------------------------------

    @precondition(lambda self: not self.opened)
    @rule(jump=st.sampled_from(JUMPS))
    def time_passes(self, jump):
        origin, span = jump
        then = (self.now if origin == "now" else self.closes_at) + span
        self.now = max(self.now, then)

    @precondition(lambda self: not self.opened)
    @rule(pounds=st.integers(1, 9))
    def save_a_price(self, pounds):
        price = f"{pounds}.00"
        before = self.draft
        done = self.does(
            lambda: save_price(bid=self.bid, price=Decimal(price), by=self.bid.person, at=self.now)
        )
        assert (done == "closed") == (not self.is_open)
        if self.is_open:
            self.draft = price
            if price != before:
                self.stood_by()

    @precondition(lambda self: not self.opened)
    @rule(text=st.sampled_from(["", "We listen first", "We listen"]))
    def save_an_answer(self, text):
        question = questions_of(self.competition)[0]
        edition = Bid.objects.get(pk=self.bid.pk).edition
        done = self.does(
            lambda: save_answer(
                bid=self.bid, question=question, text=text, by=self.bid.person, at=self.now
            )
        )
        assert (done == "closed") == (not self.is_open)
        if self.is_open:
            self.complete = bool(text)
            if Bid.objects.get(pk=self.bid.pk).edition > edition:
                self.stood_by()

    @precondition(lambda self: not self.opened)
    @rule(again=st.booleans())
    def press_submit(self, again):
        """With a key of its own, or with one that was pressed before: after a lost answer."""
        key = self.keys[-1] if again and self.keys else uuid.uuid4()
        known = self.bid.submissions.filter(key=key).first()
        before = self.bid.submissions.count()

        def act():
            arrival = take_ticket(bid=self.bid, by=self.bid.person, key=key)
            return submit_bid(bid=self.bid, by=self.bid.person, arrival=arrival, declared=True)

        done = self.does(act)
        if known is not None:
            assert done == known
        elif isinstance(done, str):
            assert done == "closed" and not self.is_open or done == "incomplete"
        elif self.bid.submissions.count() == before:
            assert self.submitted is not None and done.pk == self.submitted[0]
        else:
            assert self.is_open and self.complete
            assert done.received_at == self.now
            self.submitted = (done.pk, self.draft)
            self.keep(done)
            self.keys.append(key)

    @precondition(lambda self: not self.opened)
    @rule(is_on=st.booleans())
    def give_the_instruction(self, is_on):
        fresh = Bid.objects.get(pk=self.bid.pk)
        done = self.does(lambda: stand_by(self.bid, is_on))
        assert (done == "closed") == (not self.is_open)
        if not self.is_open or is_on == self.instructed:
            return
        self.instructed, self.stands_by = is_on, None
        if is_on and (fresh.draft_id or not fresh.offer_id):
            self.stood_by()

    @precondition(lambda self: not self.opened)
    @rule()
    def withdraw(self):
        done = self.does(lambda: withdraw(self.bid))
        assert (done == "closed") == (not self.is_open)
        if self.is_open:
            self.withdrawn.append(self.bid)
            self.begin()

    # --- What moves the deadline -------------------------------------------------------------

    @precondition(lambda self: not self.opened)
    @rule(later=st.sampled_from([timedelta(hours=-1), timedelta(hours=2), timedelta(days=3)]))
    def two_officers_extend(self, later):
        first, second = self.officers
        wanted, was_open = self.closes_at + later, self.is_open

        def act():
            extension = propose_extension(
                competition=self.competition,
                closes_at=wanted,
                reason="Time",
                by=first,
                at=self.now,
            )
            return confirm_extension(extension=extension, by=second, at=self.now)

        done = self.does(act)
        if isinstance(done, Competition):
            assert was_open and self.closes_at == wanted

    @precondition(lambda self: not self.opened)
    @rule()
    def an_officer_changes_something(self):
        was_open = self.is_open
        done = self.does(
            lambda: change_competition(
                competition=self.competition,
                changes={"summary": f"Said anew {uuid.uuid4()}"},
                reason="It was wrong",
                by=self.officers[0],
                at=self.now,
            )
        )
        assert (done == "closed") == (not was_open)
        if was_open:
            assert self.closes_at - self.now >= timedelta(days=4)

    @precondition(lambda self: not self.opened)
    @rule(minutes=st.sampled_from([1, 6, 20, 90]))
    def the_portal_fails(self, minutes):
        before, began = self.closes_at, self.now
        with clock.fixed_at(began):
            last = look(reference=uuid.uuid4(), seen_by="t", follows=None)
        self.now += timedelta(minutes=minutes)
        with clock.fixed_at(self.now):
            look(reference=uuid.uuid4(), seen_by="t", follows=last.reference, outage=told())
            incidents.settle(at=self.now)
            incidents.settle(at=self.now)
        if began < before <= self.now:
            assert self.closes_at > self.now  # whoever was kept out gets time

    # --- What must always be so --------------------------------------------------------------

    @invariant()
    def the_deadline_never_moves_back(self):
        assert self.closes_at >= self.latest
        self.latest = self.closes_at

    @invariant()
    def what_was_acknowledged_is_stored(self):
        rows = Submission.objects.filter(pk__in=self.acknowledged).select_related("receipt")
        stored = {row.pk: (row.received_at, row.receipt.leaf) for row in rows}
        said = {pk: (at, leaf) for pk, (at, _price, leaf) in self.acknowledged.items()}
        assert stored == said
        assert Submission.objects.filter(bid__lot__competition=self.competition).count() == len(
            said
        )

    @invariant()
    def one_version_counts(self):
        counts = counting(self.bid)
        assert (counts and counts.pk) == (self.expected and self.expected[0])
        if counts is not None:
            assert submitted_offer(self.bid, counts)["price"] == self.expected[1]

    # --- The end -----------------------------------------------------------------------------

    @precondition(lambda self: not self.opened)
    @rule()
    def two_officers_open(self):
        if self.now >= self.closes_at + GRACE:
            self.finish()

    @precondition(lambda self: self.opened)
    @rule()
    def write_after_the_opening(self):
        done = self.does(
            lambda: save_price(bid=self.bid, price=Decimal(1), by=self.bid.person, at=self.now)
        )
        assert isinstance(done, str)

    def finish(self):
        """Close, publish the log, open: what counts is what is opened, and nothing else is."""
        self.now = max(self.now, self.closes_at + GRACE)
        closes_at = self.closes_at
        self.competition.refresh_from_db()
        with clock.fixed_at(self.now):
            look(reference=uuid.uuid4(), seen_by="t", follows=None)  # the watch sees the closing
            publish_log_head(competition=self.competition, at=self.now)
        first, second = self.officers
        opened(self.competition, first=first, second=second)
        self.opened = True

        assert self.closes_at == closes_at
        self.bid.refresh_from_db()
        for each in self.withdrawn:
            each.refresh_from_db()
            assert (each.state, each.opened) == ("withdrawn", None)
        if self.expected is None:
            assert (self.bid.state, self.bid.opened) == ("draft", None)
        else:
            assert self.bid.state == "opened"
            assert self.bid.offer.submission.pk == self.expected[0]
            assert opened_offer(self.bid)["price"] == self.expected[1]
        assert all(at < closes_at for at, _price, _leaf in self.acknowledged.values())
        head = self.competition.log_heads.get(closes_at=closes_at)
        logbook.check_log(head, logbook.receipts_of(self.competition))
        assert {leaf for _at, _price, leaf in self.acknowledged.values()} <= set(head.leaves)
        receipts = Receipt.objects.filter(competition=self.competition)
        assert set(head.leaves) >= {receipt.leaf for receipt in receipts}


@pytest.mark.django_db
def test_any_sequence():
    run_state_machine_as_test(
        Procedure,
        settings=settings(
            max_examples=6,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
