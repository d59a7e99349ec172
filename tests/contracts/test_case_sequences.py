"""Any sequence of asking, hearing, agreeing, deciding and reviewing, at any time.

Beside the procedure stands a plain model of the ledger: it begins as the opened bid and changes
by a granted case alone, with the consent of whom its terms bind. And whatever is said, no page of
the lead ever holds a word of it.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from bids.selectors.evaluation import opened_offer
from contracts.actions.case_decisions import decide_case, review_case
from contracts.actions.case_inviting import invite_again
from contracts.actions.case_reminders import find_overdue, remind_of_cases
from contracts.actions.cases import withdraw_case
from contracts.models import ChangeCase, KeySubcontractor
from contracts.states import (
    BRINGS_IN,
    CaseKind,
    CaseParty,
    CaseState,
    Emergency,
    ReviewOutcome,
    TermsAnswer,
)
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from tests.contracts.cases import agreed, heard, invited, ledger, raised, taken_up
from tests.contracts.test_cases import contract_of_two
from tests.factories import SupplierFactory
from tests.signing_in import sign_in

MARKER = "Zebrafinch"
WHICH = st.integers(0, 3)


class Chain(RuleBasedStateMachine):
    """One contract with two subcontractors, and what the model knows of its cases."""

    def __init__(self):
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.contract = contract_of_two()
        self.now = clock.now()
        self.expected = ledger(self.contract)
        self.cases = []
        # By case: whether its affected spoke, and what was last answered.
        self.spoke, self.answered = {}, {}
        offer = opened_offer(self.contract.award.bid)
        assert [entry["name"] for entry in offer["subcontractors"]] == list(self.expected)

    def teardown(self):
        try:
            self.everything_is_written()
            self.no_page_of_the_lead_holds_a_view()
        finally:
            transaction.set_rollback(True)
            self.outer.__exit__(None, None, None)

    def does(self, act):
        """Do it now. Gives what it gave, or the code of its refusal."""
        with clock.fixed_at(self.now):
            try:
                return act()
            except Refused as refusal:
                return refusal.code

    def case(self, which):
        return self.cases[which % len(self.cases)] if self.cases else None

    @initialize(come=st.integers(0, 3))
    def somebody_may_be_coming(self, come):
        """Many sequences begin with an invitation: bare, answered with yes, or granted."""
        if come == 0:
            return
        self.the_lead_invites(CaseKind.ADD, 0, 0)
        if come > 1:
            self.somebody_follows_a_link(0, False)
        if come > 2:
            self.an_officer_decides(0, True, 0)

    # --- What people do ----------------------------------------------------------------------

    @rule(days=st.sampled_from([0, 1, 9, 15, 40]))
    def time_passes(self, days):
        self.now += timedelta(days=days, hours=1)
        with clock.fixed_at(self.now):
            remind_of_cases(at=self.now)
            find_overdue(at=self.now)

    @rule(kind=st.sampled_from(list(CaseKind)), which=WHICH, urgent=st.booleans())
    def the_lead_asks(self, kind, which, urgent):
        lines = list(KeySubcontractor.objects.filter(contract=self.contract))
        given = {"emergency": Emergency.SAFETY} if urgent else {}
        case = self.does(
            lambda: raised(
                self.contract, kind, line=lines[which % len(lines)], at=self.now, **given
            )
        )
        if isinstance(case, ChangeCase):
            self.cases.append(case)

    @rule(kind=st.sampled_from(BRINGS_IN), which=WHICH, box=st.integers(0, 1))
    def the_lead_invites(self, kind, which, box):
        lines = list(KeySubcontractor.objects.filter(contract=self.contract))
        given = {"line": lines[which % len(lines)]} if kind == CaseKind.SWITCH else {}
        box = f"box{box}@test.example"
        case = self.does(
            lambda: invited(
                self.contract, kind, email=box, name=f"Invited {self.now}", at=self.now, **given
            )
        )
        if isinstance(case, ChangeCase):
            case.incoming = None
            self.cases.append(case)

    @rule(which=WHICH)
    def the_lead_writes_again(self, which):
        case = self.case(which)
        if case is not None and case.invitation_id is not None:
            self.does(lambda: invite_again(case=case, by=self.contract.person, at=self.now))

    @rule(which=WHICH, is_known=st.sampled_from([False, False, True]))
    def somebody_follows_a_link(self, which, is_known):
        """For a new organisation, or for one that may be in the chain."""
        invites = [each for each in self.cases if each.invitation_id is not None]
        if not invites:
            return
        case = invites[-1 - which // 2 % len(invites)]  # the newest waits more often
        case.refresh_from_db()
        known = KeySubcontractor.objects.filter(contract=self.contract).first().supplier
        was = case.replacement
        done = self.does(
            lambda: taken_up(case, known if is_known else SupplierFactory(), at=self.now)
        )
        case.refresh_from_db()
        assert was is None or case.replacement == was
        if done == [] and was is None and case.replacement is not None:
            assert case.state == CaseState.RAISED
            assert case.replacement == case.invitation.accepted_for
            if which % 2 == 0:  # and says yes while it is there
                self.does(lambda: agreed(case, at=self.now))
                self.answered[case.pk] = TermsAnswer.AGREED

    @rule(which=WHICH)
    def the_affected_speaks(self, which):
        case = self.case(which)
        if case is None or case.affected is None:
            return
        done = self.does(lambda: heard(case, f"{MARKER} {self.now}", at=self.now))
        if done != "decided":
            self.spoke[case.pk] = True

    @rule(which=WHICH, answer=st.sampled_from(TermsAnswer.values))
    def an_organisation_answers(self, which, answer):
        case = self.case(which)
        if case is None:
            return
        party = CaseParty.REPLACEMENT if case.kind in BRINGS_IN else CaseParty.AFFECTED
        if (
            party == CaseParty.REPLACEMENT
            and ChangeCase.objects.get(pk=case.pk).replacement is None
        ):
            return  # nobody is there who could
        done = self.does(lambda: agreed(case, party, answer=answer, at=self.now))
        if not isinstance(done, str):
            self.answered[case.pk] = answer

    @rule(which=WHICH)
    def the_lead_withdraws(self, which):
        case = self.case(which)
        if case is not None:
            self.does(lambda: withdraw_case(case=case, by=self.contract.person, at=self.now))

    @rule(which=WHICH, grant=st.booleans(), officer=st.integers(0, 1))
    def an_officer_decides(self, which, grant, officer):
        case = self.case(which)
        if case is None:
            return
        before = ChangeCase.objects.get(pk=case.pk).state
        done = self.does(
            lambda: decide_case(
                case=case,
                grant=grant,
                reasons="We looked at it",
                by=self.contract.officers[officer],
                at=self.now,
            )
        )
        if before != CaseState.RAISED or isinstance(done, str) or not grant:
            return
        binds = [*BRINGS_IN, CaseKind.CHANGE]
        assert case.kind not in binds or self.answered.get(case.pk) == TermsAnswer.AGREED
        late = case.views_due_on is None or self.now.date() > case.views_due_on
        assert self.spoke.get(case.pk) or late or done.before_hearing
        assert not done.before_hearing or case.emergency != Emergency.NONE
        for line in case.lines.all():
            name = line.name
            if line.party == CaseParty.REPLACEMENT:
                name = self.came_in_by_its_own_word(done, line)
            self.expected[name] = (
                line.share_percent,
                line.volume_per_quarter,
                line.payment_days,
                line.is_end,
            )

    def came_in_by_its_own_word(self, case, line):
        """The ledger carries who took up the invitation, and its own signed consent: its name."""
        newcomer = KeySubcontractor.objects.get(case=case)
        assert newcomer.supplier_id == case.replacement_id is not None
        said = newcomer.entries.get().consent["statement"]
        assert said["organisation"] == str(newcomer.supplier.reference)
        answer = line.answers.last()
        assert newcomer.supplier.memberships.filter(user=answer.answered_by).exists()
        own = newcomer.supplier.name
        if own != line.name and own in self.expected:  # it was in the chain before
            own = f"{own} ({line.name})"
        assert newcomer.named_as == ("" if own == line.name else line.name)
        return own

    @rule(which=WHICH, officer=st.integers(0, 1), outcome=st.sampled_from(ReviewOutcome.values))
    def an_officer_reviews(self, which, officer, outcome):
        case = self.case(which)
        if case is not None:
            self.does(
                lambda: review_case(
                    case=case,
                    outcome=outcome,
                    words="We looked again",
                    by=self.contract.officers[officer],
                    at=self.now,
                )
            )

    # --- What must always be so --------------------------------------------------------------

    @invariant()
    def the_ledger_is_the_bid_and_what_was_granted(self):
        assert ledger(self.contract) == self.expected

    def everything_is_written(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS contracts_check_case IMMEDIATE")

    def no_page_of_the_lead_holds_a_view(self):
        """Asked at the end of each sequence, of every page on which a case can stand."""
        client = sign_in(Client(), self.contract.person)
        pages = [
            reverse(f"supplier:{name}", args=[self.contract.reference])
            for name in ("contract", "case_list", "case_start")
        ]
        pages += [reverse("supplier:case", args=[case.reference]) for case in self.cases]
        pages += [reverse("supplier:dashboard"), reverse("supplier:contract_list")]
        shown = [client.get(page) for page in pages]
        assert {answer.status_code for answer in shown} <= {200, 302}
        assert not any(MARKER in answer.content.decode() for answer in shown)
        for case in self.cases:
            for name in ("supplier:asked_change", "commissioner:case"):
                assert client.get(reverse(name, args=[case.reference])).status_code in (403, 404)
        told = Message.objects.filter(to=self.contract.person.email)
        assert not told.filter(kind__in=["case_heard", "case_view_due"]).exists()


@pytest.mark.django_db
def test_any_sequence():
    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
