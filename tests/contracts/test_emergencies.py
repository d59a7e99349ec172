"""Emergencies take effect at once and are reviewed; silence raises reminders and findings."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts.actions.case_decisions import review_case
from contracts.actions.case_reminders import find_overdue, remind_of_cases
from contracts.models import ChainFinding, ChangeCase
from contracts.states import CaseKind, CaseState, Emergency, FindingKind, ReviewOutcome
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.refusals import Refused
from tests.contracts.cases import heard, ledger, raised
from tests.contracts.test_cases import UNCHANGED, contract_of_two, decided

pytestmark = pytest.mark.django_db
EMERGENCY = {"emergency": Emergency.INSOLVENCY, "emergency_facts": "It filed on Monday"}


def on(day):
    """Noon of `day` in London."""
    return timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))


def reviewed(case, by, *, outcome=ReviewOutcome.STANDS, at=None, **given):
    return review_case(
        case=case, outcome=outcome, words="We asked both", by=by, at=at or clock.now(), **given
    )


def test_an_emergency_takes_effect_before_the_hearing_and_is_reviewed_by_another():
    contract = contract_of_two()
    case = raised(contract, **EMERGENCY)
    first, second = contract.officers

    case = decided(case, by=first)
    contract.refresh_from_db()

    assert (case.state, case.before_hearing) == (CaseState.GRANTED, True)
    assert case.review_due_on > case.views_due_on
    assert ledger(contract)["Small Steps"] == (0, 0, 30, True)
    with pytest.raises(Refused, match="not_heard"):
        reviewed(case, second)
    case.affected = contract.subcontractors.first().supplier.memberships.first().user
    heard(case, "We had filed nothing")
    with pytest.raises(Refused, match="same_officer"):
        reviewed(case, first)
    with pytest.raises(Refused, match="news"):
        reviewed(case, second, edition=0)
    done = reviewed(case, second, outcome=ReviewOutcome.NOT_UPHELD, edition=1)
    reviewed(case, second, outcome=ReviewOutcome.NOT_UPHELD)  # pressed twice
    with pytest.raises(Refused, match="reviewed"):
        reviewed(case, second)
    with pytest.raises(Refused, match="decided"):
        heard(case, "Thank you")

    assert done.reviewed_by == second
    finding = ChainFinding.objects.get(kind=FindingKind.EMERGENCY_NOT_UPHELD)
    assert finding.facts == {"case": str(case.reference)}
    # The ledger says what happened; what was taken away comes back by a new case alone.
    assert ledger(contract)["Small Steps"] == (0, 0, 30, True)


def test_a_review_locks_the_contract_before_the_case_as_a_decision_does():
    contract = contract_of_two()
    case = raised(contract, **EMERGENCY)
    first, second = contract.officers
    decided(case, by=first)
    heard(case, "We had filed nothing")

    with CaptureQueriesContext(connection) as seen:
        reviewed(case, second, outcome=ReviewOutcome.NOT_UPHELD)

    locks = [each["sql"] for each in seen if "FOR UPDATE" in each["sql"]]
    tables = [sql.split(" FOR UPDATE OF ")[1].strip(' ";') for sql in locks]
    assert tables[:2] == ["contracts_contract", "contracts_changecase"]


def test_the_database_reviews_nothing_unheard_nor_by_the_same_officer():
    contract = contract_of_two()
    case = raised(contract, **EMERGENCY)
    first, second = contract.officers
    decided(case, by=first)
    here = ChangeCase.objects.filter(pk=case.pk)
    review = {"reviewed_at": clock.now(), "review_outcome": "stands", "review_words": "Fine"}

    def refused(name, **change):
        with pytest.raises(DatabaseError) as error, transaction.atomic():
            here.update(**review | change)
        assert name == error.value.__cause__.diag.constraint_name

    refused("review_hears_the_affected", reviewed_by=second)
    heard(case)
    refused("review_hears_the_affected", reviewed_by=first)
    refused("case_stays", reviewed_by=second, before_hearing=False, review_due_on=None)
    refused("case_stays", reviewed_by=second, reasons="Other reasons")
    here.update(**review, reviewed_by=second)
    refused("case_stays", reviewed_by=second, review_words="Not so fine")


def test_an_emergency_that_was_heard_first_needs_no_review():
    contract = contract_of_two()
    case = raised(contract, CaseKind.REDUCE, emergency=Emergency.SAFETY)
    heard(case)

    case = decided(case, by=contract.officers[0])

    assert (case.before_hearing, case.review_due_on) == (False, None)
    with pytest.raises(Refused, match="reviewed"):
        reviewed(case, contract.officers[1])


def test_a_first_word_does_not_save_an_emergency_its_review():
    """ "Details follow next week": it is granted before the hearing, and the details are heard."""
    contract = contract_of_two()
    case = raised(contract, **EMERGENCY)
    first, second = contract.officers
    heard(case, "We object. Details follow next week", says_all=False)

    case = decided(case, by=first)

    assert case.before_hearing and case.review_due_on > case.views_due_on
    with pytest.raises(Refused, match="not_heard"):
        reviewed(case, second)
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        ChangeCase.objects.filter(pk=case.pk).update(
            reviewed_at=clock.now(),
            reviewed_by=second,
            review_outcome=ReviewOutcome.STANDS,
            review_words="Fine",
        )
    assert error.value.__cause__.diag.constraint_name == "review_hears_the_affected"
    case.affected = contract.subcontractors.first().supplier.memberships.first().user
    heard(case, "The details: it never filed")
    assert reviewed(case, second, outcome=ReviewOutcome.NOT_UPHELD).reviewed_by == second


def test_silence_reminds_and_finds_and_never_consents():
    contract = contract_of_two()
    case = raised(contract)
    silent = [case.decide_by + timedelta(days=days) for days in (-5, -1, 0, 1, 2, 8, 400)]

    for day in silent:
        for _ in range(2):  # twice is once
            with clock.fixed_at(on(day)):
                remind_of_cases(at=on(day))
                find_overdue(at=on(day))

    case.refresh_from_db()
    assert case.state == CaseState.RAISED
    assert ledger(contract) == dict.fromkeys(["Small Steps", "Old Friends"], UNCHANGED)
    first = contract.officers[0]
    keys = Message.objects.filter(kind="case_due", to=first.email).values_list("key", flat=True)
    told = [key.rsplit(":", 1)[0].partition(f"{case.reference}:")[2] for key in keys]
    assert sorted(told) == [
        *("decision:0", "decision:1", "decision:5"),
        *("decision:late:0", "decision:late:1", "decision:late:57"),
    ]
    finding = ChainFinding.objects.get()
    assert (finding.kind, finding.subcontractor) == (
        FindingKind.DECISION_OVERDUE,
        case.subcontractor,
    )
    assert finding.facts == {"case": str(case.reference), "due_on": case.decide_by.isoformat()}


def test_who_has_given_a_view_is_not_reminded_of_it():
    contract = contract_of_two()
    first, second = contract.subcontractors.all()
    quiet, spoken = raised(contract, line=first), raised(contract, line=second)
    heard(spoken)
    day = quiet.views_due_on - timedelta(days=1)

    remind_of_cases(at=on(day))

    told = Message.objects.filter(kind="case_view_due").values_list("to", flat=True)
    assert list(told) == [quiet.affected.email]
    assert contract.person.email not in told


def test_an_emergency_that_nobody_reviews_is_found():
    contract = contract_of_two()
    case = raised(contract, **EMERGENCY)
    decided(case, by=contract.officers[0])
    case.refresh_from_db()

    find_overdue(at=on(case.review_due_on))
    assert not ChainFinding.objects.exists()
    find_overdue(at=on(case.review_due_on + timedelta(days=1)))
    find_overdue(at=on(case.review_due_on + timedelta(days=2)))

    assert ChainFinding.objects.get().kind == FindingKind.EMERGENCY_UNREVIEWED


def test_a_decision_takes_back_the_reminders_that_wait():
    contract = contract_of_two()
    case = raised(contract)
    remind_of_cases(at=on(case.decide_by))

    decided(case, grant=False, by=contract.officers[0])

    waiting = Message.objects.filter(kind="case_due", cancelled_at__isnull=True)
    assert not waiting.exists()


KINDS = {
    "case_about_you": "supplier:asked_change",
    "case_terms": "supplier:asked_change",
    "case_raised": "commissioner:case",
    "case_heard": "commissioner:case",
    "case_answered": "supplier:case",
    "case_ended": "supplier:case",
    "case_reviewed": "supplier:asked_change",
    "case_view_due": "supplier:asked_change",
    "case_due": "commissioner:case",
    "case_review_due": "commissioner:case",
}


@pytest.mark.parametrize(("kind", "page"), KINDS.items())
def test_each_mail_leads_to_the_page_of_its_reader(kind, page):
    case = str(uuid.uuid4())

    letter = str(rendered(kind, {"case": case, "page": page}))

    assert reverse(page, args=[case]) in letter
