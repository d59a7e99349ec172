"""Two at the same case at once: one act counts, and the other is told so."""

import pytest

from contracts.actions.case_answers import answer_terms
from contracts.actions.case_decisions import decide_case
from contracts.models import ChangeCase, LedgerEntry, ProposalAnswer
from contracts.states import CaseKind, CaseParty, CaseState, TermsAnswer
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.bids.test_decision_races import refusals
from tests.bids.test_submission_races import together
from tests.contracts.cases import agreed, heard, raised
from tests.contracts.test_cases import contract_of_two

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_officers_decide_at_once():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH)
    agreed(case)
    heard(case)

    results = together(
        *(
            lambda officer=officer, grant=grant: decide_case(
                case=case, grant=grant, reasons="We looked", by=officer, at=clock.now()
            )
            for officer, grant in zip(contract.officers, (True, False), strict=True)
        )
    )

    assert refusals(results) == ["illegal_move"]
    state = ChangeCase.objects.get().state
    written = LedgerEntry.objects.filter(case=case).count()
    assert (state, written) in {(CaseState.GRANTED, 2), (CaseState.REFUSED, 0)}


def test_a_consent_is_taken_back_while_it_is_granted():
    contract = contract_of_two()
    case = raised(contract, CaseKind.ADD)
    agreed(case)
    line = case.lines.get(party=CaseParty.REPLACEMENT)

    results = together(
        lambda: decide_case(
            case=case, grant=True, reasons="Fine", by=contract.officers[0], at=clock.now()
        ),
        lambda: answer_terms(
            line=line, answer=TermsAnswer.DECLINED, by=case.incoming, at=clock.now()
        ),
    )

    refused = [result.code for result in results if isinstance(result, Refused)]
    granted = ChangeCase.objects.get().state == CaseState.GRANTED
    # Either the grant came first and nothing can be taken back, or there was nothing to grant.
    assert refused == (["illegal_move"] if granted else ["not_agreed"])
    assert ProposalAnswer.objects.count() == (1 if granted else 2)


def test_two_requests_about_the_same_subcontractor():
    contract = contract_of_two()

    results = together(lambda: raised(contract), lambda: raised(contract, CaseKind.REDUCE))

    assert refusals(results) == ["one_at_a_time"]
    assert ChangeCase.objects.count() == 1
