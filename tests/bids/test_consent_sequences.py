"""No sequence of acts ends with a bid that counts and names somebody who does not consent.

A machine names, changes, asks, answers, leaves, submits, writes on, stands by, withdraws and lets
time pass, in any order. Beside it stands a plain list of who has agreed to what, and who has left.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bids.actions.answering_consents import withdraw_consent
from bids.actions.drafting import drop_changes, save_answer, save_price
from bids.actions.left_out import keep_left_out
from bids.actions.subcontracting import declare_subcontracting, remove_subcontractor
from bids.content import named_in
from bids.models import Bid, ConsentRequest
from bids.selectors.bidding import offer_of, questions_of, submitted_offer
from bids.selectors.consents import terms_asked
from bids.selectors.standby import counting
from bids.states import BidState, ConsentAnswer
from bids.terms import terms_of
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.bids.bidding import complete_bid, read_by, stand_by, submit, withdraw
from tests.bids.consenting import answer, ask, name, person_of
from tests.factories import MembershipFactory, SupplierFactory

WHICH = st.integers(0, 1)


class Consents(RuleBasedStateMachine):
    """One bid, two organisations that it may name, and what each has said."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.bid = complete_bid()
        self.person = self.bid.person
        self.question = questions_of(self.bid.lot.competition)[0]
        self.partners = [SupplierFactory(name=f"Partner {number}") for number in (1, 2)]
        for partner in self.partners:
            person_of(partner)
        # Belongs to the lead and to the first partner: what they say is neither's word.
        self.both = MembershipFactory(supplier=self.bid.supplier).user
        MembershipFactory(supplier=self.partners[0], user=self.both)
        self.now = clock.now()
        self.agreed = []  # [reference of the entry, terms]: who left is taken out

    def teardown(self):
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize()
    def name_the_first(self):
        """Most of what is worth trying begins with somebody who is named and has agreed."""
        self.name(0, 40)
        self.ask(0)
        self.answer(0, ConsentAnswer.AGREED)

    def fresh(self):
        bid = read_by(self.person, Bid.objects.get(pk=self.bid.pk))
        bid.person = self.person
        return bid

    def does(self, act):
        with clock.fixed_at(self.now):
            try:
                return act()
            except Refused as refusal:
                return refusal

    def entry(self, which):
        """The key of what the draft says of a partner, or None."""
        found = str(self.partners[which].reference)
        named = named_in(offer_of(self.fresh()))
        return next((each["reference"] for each in named if each["supplier"] == found), None)

    def newest(self, which):
        asked = ConsentRequest.objects.filter(bid=self.bid, supplier=self.partners[which])
        return asked.order_by("pk").last()

    # --- The lead ---------------------------------------------------------------------------

    @rule(which=WHICH, volume=st.sampled_from([40, 41]))
    def name(self, which, volume):
        given = {"supplier": self.partners[which], "volume": volume}
        given |= {"share_percent": Decimal(10), "reference": self.entry(which)}
        self.does(lambda: name(self.fresh(), by=self.person, **given))

    @rule(which=WHICH)
    def remove(self, which):
        reference = self.entry(which)
        if reference:
            facts = {"bid": self.fresh(), "by": self.person, "at": self.now}
            self.does(lambda: remove_subcontractor(reference=reference, **facts))
            if not offer_of(self.fresh())["subcontractors"]:
                facts["bid"] = self.fresh()
                self.does(lambda: declare_subcontracting(uses=False, **facts))

    @rule(pounds=st.sampled_from(["1000", "2000"]))
    def save_a_price(self, pounds):
        facts = {"by": self.person, "at": self.now}
        self.does(lambda: save_price(bid=self.fresh(), price=Decimal(pounds), **facts))

    @rule(text=st.sampled_from(["We listen first", "We listen", ""]))
    def save_an_answer(self, text):
        facts = {"question": self.question, "by": self.person, "at": self.now}
        self.does(lambda: save_answer(bid=self.fresh(), text=text, **facts))

    @rule(which=WHICH)
    def ask(self, which):
        reference = self.entry(which)
        if reference:
            self.does(lambda: ask(self.fresh(), reference, by=self.person))

    @rule()
    def press_submit(self):
        self.does(lambda: submit(self.fresh()))

    @rule(is_on=st.booleans())
    def instruct(self, is_on):
        self.does(lambda: stand_by(self.fresh(), is_on))

    @rule()
    def drop_the_changes(self):
        self.does(lambda: drop_changes(bid=self.fresh(), by=self.person, at=self.now))

    @rule(really=st.sampled_from([False, False, False, True]))
    def withdraw_the_bid(self, really):
        if really:
            self.does(lambda: withdraw(self.fresh()))

    # --- The subcontractors -----------------------------------------------------------------

    @rule(which=WHICH, said=st.sampled_from([ConsentAnswer.AGREED, *ConsentAnswer]))
    def answer(self, which, said):
        request = self.newest(which)
        if request is None or request.answer:
            return
        terms = terms_asked(request)
        done = self.does(lambda: answer(request, said))
        if said == ConsentAnswer.AGREED and not isinstance(done, Refused):
            self.agreed.append((str(request.entry), terms))

    @rule(leaves=st.booleans())
    def one_of_both_speaks_for_the_first(self, leaves):
        request = self.newest(0)
        if request is None:
            return
        by, before = self.both, (request.answer, request.withdrawn_at)
        said = {"consent": request, "by": by, "at": self.now}
        done = self.does(lambda: withdraw_consent(**said) if leaves else answer(request, by=by))
        now = ConsentRequest.objects.get(pk=request.pk)
        assert isinstance(done, Refused)
        assert (now.answer, now.withdrawn_at) == before

    @rule(which=WHICH)
    def leave(self, which):
        request = self.newest(which)
        if request is None:
            return
        by = person_of(self.partners[which])
        done = self.does(lambda: withdraw_consent(consent=request, by=by, at=self.now))
        if not isinstance(done, Refused):
            entry = str(request.entry)
            self.agreed = [each for each in self.agreed if each[0] != entry]

    # --- Time -------------------------------------------------------------------------------

    @rule(span=st.sampled_from([timedelta(minutes=1), timedelta(hours=30)]))
    def time_passes(self, span):
        self.now += span
        self.does(lambda: keep_left_out(at=self.now))

    @rule(really=st.sampled_from([False, False, False, True]))
    def it_closes(self, really):
        if really:
            self.now = max(self.now, self.bid.lot.competition.closes_at)

    # --- What must be so --------------------------------------------------------------------

    @invariant()
    def whoever_is_named_consents(self):
        bid = self.fresh()
        if bid.state == BidState.WITHDRAWN:
            return
        with clock.fixed_at(self.now):
            version = counting(bid)
        if bid.state == BidState.SUBMITTED:
            self.consented(bid, bid.offer.submission)
        if version is not None:
            self.consented(bid, version)

    def consented(self, bid, version):
        content = submitted_offer(bid, version)
        for entry in named_in(content):
            agreed = entry["reference"], terms_of(bid, content, entry)
            assert agreed in self.agreed, f"{entry['name']} has not agreed to this"
            signed = content["consents"][entry["reference"]]["statement"]
            assert signed["terms"] == agreed[1]


@pytest.mark.django_db
def test_nobody_is_named_without_consent():
    run_state_machine_as_test(
        Consents,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
