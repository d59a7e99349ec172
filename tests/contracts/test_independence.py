"""Nobody judges their own case: an officer who belongs to the lead or to the subcontractor."""

from contextlib import ExitStack

import pytest
from django.test import Client
from django.urls import reverse

from contracts.actions.answering import dispute_line
from contracts.actions.case_decisions import decide_case, review_case
from contracts.actions.case_news import officers
from contracts.actions.chain_telling import officers_of
from contracts.actions.findings import raise_finding
from contracts.models import ChangeCase
from contracts.states import CaseKind, Emergency, FindingKind, ReviewOutcome
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, named, person_of, signed_contract
from tests.contracts.cases import heard, raised
from tests.contracts.quarters import (
    AFTER,
    YEAR_DONE,
    figures,
    full_year,
    line_of,
    running,
    sent,
    signed,
)
from tests.factories import MembershipFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def asked(user, *addresses):
    """What each address answers to reading and to pressing."""
    client = sign_in(Client(), user)
    return {
        (client.get(address).status_code, client.post(address, {}).status_code)
        for address in addresses
    }


def of(contract, *names, **more):
    return [
        reverse(f"commissioner:{name}", kwargs={"reference": contract.reference, **more})
        for name in names
    ]


def test_an_officer_of_the_lead_decides_nothing_of_its_contract():
    draft, running_one = made_contract([named(relied_on=True)]), signed_contract(1)
    pages = of(draft, "contract_terms", "contract_option_add", "contract_sign")
    pages += of(draft, "chain_decide", subcontractor=draft.subcontractors.get().reference)
    others = of(running_one, "contract_modify", "contract_terminate", "contract_notice")
    independent = asked(draft.officers[0], *pages) | asked(running_one.officers[0], *others)

    for contract in (draft, running_one):
        MembershipFactory(supplier=contract.supplier, user=contract.officers[0])

    assert independent == {(200, 200)}
    assert asked(draft.officers[0], *pages) == {(403, 403)}
    assert asked(running_one.officers[0], *others) == {(403, 403)}
    shown = sign_in(Client(), draft.officers[0]).get(*of(draft, "contract_agreement"))
    assert "another officer decides" in shown.content.decode()
    assert pages[2] not in shown.content.decode()
    assert [user for _contract, user in officers_of([draft])] == [draft.officers[1]]


def test_an_officer_of_the_subcontractor_does_not_decide_about_its_subcontract():
    contract = made_contract([named(relied_on=True), named(relied_on=True)])
    own, other = contract.subcontractors.order_by("position")
    MembershipFactory(supplier=own.supplier, user=contract.officers[0])

    assert asked(
        contract.officers[0], *of(contract, "chain_decide", subcontractor=own.reference)
    ) == {(403, 403)}
    assert asked(
        contract.officers[0], *of(contract, "chain_decide", subcontractor=other.reference)
    ) == {(200, 200)}


@pytest.mark.parametrize("side", ["lead", "subcontractor"])
def test_an_officer_of_either_side_settles_neither_dispute_nor_finding(side):
    with ExitStack() as stack:
        contract = running(1)
        stack.enter_context(clock.fixed_at(YEAR_DONE))
        sent(contract)
        line = line_of(contract)
        dispute_line(
            line=line,
            number=1,
            figures=figures(1),
            words="No",
            by=person_of(line.subcontractor),
            at=AFTER[1],
        )
        finding, _new = raise_finding(
            FindingKind.DRIFT,
            contract,
            subcontractor=line.subcontractor,
            key="drift:own",
            at=YEAR_DONE,
        )
        own = contract.supplier if side == "lead" else line.subcontractor.supplier
        MembershipFactory(supplier=own, user=contract.officers[0])

        assert asked(contract.officers[0], *of(line, "line_settle")) == {(403, 403)}
        assert asked(contract.officers[1], *of(line, "line_settle")) == {(200, 200)}
        assert asked(contract.officers[0], *of(finding, "chain_finding")) == {(200, 403)}
        assert asked(contract.officers[1], *of(finding, "chain_finding")) == {(200, 200)}


def test_an_officer_of_the_lead_does_not_accept_its_report():
    with ExitStack() as stack:
        contract = running(1)
        stack.enter_context(clock.fixed_at(YEAR_DONE))
        report = full_year(contract)
        signed(contract, report=report)
        MembershipFactory(supplier=contract.supplier, user=contract.officers[0])

        assert asked(contract.officers[0], *of(report, "chain_report")) == {(200, 403)}
        assert asked(contract.officers[1], *of(report, "chain_report")) == {(200, 200)}


def party(case, side):
    """The organisation on this side of a case."""
    return {
        "lead": case.contract.supplier,
        "affected": case.subcontractor.supplier,
        "incoming": case.replacement,
    }[side]


@pytest.mark.parametrize("side", ["lead", "affected", "incoming"])
def test_an_officer_of_no_side_of_a_case_decides_it(side):
    contract = signed_contract(1)
    case = raised(contract, CaseKind.SWITCH)
    own, other = contract.officers
    told = {address for _person, address in officers(case)}
    MembershipFactory(supplier=party(case, side), user=own)

    with pytest.raises(Refused, match="own_case"):
        decide_case(case=case, grant=False, reasons="No", by=own, at=clock.now())
    assert asked(own, *of(case, "case", "case_decide")) <= {(404, 404), (404, 405)}
    assert asked(other, *of(case, "case_decide")) == {(200, 200)}
    assert not own.has_perm("contracts.decide_case", case)
    assert not ChangeCase.objects.run_by(own).exists()
    assert ChangeCase.objects.run_by(other).get() == case
    assert told == {own.email, other.email}
    assert {address for _person, address in officers(case)} == {other.email}
    assert decide_case(case=case, grant=False, reasons="No", by=other, at=clock.now())


@pytest.mark.parametrize("side", ["lead", "affected"])
def test_an_officer_of_no_side_of_a_case_reviews_it(side):
    contract = signed_contract(1)
    case = raised(contract, CaseKind.END, emergency=Emergency.SAFETY)
    own, granter = contract.officers
    decide_case(case=case, grant=True, reasons="At once", by=granter, at=clock.now())
    heard(case)
    MembershipFactory(supplier=party(case, side), user=own)

    with pytest.raises(Refused, match="own_case"):
        review_case(case=case, outcome=ReviewOutcome.STANDS, words="Fine", by=own, at=clock.now())
    assert asked(own, *of(case, "case_review")) == {(404, 404)}
