"""An organisation that is not here yet comes into a chain: invited, answering, granted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.drafting import start_bid  # noqa: F401
from contracts.actions.case_answers import answer_terms
from contracts.actions.case_decisions import decide_case
from contracts.actions.case_inviting import claim_case, claim_for, invite_again
from contracts.actions.cases import withdraw_case
from contracts.models import ChangeCase, KeySubcontractor, LedgerEntry
from contracts.states import CaseKind, CaseState, TermsAnswer
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers.actions.inviting import take_up
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation
from suppliers.states import QualificationState
from tests.contracts.building import made_contract, named, person_of
from tests.contracts.cases import agreed, heard, invited, ledger, raised, taken_up
from tests.contracts.test_cases import contract_of_two, refused, signed_with_its_chain
from tests.factories import MembershipFactory, QualificationFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
EMAIL = "sal@harbour.example"


def granted(case, contract, at=None):
    return decide_case(
        case=case, grant=True, reasons="Fine", by=contract.officers[0], at=at or clock.now()
    )


def test_an_invited_organisation_comes_in_with_its_own_consent_and_no_other_way():
    contract = contract_of_two()
    case = invited(contract)

    assert (case.replacement, case.claimed_at) == (None, None)
    with pytest.raises(Refused, match="not_agreed"):
        granted(case, contract)
    supplier = SupplierFactory(name="Harbour Steps CIC")
    assert taken_up(case, supplier) == []
    assert case.replacement == supplier
    with pytest.raises(Refused, match="not_agreed"):
        granted(case, contract)
    signed = agreed(case)
    granted(case, contract)

    line = KeySubcontractor.objects.get(case=case)
    entry = line.entries.get()
    assert (line.name, line.named_as) == ("Harbour Steps CIC", "Harbour Steps")
    assert line.supplier == supplier
    assert entry.consent == signed.signed
    assert signed.signed["statement"]["organisation_name"] == "Harbour Steps CIC"
    assert ledger(contract)["Harbour Steps CIC"][0] == 10


def test_the_mail_carries_no_terms_and_the_trail_no_address():
    contract = contract_of_two()
    case = invited(contract)

    mail = Message.objects.get(to=EMAIL)
    assert mail.kind == "organisation_invited"
    assert set(mail.context) == {"invitation", "until"}
    taken_up(case)
    kept = str(list(AuditEvent.objects.values()))
    assert EMAIL not in kept and "Housing advice" not in kept


def test_a_switch_hears_the_affected_as_ever():
    contract = contract_of_two()
    case = invited(contract, CaseKind.SWITCH)
    taken_up(case)
    agreed(case)

    with pytest.raises(Refused, match="not_heard"):
        granted(case, contract)
    heard(case)

    assert granted(case, contract).state == CaseState.GRANTED


# --- Who may not come in ---------------------------------------------------------------------


def test_an_address_of_the_own_people_is_refused_by_its_field():
    contract = contract_of_two()

    with pytest.raises(Refused) as refusal:
        invited(contract, email=contract.person.email.upper())

    assert (refusal.value.code, refusal.value.field) == ("itself", "email")
    assert not ChangeCase.objects.exists() and not OrganisationInvitation.objects.exists()


def test_an_address_that_is_asked_already_and_names_of_the_chain_are_refused():
    contract = contract_of_two()
    first = invited(contract)

    with pytest.raises(Refused) as refusal:
        invited(contract, email=EMAIL.upper(), name="Another")
    assert (refusal.value.code, refusal.value.field) == ("one_at_a_time", "email")
    with pytest.raises(Refused) as refusal:
        invited(contract, email="other@x.example", name=contract.subcontractors.first().name)
    assert (refusal.value.code, refusal.value.field) == ("named_already", "name")
    taken_up(first)
    agreed(first)
    granted(first, contract)
    with pytest.raises(Refused) as refusal:
        invited(contract, name="Another")
    assert (refusal.value.code, refusal.value.field) == ("named_already", "email")


def test_who_is_in_the_chain_cannot_take_the_invitation_up_into_it():
    contract = contract_of_two()
    case = invited(contract)
    there = contract.subcontractors.last().supplier

    refused_codes = [code for _case, code in taken_up(case, there)]

    assert refused_codes == ["named_already"] and case.replacement is None
    verbs = [event.verb for event in AuditEvent.objects.about(case)]
    assert "case.claim_refused" in verbs
    case = invite_again(case=case, by=contract.person, at=clock.now() + timedelta(days=1))
    assert taken_up(case) == [] and case.replacement is not None


def test_who_is_suspended_cannot_come_in_found_or_invited():
    contract = contract_of_two()
    lost = SupplierFactory()
    qualification = QualificationFactory(supplier=lost, state=QualificationState.SUSPENDED)

    with pytest.raises(Refused, match="shut_out"):
        raised(contract, CaseKind.ADD, replacement=lost)
    case = invited(contract)
    assert [code for _case, code in taken_up(case, lost)] == ["shut_out"]
    qualification.state = QualificationState.REMOVED
    qualification.save()
    qualification.decisions.create(
        move="remove",
        state="removed",
        decided_at=clock.now(),
        decided_by=contract.officers[0],
    )
    assert [code for _case, code in claim_for(by=case.incoming, at=clock.now())] == ["shut_out"]
    QualificationFactory(supplier=lost)

    assert claim_for(by=case.incoming, at=clock.now()) == []
    assert ChangeCase.objects.get(pk=case.pk).replacement == lost


def test_who_withdrew_an_application_was_not_shut_out():
    lost = SupplierFactory()
    QualificationFactory(supplier=lost, state=QualificationState.REMOVED).decisions.create(
        move="withdraw", state="removed", decided_at=clock.now(), decided_by=person_of_any()
    )

    assert raised(contract_of_two(), CaseKind.ADD, replacement=lost).pk


def person_of_any():
    return MembershipFactory().user


def test_who_is_suspended_after_its_yes_is_not_granted():
    contract = contract_of_two()
    case = raised(contract, CaseKind.ADD)
    agreed(case)
    QualificationFactory(supplier=case.replacement, state=QualificationState.SUSPENDED)

    with pytest.raises(Refused, match="shut_out"):
        granted(case, contract)


def test_who_is_relied_on_is_invited_but_granted_only_once_it_is_qualified():
    relied = signed_with_its_chain(made_contract([named(relied_on=True)]))
    case = invited(relied, CaseKind.SWITCH)
    taken_up(case)
    agreed(case)
    heard(case)

    with pytest.raises(Refused, match="not_qualified"):
        granted(case, relied)
    QualificationFactory(supplier=case.replacement)

    assert granted(case, relied).state == CaseState.GRANTED


# --- The link --------------------------------------------------------------------------------


def test_the_link_goes_again_once_a_day_and_anew_where_it_ran_out_or_was_called_off():
    contract = contract_of_two()
    case, at = invited(contract), clock.now()

    with pytest.raises(Refused, match="sent_today"):
        invite_again(case=case, by=contract.person, at=at)
    old = token_of(case.invitation)
    later = at + timedelta(days=30)
    case = invite_again(case=case, by=contract.person, at=later)
    assert token_of(case.invitation) != old
    OrganisationInvitation.objects.update(cancelled_at=later, cancelled_by=contract.person)
    case = invite_again(case=case, by=contract.person, at=later + timedelta(days=1))
    assert case.invitation.cancelled_at is None
    assert Message.objects.filter(to=EMAIL).count() == 3
    taken_up(case, at=later + timedelta(days=2))
    with pytest.raises(Refused, match="taken_up"):
        invite_again(case=case, by=contract.person, at=later + timedelta(days=3))


@pytest.mark.parametrize("ended", ["withdrawn", "refused"])
def test_with_the_case_its_link_ends(ended):
    contract = contract_of_two()
    case = invited(contract)
    at = clock.now()
    if ended == "withdrawn":
        withdraw_case(case=case, by=contract.person, at=at)
    else:
        decide_case(case=case, grant=False, reasons="No", by=contract.officers[0], at=at)

    case.invitation.refresh_from_db()
    assert case.invitation.cancelled_at is not None
    assert not Message.objects.waiting().filter(to=EMAIL).exists()
    page = Client().get(reverse("supplier:invited", args=[token_of(case.invitation)]))
    assert "no longer works" in page.text


def test_a_link_that_another_contract_waits_for_goes_on_and_leads_to_that_one_alone():
    contract = contract_of_two()
    other = signed_with_its_chain(made_contract([named()], lead=contract.supplier))
    other.person = contract.person
    first, second = invited(contract), invited(other)
    assert first.invitation == second.invitation

    withdraw_case(case=first, by=contract.person, at=clock.now())
    assert taken_up(second) == []

    first.refresh_from_db()
    assert first.replacement is None and second.replacement is not None


def test_a_link_that_was_answered_before_the_case_brings_nobody_in():
    """Each case asks anew: an old yes to the lead's invitation says nothing of this one."""
    contract = contract_of_two()
    case = invited(contract)
    taken_up(case)
    withdraw_case(case=case, by=contract.person, at=clock.now())

    again = invited(contract)

    assert again.invitation != case.invitation
    assert claim_for(by=case.incoming, at=clock.now()) == []
    again.refresh_from_db()
    assert again.replacement is None


def test_a_case_that_is_withdrawn_meanwhile_is_not_claimed():
    contract = contract_of_two()
    case = invited(contract)
    supplier, at = SupplierFactory(), clock.now()
    person = MembershipFactory(supplier=supplier).user
    take_up(invitation=case.invitation, supplier=supplier, by=person, at=at)
    withdraw_case(case=case, by=contract.person, at=at)

    assert claim_for(by=person, at=at) == []
    with pytest.raises(Refused, match="illegal_move"):
        claim_case(case=case, by=person, at=at)


# --- What the database keeps -----------------------------------------------------------------


def test_the_database_lets_in_nobody_but_who_took_the_invitation_up():
    contract = contract_of_two()
    case, stranger = invited(contract), SupplierFactory()
    here = ChangeCase.objects.filter(pk=case.pk)
    own = "newcomer_took_up_its_invitation"

    refused(own, lambda: here.update(replacement=stranger, claimed_at=clock.now()))
    elsewhere = OrganisationInvitation.objects.create(
        inviter=contract.supplier,
        email="other@x.example",
        token_digest="0" * 64,
        invited_at=clock.now(),
        invited_by=contract.person,
        expires_at=clock.now() + timedelta(days=1),
    )
    refused(own, lambda: here.update(invitation=elsewhere))
    refused("case_has_the_consents", lambda: grant_by_hand(here, contract))
    taken_up(case)
    refused("case_stays", lambda: here.update(replacement=stranger))
    refused("case_stays", lambda: here.update(replacement=None, claimed_at=None))
    foreign = person_of(contract.subcontractors.first())
    refused(
        "answer_is_its_own",
        lambda: answer_terms(
            line=case.lines.get(), answer=TermsAnswer.AGREED, by=foreign, at=clock.now()
        ),
    )
    refused("case_has_the_consents", lambda: grant_by_hand(here, contract))
    assert not LedgerEntry.objects.filter(case=case).exists()


def grant_by_hand(cases, contract):
    cases.update(
        state=CaseState.GRANTED,
        decided_at=clock.now(),
        decided_by=contract.officers[0],
        reasons="By hand",
    )


# --- Asking for other terms ------------------------------------------------------------------


def test_who_comes_in_may_ask_for_other_terms_in_words():
    contract = contract_of_two()
    case = invited(contract)
    taken_up(case)
    line, at = case.lines.get(), clock.now()

    with pytest.raises(Refused) as refusal:
        answer_terms(line=line, answer=TermsAnswer.ASKED, words=" ", by=case.incoming, at=at)
    assert refusal.value.field == "words"
    given = answer_terms(
        line=line, answer=TermsAnswer.ASKED, words="Pay in 14 days", by=case.incoming, at=at
    )
    again = answer_terms(
        line=line, answer=TermsAnswer.ASKED, words="Pay in 14 days", by=case.incoming, at=at
    )
    assert again == given and given.signed is None
    with pytest.raises(Refused, match="not_agreed"):
        granted(case, contract)
    lead = sign_in(Client(), contract.person)
    assert "Pay in 14 days" in lead.get(reverse("supplier:case", args=[case.reference])).text
    agreed(case)
    assert granted(case, contract).state == CaseState.GRANTED


def test_who_is_given_less_has_its_view_and_no_word_to_the_lead():
    contract = contract_of_two()
    case = raised(contract, CaseKind.REDUCE)
    line = case.lines.get()

    with pytest.raises(Refused, match="not_asked"):
        answer_terms(
            line=line, answer=TermsAnswer.ASKED, words="No", by=case.affected, at=clock.now()
        )
    page = sign_in(Client(), case.affected).get(
        reverse("supplier:asked_terms", args=[case.reference])
    )
    assert "we ask for a change" not in page.text
