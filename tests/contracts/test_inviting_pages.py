"""The pages by which a newcomer is invited, comes in, and sees its own terms and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from contracts.actions.cases import withdraw_case
from contracts.models import ChangeCase
from contracts.states import CaseState
from framework_portal import clock
from framework_portal.notifications.models import Message
from suppliers.links import token_of
from suppliers.models import OrganisationInvitation, Supplier
from suppliers.states import MemberRole
from tests.accounts.people import PASSWORD
from tests.contracts.building import made_contract, named, person_of
from tests.contracts.cases import heard, invited, ledger
from tests.contracts.test_cases import contract_of_two, signed_with_its_chain
from tests.factories import MembershipFactory, QualificationFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
EMAIL = "sal@harbour.example"


def asking(case):
    """What the holder of the case's link is sent to."""
    return reverse("supplier:invited", args=[token_of(case.invitation)])


SECRET = "Zebrafinch"
TYPED = {
    "name": "Harbour Steps",
    "email": EMAIL,
    "role": "Housing advice",
    "share_percent": "20",
    "volume_per_quarter": "30",
    "payment_days": "30",
    "what": f"Put Harbour Steps in its place {SECRET}",
    "why": f"It closes {SECRET}",
    "effective_on_0": "1",
    "effective_on_1": "6",
    "effective_on_2": "2027",
    "effective_on_day": "1",
    "effective_on_month": "6",
    "effective_on_year": "2027",
    "emergency": "none",
}
ABOUT = {"name": "Harbour Steps CIC", "legal_form": "cic", "size": "micro", "is_voluntary": "yes"}


def test_from_the_leads_page_to_the_ledger_by_way_of_a_newcomer():
    contract = contract_of_two()
    line = contract.subcontractors.first()
    lead, new = sign_in(Client(), contract.person), Client()
    start = reverse("supplier:case_start", args=[contract.reference])

    whom = lead.post(start, {"kind": "switch"}).url
    comes_in = lead.post(whom, {"line": str(line.reference)}).url
    ask = lead.post(comes_in, {"name": "Harbour Steps"}).url
    assert EMAIL not in ask
    assert "Harbour Steps is invited by email" in lead.get(ask).text
    missing = lead.post(ask, TYPED | {"email": "", "save": "Continue"}).text
    assert "Enter its email address" in missing
    check = lead.post(ask, TYPED | {"save": "Continue"}).text
    assert "Check your request" in check and EMAIL in check
    own = lead.post(ask, TYPED | {"email": contract.person.email, "send": "send"}).text
    assert "somebody in your own organisation" in own and not ChangeCase.objects.exists()
    shown = lead.post(ask, TYPED | {"send": "send"}, follow=True).text
    assert EMAIL in shown and "Nobody has answered yet" in shown
    case = ChangeCase.objects.get()
    twice = lead.post(ask, TYPED | {"send": "send"})
    assert twice.status_code == 302 and ChangeCase.objects.count() == 1
    lead.post(reverse("supplier:case_invite", args=[case.reference]))
    assert OrganisationInvitation.objects.count() == Message.objects.filter(to=EMAIL).count() == 1

    link = asking(case)
    welcome = new.get(link).text
    new.post(link, {"name": "Sal Reed", "password1": PASSWORD})
    arrived = new.post(f"{link}organisation/", ABOUT, follow=True)
    assert arrived.redirect_chain[-1][0] == reverse("supplier:asked_change", args=[case.reference])
    terms = reverse("supplier:asked_terms", args=[case.reference])
    seen = welcome + arrived.text + new.get(terms).text
    assert "Housing advice" in arrived.text and "20%" in arrived.text
    hidden = [SECRET, "Small Steps", "Old Friends"]
    assert not [secret for secret in hidden if secret in seen]
    for name in ("contract", "case_list", "case_start"):
        assert new.get(reverse(f"supplier:{name}", args=[contract.reference])).status_code == 404
    assert new.get(reverse("supplier:case", args=[case.reference])).status_code == 404
    wanted = new.post(terms, {"answer": "asked", "words": "Pay in 14 days"}, follow=True).text
    assert "Asked for a change" in wanted
    own = lead.get(reverse("supplier:case", args=[case.reference])).text
    assert "To offer it other terms" in own
    new.post(terms, {"answer": "agreed"})

    heard(case_with_affected(case))
    officer = sign_in(Client(), contract.officers[0])
    page = officer.get(reverse("commissioner:case", args=[case.reference])).text
    assert "is registered as Harbour Steps CIC" in page
    assert "on the register" not in page  # it need not join the framework
    decide = reverse("commissioner:case_decide", args=[case.reference])
    officer.post(decide, {"grant": "yes", "reasons": "Fine", "edition": "3"})
    case.refresh_from_db()
    assert case.state == CaseState.GRANTED
    assert ledger(contract)["Harbour Steps CIC"][0] == 20
    assert Supplier.objects.get(name="Harbour Steps CIC") == case.replacement


def case_with_affected(case):
    case.affected = person_of(case.subcontractor)
    return case


def test_who_was_found_goes_on_with_and_who_is_none_of_them_is_invited():
    contract = contract_of_two()
    new = QualificationFactory(supplier__name="Harbour Lights").supplier
    lead = sign_in(Client(), contract.person)
    page = reverse("supplier:case_newcomer", args=[contract.reference, "add"])

    found = lead.post(page, {"name": "harbour"}).text
    assert "Harbour Lights" in found and "None of these" in found
    chosen = lead.post(page, {"name": "harbour", "newcomer": str(new.reference)})
    none = lead.post(page, {"name": "harbour", "newcomer": "invite"})

    assert f"newcomer={new.reference}" in chosen.url and "invite=harbour" in none.url


def test_the_search_finds_who_is_publicly_named_and_no_other_stranger():
    contract, other = contract_of_two(), signed_with_its_chain(made_contract([named()]))
    public = other.subcontractors.get().supplier
    hidden = SupplierFactory(name=f"{public.name} Trust")
    lead = sign_in(Client(), contract.person)
    page = reverse("supplier:case_newcomer", args=[contract.reference, "add"])

    found = lead.post(page, {"name": public.name}).text

    assert str(public.reference) in found and str(hidden.reference) not in found


def test_a_choice_that_cannot_be_is_refused_beside_the_choice():
    relied = signed_with_its_chain(made_contract([named(relied_on=True)]))
    first = relied.subcontractors.get()
    lead = sign_in(Client(), relied.person)
    page = reverse("supplier:case_newcomer", args=[relied.reference, "switch"])
    page = f"{page}?line={first.reference}"
    other = signed_with_its_chain(made_contract([named()])).subcontractors.get().supplier

    unqualified = lead.post(page, {"name": other.name, "newcomer": str(other.reference)})
    there = lead.post(
        page, {"name": first.supplier.name, "newcomer": str(first.supplier.reference)}
    )

    assert "Name one who is qualified" in unqualified.context["form"].errors["newcomer"][0]
    assert "in the chain already" in there.context["form"].errors["newcomer"][0]


def test_somebody_of_several_organisations_says_which_was_asked():
    contract = contract_of_two()
    case, person = invited(contract), MembershipFactory().user
    meant = MembershipFactory(user=person, role=MemberRole.EDITOR).supplier
    client = sign_in(Client(), person)

    page = client.get(asking(case)).text
    assert all(each.name in page for each in Supplier.objects.of(person))
    arrived = client.post(asking(case), {"supplier": str(meant.reference)}, follow=True)

    case.refresh_from_db()
    assert case.replacement == meant
    assert arrived.redirect_chain[-1][0] == reverse("supplier:asked_change", args=[case.reference])


def test_a_forwarded_link_works_once_and_the_lead_and_the_officer_see_for_whom():
    contract = contract_of_two()
    case, first, second = invited(contract), MembershipFactory(), MembershipFactory()
    sign_in(Client(), first.user).post(asking(case), {"supplier": str(first.supplier.reference)})
    page = reverse("supplier:asked_start")
    assert sign_in(Client(), first.user).get(page).url == reverse(
        "supplier:asked_change", args=[case.reference]
    )

    late = sign_in(Client(), second.user)
    assert "no longer works" in late.get(asking(case)).text
    late.post(asking(case), {"supplier": str(second.supplier.reference)})
    assert late.get(page).url == reverse("supplier:consent_start")

    case.refresh_from_db()
    assert case.replacement == first.supplier
    assert late.get(reverse("supplier:asked_change", args=[case.reference])).status_code == 404
    lead = sign_in(Client(), contract.person)
    shown = lead.get(reverse("supplier:case", args=[case.reference])).text
    assert f"It is registered as {first.supplier.name}" in shown


def test_who_cannot_be_brought_in_is_told_why_and_the_lead_may_write_again():
    contract = contract_of_two()
    case, there = invited(contract), contract.subcontractors.last()
    person = person_of(there)
    client = sign_in(Client(), person)

    told = client.post(asking(case), {"supplier": str(there.supplier.reference)}, follow=True).text

    assert "Your organisation works under this contract already" in told
    lead = sign_in(Client(), contract.person)
    assert (
        "Somebody used the link" in lead.get(reverse("supplier:case", args=[case.reference])).text
    )


def test_only_who_may_ask_sends_the_link_again_and_a_stale_page_changes_nothing():
    contract = contract_of_two()
    case = invited(contract)
    page = reverse("supplier:case_invite", args=[case.reference])
    reader = MembershipFactory(supplier=contract.supplier, role=MemberRole.READER).user

    assert sign_in(Client(), reader).post(page).status_code in (403, 404)
    assert sign_in(Client(), MembershipFactory().user).post(page).status_code == 404
    withdraw_case(case=case, by=contract.person, at=clock.now())
    late = sign_in(Client(), contract.person).post(page, follow=True).text

    assert "This can no longer be done" in late
    assert OrganisationInvitation.objects.count() == 1
