"""What a subcontractor says is its own: nobody of the lead says it, by a page or by an action."""

from contextlib import ExitStack
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from contracts.actions.answering import confirm_line, dispute_line
from contracts.actions.case_answers import answer_terms, give_view
from contracts.actions.subcontracts import state_subcontract
from contracts.models import AffectedView, LineAnswer, ProposalAnswer, SubcontractStatement
from contracts.states import CaseKind, CaseParty, Signer, TermsAnswer
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, person_of, signed_contract
from tests.contracts.cases import agreed, heard, raised
from tests.contracts.quarters import AFTER, YEAR_DONE, figures, line_of, running, sent
from tests.factories import MembershipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
WHY = "A colleague who does not belong to"
REFUSED = "as well, so you cannot do this"


def refused(act):
    with pytest.raises(Refused, match="of_the_lead"):
        act()


def of_both(contract, supplier):
    """A person of the lead who may act for `supplier` too, and their browser."""
    MembershipFactory(supplier=supplier, user=contract.person)
    return contract.person, sign_in(Client(), contract.person)


def page(name, thing):
    return reverse(f"supplier:{name}", kwargs={"reference": thing.reference})


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_a_person_of_the_lead_does_not_say_that_the_subcontract_is_signed():
    contract = made_contract(1)
    line = contract.subcontractors.get()
    other = person_of(line)
    both, browser = of_both(contract, line.supplier)
    given = {"subcontractor": line, "at": clock.now(), "signed_on": date(2026, 1, 1)}

    refused(lambda: state_subcontract(party=Signer.SUBCONTRACTOR, by=both, **given))
    assert browser.get(page("own_statement", line)).url == page("subcontract", line)
    assert browser.post(page("own_statement", line), {}).url == page("subcontract", line)
    shown = text(browser.get(page("subcontract", line)))
    assert WHY in shown
    assert page("own_statement", line) not in shown
    assert not SubcontractStatement.objects.exists()
    assert state_subcontract(party=Signer.LEAD, by=both, **given)
    assert state_subcontract(party=Signer.SUBCONTRACTOR, by=other, **given)


def test_a_person_of_the_lead_answers_no_line_of_a_quarter():
    with ExitStack() as stack:
        contract = running(1)
        stack.enter_context(clock.fixed_at(YEAR_DONE))
        sent(contract)
        line = line_of(contract)
        other = person_of(line.subcontractor)
        both, browser = of_both(contract, line.subcontractor.supplier)
        given = {"line": line, "number": 1, "at": AFTER[1]}

        refused(lambda: confirm_line(by=both, **given))
        refused(lambda: dispute_line(by=both, figures=figures(1), words="No", **given))
        assert browser.get(page("line_dispute", line)).url == page("line", line)
        assert WHY in text(browser.get(page("line", line)))
        assert REFUSED in text(browser.post(page("line", line), {"number": 1}, follow=True))
        typed = {"number": 1, "words": "Half came late"} | _boxes(figures(1))
        again = text(browser.post(page("line_dispute", line), typed))
        assert REFUSED in again
        assert "Half came late" in again
        assert not LineAnswer.objects.exists()
        assert confirm_line(by=other, **given)


def _boxes(figures):
    return {name: "" if value is None else value for name, value in figures.values().items()}


def test_a_person_of_the_lead_writes_no_view_and_answers_no_terms_of_the_affected():
    contract = signed_contract(1)
    case = raised(contract, CaseKind.CHANGE)
    both, browser = of_both(contract, case.subcontractor.supplier)
    line = case.lines.get(party=CaseParty.AFFECTED)

    refused(lambda: give_view(case=case, words="All is well", by=both, at=clock.now()))
    answers = {"answer": TermsAnswer.AGREED, "at": clock.now()}
    refused(lambda: answer_terms(line=line, by=both, **answers))
    shown = text(browser.get(page("asked_change", case)))
    assert WHY in shown
    assert page("asked_terms", case) not in shown
    again = text(browser.post(page("asked_change", case), {"words": "All is well"}))
    assert REFUSED in again
    assert "All is well" in again
    assert browser.get(page("asked_terms", case)).url == page("asked_change", case)
    assert browser.post(page("asked_terms", case), {"answer": "agreed"}).status_code == 302
    assert not AffectedView.objects.exists()
    assert not ProposalAnswer.objects.exists()
    assert heard(case)
    assert answer_terms(line=line, by=case.affected, **answers)


def test_a_person_of_the_lead_does_not_agree_for_who_comes_in():
    contract = signed_contract(1)
    case = raised(contract, CaseKind.SWITCH)
    both, browser = of_both(contract, case.replacement)
    line = case.lines.get(party=CaseParty.REPLACEMENT)

    refused(lambda: answer_terms(line=line, answer=TermsAnswer.AGREED, by=both, at=clock.now()))
    assert WHY in text(browser.get(page("asked_change", case)))
    assert browser.post(page("asked_terms", case), {"answer": "agreed"}).status_code == 302
    assert not ProposalAnswer.objects.exists()
    assert agreed(case)
