"""The supply chain changes through a case alone: asked for, heard, agreed to and decided."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from contracts.actions.case_answers import answer_terms, give_view
from contracts.actions.case_decisions import decide_case
from contracts.actions.cases import withdraw_case
from contracts.actions.subcontracts import state_subcontract
from contracts.models import (
    AffectedView,
    ChangeCase,
    Contract,
    KeySubcontractor,
    LedgerEntry,
    ProposalAnswer,
    ProposedLine,
)
from contracts.selectors.cases import edition_of
from contracts.states import (
    Basis,
    CaseKind,
    CaseParty,
    CaseState,
    ContractState,
    Signer,
    TermsAnswer,
)
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.reference.models import Holiday
from framework_portal.refusals import Refused
from framework_portal.sealing.signing import verify
from tests.contracts.building import made_contract, named, person_of, signed, signed_contract
from tests.contracts.cases import agreed, heard, ledger, raised
from tests.factories import OpenLotFactory, QualificationFactory, SupplierFactory

pytestmark = pytest.mark.django_db
NAMES = ["Small Steps", "Old Friends"]


def contract_of_two():
    """Small Steps and Old Friends, each with 20 per cent, 30 people and 30 days."""
    return signed_contract([named(SupplierFactory(name=name)) for name in NAMES])


def refused(name, act):
    """The database refuses `act` by the constraint of this name."""
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        act()
    assert name == error.value.__cause__.diag.constraint_name


def decided(case, *, grant=True, by=None, at=None, **given):
    case.contract.officers = getattr(case.contract, "officers", None)
    return decide_case(
        case=case, grant=grant, reasons="We looked at it", by=by, at=at or clock.now(), **given
    )


def signed_with_its_chain(contract):
    """The contract as signed, with a subcontractor relied on that signed before."""
    line = contract.subcontractors.get()
    for party, by in ((Signer.LEAD, contract.person), (Signer.SUBCONTRACTOR, person_of(line))):
        state_subcontract(
            subcontractor=line,
            party=party,
            signed_on=timezone.localdate(),
            by=by,
            at=clock.now(),
        )
    return signed(contract)


UNCHANGED = (Decimal("20.00"), 30, 30, False)


# --- Asking ------------------------------------------------------------------------------------


def test_ten_working_days_to_be_heard_and_twenty_to_decide():
    contract = contract_of_two()
    Holiday.objects.create(on=date(2027, 5, 3), name="Early May bank holiday")

    with clock.fixed_at(timezone.make_aware(timezone.datetime(2027, 4, 30, 17))):
        case = raised(contract)
    other = raised(contract, line=contract.subcontractors.last())

    # Friday 30 April; Monday 3 May is a holiday.
    assert (case.views_due_on, case.decide_by) == (date(2027, 5, 17), date(2027, 5, 31))
    assert (case.number, other.number) == (1, 2)
    assert ledger(contract) == dict.fromkeys(NAMES, UNCHANGED)


def test_who_is_told_at_once():
    contract = contract_of_two()
    line = contract.subcontractors.first()
    small = person_of(line)

    case = raised(contract, CaseKind.SWITCH, line=line)

    told = {
        (message.kind, message.to) for message in Message.objects.filter(kind__startswith="case")
    }
    # The people of the organisation that comes in were made after the request.
    officers = {("case_raised", officer.email) for officer in contract.officers}
    assert told == {("case_about_you", small.email)} | officers
    for message in Message.objects.filter(kind__startswith="case"):
        assert set(message.context) == {"case", "page"}
    assert case.state == CaseState.RAISED


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("empty", {"what": " "}),
        ("empty", {"why": "\n"}),
        ("past", {"effective_on": date(2020, 1, 1)}),
        ("too_late", {"effective_on": date(2030, 4, 1)}),
        ("more", {"kind": CaseKind.REDUCE, "terms": {"share_percent": Decimal("20.01")}}),
        ("more", {"kind": CaseKind.REDUCE, "terms": {"payment_days": 25}}),
        ("nothing", {"kind": CaseKind.REDUCE, "terms": {}}),
        ("nothing", {"kind": CaseKind.CHANGE, "terms": {"payment_days": 30}}),
        ("share", {"kind": CaseKind.CHANGE, "terms": {"share_percent": Decimal("80.01")}}),
        ("not_urgent", {"kind": CaseKind.CHANGE, "emergency": "safety"}),
        ("no_facts", {"emergency": "insolvency", "emergency_facts": " "}),
    ],
)
def test_what_cannot_be_asked(code, given):
    contract = contract_of_two()

    with pytest.raises(Refused) as refusal:
        raised(contract, **given)

    assert refusal.value.code == code
    assert not ChangeCase.objects.exists()


def test_who_cannot_come_in():
    contract = contract_of_two()
    first, second = contract.subcontractors.all()

    for code, replacement in (("itself", contract.supplier), ("named_already", second.supplier)):
        with pytest.raises(Refused) as refusal:
            raised(contract, CaseKind.SWITCH, line=first, replacement=replacement)
        assert refusal.value.code == code
    relied = signed_with_its_chain(made_contract([named(relied_on=True)]))
    with pytest.raises(Refused) as refusal:
        raised(relied, CaseKind.SWITCH)
    assert refusal.value.code == "not_qualified"


def test_who_is_relied_on_is_qualified_in_every_category_it_is_relied_on_for():
    lot = OpenLotFactory()
    wanted = list(lot.categories.all())[:1]
    relied = made_contract([named(relied_on=True, categories=[wanted[0].slug])], lot=lot)
    relied = signed_with_its_chain(relied)
    comes_in = SupplierFactory()
    elsewhere = QualificationFactory(supplier=comes_in)
    assert elsewhere.category not in wanted

    with pytest.raises(Refused, match="not_qualified"):
        raised(relied, CaseKind.SWITCH, replacement=comes_in)
    QualificationFactory(supplier=comes_in, category=wanted[0])

    assert raised(relied, CaseKind.SWITCH, replacement=comes_in).pk


def test_one_open_case_for_each_subcontractor():
    contract = contract_of_two()
    first = raised(contract)

    with pytest.raises(Refused, match="one_at_a_time"):
        raised(contract, CaseKind.REDUCE)
    withdraw_case(case=first, by=contract.person, at=clock.now())

    assert raised(contract, CaseKind.REDUCE).number == 2
    newcomer = SupplierFactory()
    raised(contract, CaseKind.ADD, replacement=newcomer)
    with pytest.raises(Refused, match="one_at_a_time"):
        raised(contract, CaseKind.ADD, replacement=newcomer)


def test_only_a_signed_contract_in_force():
    unsigned = made_contract(1)
    with pytest.raises(Refused, match="not_in_force"):
        raised(unsigned)
    ended = contract_of_two()
    with (
        clock.fixed_at(timezone.make_aware(timezone.datetime(2030, 4, 1))),
        pytest.raises(Refused, match="not_in_force"),
    ):
        raised(ended, effective_on=date(2030, 4, 1))
    stranger = contract_of_two().subcontractors.first()
    with pytest.raises(Refused, match="not_named"):
        raised(ended, line=stranger)


# --- Hearing -----------------------------------------------------------------------------------


def test_a_view_is_added_to_and_never_changed():
    contract = contract_of_two()
    case = raised(contract)
    heard(case, "We have 30 people in mid-course")
    heard(case, "We have 30 people in mid-course")  # pressed twice
    heard(case, "And two started today")

    assert [view.words for view in case.views.all()] == [
        "We have 30 people in mid-course",
        "And two started today",
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        AffectedView.objects.update(words="We are glad to leave")
    with pytest.raises(DatabaseError), transaction.atomic():
        AffectedView.objects.all().delete()


def test_nobody_else_writes_the_view():
    contract = contract_of_two()
    case = raised(contract)
    neighbour = person_of(contract.subcontractors.last())

    for person in (contract.officers[0], neighbour):
        refused(
            "view_is_its_own",
            lambda person=person: give_view(case=case, words="Fine", by=person, at=clock.now()),
        )
    with pytest.raises(Refused, match="of_the_lead"):
        give_view(case=case, words="Fine", by=contract.person, at=clock.now())
    refused(
        "view_is_its_own",
        lambda: AffectedView.objects.create(
            case=case, number=1, words="Fine", given_at=clock.now(), given_by=contract.person
        ),
    )
    decided(case, grant=False, by=contract.officers[0])
    with pytest.raises(Refused, match="decided"):
        heard(case)
    refused(
        "view_is_its_own",
        lambda: AffectedView.objects.create(
            case=case, number=1, words="Late", given_at=clock.now(), given_by=case.affected
        ),
    )


def test_nothing_is_granted_before_the_view_or_its_last_day():
    contract = contract_of_two()
    case = raised(contract)
    last = timezone.make_aware(
        timezone.datetime.combine(case.views_due_on, timezone.datetime.max.time())
    )
    officer = contract.officers[0]

    with clock.fixed_at(last), pytest.raises(Refused, match="not_heard"):
        decided(case, by=officer, at=last)
    refused(
        "case_hears_the_affected",
        lambda: ChangeCase.objects.filter(pk=case.pk).update(
            state=CaseState.GRANTED, decided_at=last, decided_by=officer, reasons="So be it"
        ),
    )
    after = last + timedelta(microseconds=1)
    with clock.fixed_at(after):
        granted = decided(case, by=officer, at=after)

    assert granted.state == CaseState.GRANTED and not granted.before_hearing
    assert ledger(contract)["Small Steps"] == (0, 0, 30, True)


def test_a_first_word_does_not_end_the_days_to_be_heard():
    """Nothing is granted on "details follow" before the last day has passed; a refusal may come."""
    contract = contract_of_two()
    officer, case = contract.officers[0], raised(contract)
    heard(case, "We object. Details follow next week", says_all=False)

    with pytest.raises(Refused, match="not_heard"):
        decided(case, by=officer)
    refused(
        "case_hears_the_affected",
        lambda: ChangeCase.objects.filter(pk=case.pk).update(
            state=CaseState.GRANTED, decided_at=clock.now(), decided_by=officer, reasons="Now"
        ),
    )
    heard(case, "The details", says_all=False)
    assert ledger(contract)["Small Steps"] == UNCHANGED
    assert decided(case, grant=False, by=officer).state == CaseState.REFUSED


def test_with_the_whole_view_it_is_granted_at_once():
    contract = contract_of_two()
    case = raised(contract, effective_on=date(2027, 6, 1))
    heard(case)

    decided(case, by=contract.officers[0])

    entry = contract.subcontractors.first().entries.last()
    assert (entry.basis, entry.case, entry.number) == (Basis.CASE, case, 2)
    assert (entry.is_end, entry.in_force_from) == (True, date(2027, 6, 1))
    assert ledger(contract)["Old Friends"] == UNCHANGED


# --- Agreeing ----------------------------------------------------------------------------------


def test_a_newcomer_agrees_to_exactly_the_proposed_terms():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH, replacement=SupplierFactory(name="New Door"))
    heard(case)

    answer = agreed(case)

    statement = verify(answer.signed, kind="consent to a change of a supply chain")
    assert statement["terms"]["share_percent"] == "10.00"
    assert statement["organisation_name"] == "New Door"
    decided(case, by=contract.officers[0])
    assert ledger(contract) == {
        "Small Steps": (0, 0, 30, True),
        "Old Friends": UNCHANGED,
        "New Door": (Decimal("10.00"), 12, 20, False),
    }
    line = KeySubcontractor.objects.get(name="New Door")
    entry = line.entries.get()
    assert (line.case, line.position, entry.number) == (case, 3, 1)
    assert entry.consent == answer.signed
    assert entry.share_pounds == Decimal("10000.00")


def test_a_newcomer_has_the_categories_and_areas_of_the_lot_unless_others_are_written():
    contract = contract_of_two()
    lot = contract.lot

    case = raised(contract, CaseKind.ADD)

    line = case.lines.get()
    assert line.categories == [category.slug for category in lot.categories.all()]
    assert line.areas == [area.key for area in lot.areas.all()]


@pytest.mark.parametrize("kind", [CaseKind.ADD, CaseKind.SWITCH, CaseKind.CHANGE])
def test_without_consent_nothing_is_granted(kind):
    contract = contract_of_two()
    case = raised(contract, kind)
    party = CaseParty.AFFECTED if kind == CaseKind.CHANGE else CaseParty.REPLACEMENT
    if kind != CaseKind.ADD:
        heard(case)
    officer = contract.officers[0]
    late = timezone.now() + timedelta(days=90)

    for answer in (None, TermsAnswer.AGREED, TermsAnswer.DECLINED):
        if answer:
            agreed(case, party, answer=answer)
        if answer != TermsAnswer.AGREED:
            with clock.fixed_at(late), pytest.raises(Refused, match="not_agreed"):
                decided(case, by=officer, at=late)
            refused(
                "case_has_the_consents",
                lambda: ChangeCase.objects.filter(pk=case.pk).update(
                    state=CaseState.GRANTED, decided_at=late, decided_by=officer, reasons="Yes"
                ),
            )
    assert ledger(contract) == dict.fromkeys(NAMES, UNCHANGED)
    agreed(case, party)
    decided(case, by=officer)
    assert ledger(contract) != dict.fromkeys(NAMES, UNCHANGED)


def test_nobody_agrees_for_another():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH)
    line = case.lines.get(party=CaseParty.REPLACEMENT)

    with pytest.raises(Refused, match="of_the_lead"):
        answer_terms(line=line, answer=TermsAnswer.AGREED, by=contract.person, at=clock.now())
    for person in (contract.officers[0], case.affected):
        refused(
            "answer_is_its_own",
            lambda person=person: answer_terms(
                line=line, answer=TermsAnswer.AGREED, by=person, at=clock.now()
            ),
        )
    end = case.lines.get(party=CaseParty.AFFECTED)
    with pytest.raises(Refused, match="not_asked"):
        answer_terms(line=end, answer=TermsAnswer.AGREED, by=case.affected, at=clock.now())


def test_a_reduction_asks_no_consent_and_carries_one():
    contract = contract_of_two()
    case = raised(contract, CaseKind.REDUCE)
    answer = agreed(case, CaseParty.AFFECTED)
    heard(case)

    decided(case, by=contract.officers[0])

    entry = contract.subcontractors.first().entries.last()
    assert (entry.share_percent, entry.share_pounds) == (Decimal("5.00"), Decimal("5000.00"))
    assert (entry.volume_per_quarter, entry.consent) == (8, answer.signed)


# --- Deciding ----------------------------------------------------------------------------------


def test_what_was_said_meanwhile_is_read_first():
    contract = contract_of_two()
    case = raised(contract)
    heard(case)
    seen = edition_of(case)
    heard(case, "One thing more")

    with pytest.raises(Refused, match="news"):
        decided(case, by=contract.officers[0], edition=seen)

    decided(case, by=contract.officers[0], edition=edition_of(case))


def test_two_officers_and_two_presses():
    contract = contract_of_two()
    case = raised(contract)
    heard(case)
    first, second = contract.officers

    decided(case, by=first)
    again = decided(case, by=first)
    with pytest.raises(Refused, match="illegal_move"):
        decided(case, grant=False, by=second)
    with pytest.raises(Refused, match="illegal_move"):
        withdraw_case(case=case, by=contract.person, at=clock.now())

    assert (again.state, again.decided_by) == (CaseState.GRANTED, first)
    assert contract.subcontractors.first().entries.count() == 2


def test_a_refusal_needs_reasons_and_changes_nothing():
    contract = contract_of_two()
    case = raised(contract)

    with pytest.raises(Refused, match="empty"):
        decide_case(case=case, grant=False, reasons=" ", by=contract.officers[0], at=clock.now())
    decided(case, grant=False, by=contract.officers[0])

    assert ledger(contract) == dict.fromkeys(NAMES, UNCHANGED)
    kinds = set(Message.objects.filter(kind="case_ended").values_list("to", flat=True))
    assert contract.person.email in kinds


def test_a_change_granted_late_begins_with_the_decision():
    contract = contract_of_two()
    case = raised(contract, effective_on=timezone.localdate() + timedelta(days=1))
    late = timezone.now() + timedelta(days=60)

    with clock.fixed_at(late):
        decided(case, by=contract.officers[0], at=late)

    entry = contract.subcontractors.first().entries.last()
    assert entry.in_force_from == timezone.localdate(late)


def test_a_contract_that_was_terminated_meanwhile():
    contract = contract_of_two()
    case = raised(contract)
    heard(case)
    Contract.objects.filter(pk=contract.pk).update(
        state=ContractState.TERMINATED,
        terminated_on=timezone.localdate(),
        terminated_at=timezone.now(),
        terminated_by=contract.officers[0],
    )

    with pytest.raises(Refused, match="not_in_force"):
        decided(case, by=contract.officers[0])
    decided(case, grant=False, by=contract.officers[0])


# --- The ledger --------------------------------------------------------------------------------


def entry_of(of, line, **other):
    """An entry as the case `of` would write it, but for `other`."""
    proposed = of.lines.get(party=CaseParty.AFFECTED)
    given = {
        "subcontractor": line,
        "number": 2,
        "basis": Basis.CASE,
        "case": of,
        "in_force_from": of.effective_on,
        "made_at": of.decided_at,
    }
    terms = ["role", "categories", "areas", "share_percent", "share_pounds", "volume_per_quarter"]
    terms += ["payment_days", "starts_on", "relied_on", "is_end"]
    return LedgerEntry(**given | {name: getattr(proposed, name) for name in terms} | other)


def granted_unwritten(case, officer):
    """Granted by SQL alone, as no action would."""
    at = clock.now()
    ChangeCase.objects.filter(pk=case.pk).update(
        state=CaseState.GRANTED, decided_at=at, decided_by=officer, reasons="Because"
    )
    case.refresh_from_db()
    return case


def test_no_entry_but_the_one_that_was_granted():
    contract = contract_of_two()
    first, second = contract.subcontractors.all()
    case = raised(contract, CaseKind.REDUCE, line=first)
    heard(case)
    basis = "ledger_entry_has_its_basis"

    refused(basis, lambda: entry_of(case, first, made_at=clock.now()).save())  # not granted
    granted_unwritten(case, contract.officers[0])
    for other in (
        {"subcontractor": second},
        {"case": None},
        {"basis": Basis.BID},
        {"share_percent": Decimal("4.99")},
        {"volume_per_quarter": 7},
        {"payment_days": 29},
        {"is_end": True},
        {"role": "Nothing"},
        {"in_force_from": date(2027, 5, 31)},
        {"made_at": clock.now() + timedelta(seconds=1)},
        {"consent": {"statement": "forged"}},
    ):
        refused(basis, lambda other=other: entry_of(case, first, **other).save())
    refused("ledger_has_no_gap", lambda: entry_of(case, first, number=3).save())

    entry_of(case, first).save()

    refused("case_is_carried_out_once", lambda: entry_of(case, first, number=3).save())


def test_a_grant_is_in_the_ledger_in_the_same_transaction():
    contract = contract_of_two()
    case = raised(contract)
    heard(case)

    def grant_and_forget():
        granted_unwritten(case, contract.officers[0])
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS contracts_check_case IMMEDIATE")

    refused("granted_case_is_carried_out", grant_and_forget)


def test_a_case_stays_as_it_was_asked():
    contract = contract_of_two()
    case = raised(contract, CaseKind.SWITCH)
    here = ChangeCase.objects.filter(pk=case.pk)

    for change in (
        {"what": "Something else"},
        {"replacement": SupplierFactory()},
        {"effective_on": date(2028, 1, 1)},
        {"views_due_on": date(2026, 1, 1)},
        {"subcontractor": contract.subcontractors.last()},
    ):
        refused("case_stays", lambda change=change: here.update(**change))
    refused("case_stays", lambda: here._raw_delete("default"))
    with pytest.raises(DatabaseError), transaction.atomic():
        ProposedLine.objects.update(share_percent=1)
    agreed(case)
    with pytest.raises(DatabaseError), transaction.atomic():
        ProposalAnswer.objects.update(signed={})
    withdraw_case(case=case, by=contract.person, at=clock.now())
    withdraw_case(case=case, by=contract.person, at=clock.now())
    refused("case_stays", lambda: here.update(state="raised", withdrawn_at=None, withdrawn_by=None))


def test_a_newcomer_comes_by_its_case_alone():
    contract = contract_of_two()
    case = raised(contract, CaseKind.ADD)
    agreed(case)
    with transaction.atomic():  # which would not end well: the ledger is not written
        _only_by_its_case(granted_unwritten(case, contract.officers[0]), contract)
        transaction.set_rollback(True)


def _only_by_its_case(case, contract):
    given = {
        "contract": contract,
        "position": 3,
        "name": case.replacement.name,
        "supplier": case.replacement,
        "case": case,
        "added_at": case.decided_at,
    }

    for other in (
        {"supplier": SupplierFactory()},
        {"name": "Another"},
        {"case": None},
        {"contract": contract_of_two()},
    ):
        refused(
            "subcontractor_comes_from_the_bid",
            lambda other=other: KeySubcontractor.objects.create(**given | other),
        )
    KeySubcontractor.objects.create(**given)


def test_a_share_is_free_from_the_day_on_which_its_end_holds():
    contract = contract_of_two()
    ends = raised(contract, effective_on=date(2027, 9, 1))
    heard(ends)
    decided(ends, by=contract.officers[0])
    asked = {
        "kind": CaseKind.CHANGE,
        "line": contract.subcontractors.get(name="Old Friends"),
        "terms": {"share_percent": Decimal("90")},
    }

    with pytest.raises(Refused) as refusal:
        raised(contract, effective_on=date(2027, 8, 31), **asked)

    assert refusal.value.code == "share"
    assert raised(contract, effective_on=date(2027, 9, 1), **asked).pk
