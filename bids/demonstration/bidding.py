"""The bids of the demonstration, and what becomes of them."""

import uuid
from datetime import timedelta
from decimal import Decimal

from bids.actions.asking import ask_clarification
from bids.actions.award import announce_awards, approve_awards, propose_award, propose_first_ranked
from bids.actions.drafting import save_answer, save_price, start_bid
from bids.actions.logs import publish_log_head
from bids.actions.opening import approve_opening, open_bids
from bids.actions.rehearsing import rehearse_opening
from bids.actions.scoring import complete_evaluation, record_score
from bids.actions.subcontracting import declare_subcontracting
from bids.actions.submission import submit_bid, take_ticket, withdraw_bid
from bids.demonstration.chains import Chains
from bids.models import Award, Bid
from bids.states import Act, BidState
from bids.timing import GRACE
from framework_portal.accounts.demonstration import OPENING_PASSPHRASE
from lots.actions.answering import answer_clarification
from lots.models import Question
from lots.states import CriterionKind

ANSWER = (
    "One named worker and one peer mentor for each person. We meet in the first week, agree a"
    " plan in the person’s own words, and look at it together every month. In {area} we work from"
    " rooms that people already use, and by telephone in the evening."
)
REASONS = {
    5: "Clear about who does what by when, with evidence that it has worked before.",
    4: "A convincing answer. It says little about cover when a worker is away.",
    3: "Answers the question, without evidence for what it claims.",
    2: "Describes the organisation more than the service.",
}


class Bids:
    """Made through the actions, each at its own instant."""

    def __init__(self, cast, organisations, timeline):
        self.cast, self.organisations, self.timeline = cast, organisations, timeline

    def start(self, lot, box, *, at, answered=1.0, price=None, partners=()):
        """A draft of `box` for `lot`, answered in part or whole."""
        supplier, person = self.organisations.suppliers[box], self.organisations.people[box]
        with self.timeline.then(at) as instant:
            bid = start_bid(lot=lot, supplier=supplier, by=person, at=instant)
            questions = list(
                Question.objects.filter(criterion__competition=lot.competition_id).order_by(
                    "criterion__position", "position"
                )
            )
            for question in questions[: round(len(questions) * answered)]:
                text = ANSWER.format(area=lot.areas.first().name)
                save_answer(bid=bid, question=question, text=text, by=person, at=instant)
            if price is not None:
                save_price(bid=bid, price=Decimal(price), by=person, at=instant)
                declare_subcontracting(bid=bid, uses=bool(partners), by=person, at=instant)
        if partners:
            Chains(self.organisations, self.timeline).make(bid, partners, by=person, at=at)
        return bid

    def submit(self, lot, box, *, at, price, partners=()):
        """A complete bid of `box` for `lot`, submitted an hour after it was written."""
        bid = self.start(lot, box, at=at, price=price, partners=partners)
        person = self.organisations.people[box]
        with self.timeline.then(at + timedelta(hours=1)):
            arrival = take_ticket(bid=bid, by=person, key=uuid.uuid4())
            submit_bid(bid=bid, by=person, arrival=arrival, declared=True)
        return bid

    def withdraw(self, bid, box, *, at):
        """Taken back, with a receipt."""
        person = self.organisations.people[box]
        with self.timeline.then(at):
            arrival = take_ticket(bid=bid, by=person, key=uuid.uuid4(), act=Act.WITHDRAWAL)
            withdraw_bid(bid=bid, by=person, arrival=arrival)

    def ask(self, competition, box, words, *, at, answer=""):
        """A question of `box`, and where there is an `answer`, its publication a day later."""
        with self.timeline.then(at) as instant:
            clarification = ask_clarification(
                competition=competition,
                supplier=self.organisations.suppliers[box],
                asked=words,
                by=self.organisations.people[box],
                at=instant,
            )
        if answer:
            with self.timeline.then(at + timedelta(days=1)) as instant:
                answer_clarification(
                    clarification=clarification,
                    question=words,
                    answer=answer,
                    by=self.cast.first,
                    at=instant,
                )

    def close(self, competition):
        """The root of the log, published when everything that arrived in time is in."""
        with self.timeline.then(competition.closes_at + GRACE) as at:
            publish_log_head(competition=competition, at=at)

    def rehearse(self, competition, *people):
        """These openers open the dummy bid, a day before closing."""
        with self.timeline.then(competition.closes_at - timedelta(hours=24)):
            for user in people:
                known = {"competition": competition, "passphrase": OPENING_PASSPHRASE}
                rehearse_opening(by=user, **known)

    def open(self, competition):
        """Two officers open, an hour after closing."""
        self.close(competition)
        with self.timeline.then(competition.closes_at + GRACE + timedelta(hours=1)) as at:
            known = {"competition": competition, "at": at, "passphrase": OPENING_PASSPHRASE}
            approve_opening(by=self.cast.first, **known)
            open_bids(by=self.cast.second, **known)
        competition.refresh_from_db()

    def score(self, competition, *, days, share=1.0, best=""):
        """Marks and reasons for every opened bid, or for a `share` of them; `best` gets most."""
        bids = list(
            Bid.objects.filter(lot__competition=competition, state=BidState.OPENED)
            .select_related("lot__competition", "supplier")
            .order_by("lot__position", "pk")
        )
        criteria = list(competition.criteria.exclude(kind=CriterionKind.PRICE))
        with self.timeline.then(competition.closes_at + timedelta(days=days)) as at:
            for place, bid in enumerate(bids[: round(len(bids) * share)]):
                for number, criterion in enumerate(criteria):
                    is_gate = criterion.kind == CriterionKind.GATE
                    mark = 1 if is_gate else 2 + (place * 2 + number + bid.supplier_id) % 4
                    if best and not is_gate:
                        is_best = bid.supplier == self.organisations.suppliers[best]
                        mark = 5 if is_best else min(mark, 4)
                    record_score(
                        bid=bid,
                        criterion=criterion,
                        mark=Decimal(mark),
                        reasons="A named lead and a clear way to report."
                        if is_gate
                        else REASONS[mark],
                        seen=None,
                        by=self.cast.first,
                        at=at,
                    )

    def evaluate(self, competition, *, days):
        """Close the marks."""
        with self.timeline.then(competition.closes_at + timedelta(days=days)) as at:
            complete_evaluation(competition=competition, by=self.cast.first, at=at)
        competition.refresh_from_db()

    def propose(self, competition, *, days):
        """The first-ranked of every lot; nobody where nobody bid."""
        with self.timeline.then(competition.closes_at + timedelta(days=days)) as at:
            propose_first_ranked(competition=competition, by=self.cast.first, at=at)
            undecided = competition.lots.exclude(
                pk__in=Award.objects.filter(lot__competition=competition).values("lot")
            )
            for lot in undecided:
                if not lot.bids.filter(state=BidState.OPENED).exists():
                    propose_award(
                        lot=lot,
                        bid=None,
                        reasons="No bid was submitted for this lot.",
                        by=self.cast.first,
                        at=at,
                    )

    def announce(self, competition, *, days):
        """The second officer approves, the first announces."""
        with self.timeline.then(competition.closes_at + timedelta(days=days)) as at:
            approve_awards(competition=competition, by=self.cast.second, at=at)
            announce_awards(competition=competition, by=self.cast.first, at=at)
