"""Compliance checks: one by one and all at once they say the same; findings are kept as history."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suppliers import tasks
from suppliers.actions import checking
from suppliers.actions.checking import check_all, check_some, check_supplier, run_due
from suppliers.checks import CHECKS, Finding, Verdict, check
from suppliers.models import Answer, CheckResult, CheckRun, Evidence, Identifier, Supplier
from suppliers.states import LegalForm, Outcome
from tests.factories import (
    DecidedApplicationFactory,
    IdentifierFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    QualificationFactory,
    SupplierFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
# Those of this app; an app above tests its own beside what they look at.
SQL_SHAPED = [
    code
    for code, one in CHECKS.items()
    if one.run_all is not None and one.run.__module__.startswith("suppliers.")
]


def outcome(code, supplier, at=None):
    return CHECKS[code].run(supplier, at=at or timezone.now())


def document():
    from framework_portal.documents.models import Document

    return Document.objects.create(
        purpose="evidence",
        sealed_label=b"x",
        stored_as=UserFactory().reference.hex,
        key_id="k",
        wrapped_key=b"x",
        uploaded_at=timezone.now(),
    )


def show(supplier, question, expires_on, replaced_at=None):
    return Evidence.objects.create(
        supplier=supplier,
        question=question,
        document=document(),
        expires_on=expires_on,
        added_at=timezone.now(),
        added_by=UserFactory(),
        replaced_at=replaced_at,
    )


def declare(supplier, question, at, *, submitted=True, yes=True):
    application = DecidedApplicationFactory(supplier=supplier)
    if not submitted:
        type(application).objects.filter(pk=application.pk).update(
            state="withdrawn",
            submitted_at=None,
            submitted_by=None,
            decided_at=None,
            decided_by=None,
        )
    Answer.objects.create(
        application=application,
        question=question,
        is_yes=yes,
        saved_at=at,
        saved_by=UserFactory(),
    )


@pytest.fixture
def all_kinds():
    """Suppliers in every state that a check can tell apart."""
    now, today = timezone.now(), timezone.localdate()
    SupplierFactory()
    SupplierFactory(legal_form=LegalForm.CONSORTIUM)
    for value in ("1090095", "nonsense", "0000000"):
        IdentifierFactory(value=value)
    IdentifierFactory(scheme="GB-COH", value="SC012345")
    shared = [IdentifierFactory(scheme="GB-COH", value="09506232").supplier for _ in range(2)]
    IdentifierFactory(supplier=shared[0], scheme="GB-NHS", value="QGH", is_main=False)
    IdentifierFactory(scheme="GB-NHS", value="09506232")  # the same text in another register
    one, two = JoiningQuestionFactory.create_batch(2, kind="evidence")
    in_date, ended, replaced, renewed = SupplierFactory.create_batch(4)
    show(in_date, one, today)
    show(ended, one, today - timedelta(days=1))
    show(ended, two, today - timedelta(days=9))
    show(replaced, one, today - timedelta(days=1), replaced_at=now)
    show(renewed, one, today - timedelta(days=1))
    show(renewed, one, today + timedelta(days=300))
    true, able = JoiningQuestionFactory.create_batch(2, kind="declaration", good_for_months=12)
    JoiningQuestionFactory(kind="declaration", is_required=False)
    for made in ([], [true], [true, able]):
        for ago in (1, 364, 366, 800):
            supplier = QualificationFactory().supplier
            for question in made:
                declare(supplier, question, now - timedelta(days=ago))
    old_and_new = QualificationFactory().supplier
    for question, ago in ((true, 800), (true, 2), (able, 2)):
        declare(old_and_new, question, now - timedelta(days=ago))
    drafted, denied = QualificationFactory().supplier, QualificationFactory().supplier
    for question in (true, able):
        declare(drafted, question, now, submitted=False)
        declare(denied, question, now, yes=False)
    for verified, active, same in ((1, 1, 1), (0, 1, 1), (1, 0, 1), (1, 1, 0)):
        person = UserFactory(is_active=bool(active))
        EmailAddress.objects.create(
            user=person, email=person.email, verified=bool(verified), primary=True
        )
        contact = person.email.upper() if same else "other@test.example"
        MembershipFactory(user=person, supplier__contact_email=contact)
    return now


@pytest.mark.parametrize("code", SQL_SHAPED)
def test_one_by_one_and_all_at_once_a_check_says_the_same(all_kinds, code):
    one = CHECKS[code]

    check_all(check=one, at=all_kinds)

    kept = {
        row.supplier_id: Finding(row.outcome, row.message, row.how_to_mend, row.evidence)
        for row in CheckResult.objects.filter(check_code=code)
    }
    said = {
        supplier.pk: Finding(str(f.outcome), f.message, f.how_to_mend, f.evidence)
        for supplier in Supplier.objects.all()
        for f in [one.run(supplier, at=all_kinds)]
    }
    assert kept == said
    assert {finding.message for finding in kept.values()} == {
        verdict.message for verdict in one.verdicts.values()
    }


@pytest.mark.parametrize("code", CHECKS)
def test_whatever_needs_mending_says_how(code):
    for verdict in CHECKS[code].verdicts.values():
        assert bool(verdict.how_to_mend) == (verdict.outcome != Outcome.PASS)


def test_a_finding_that_stays_has_only_its_last_sight_moved_in_one_update(all_kinds):
    one, later = CHECKS["contact_confirmed"], all_kinds + timedelta(days=1)
    check_all(check=one, at=all_kinds)

    with CaptureQueriesContext(connection) as queries:
        new = check_all(check=one, at=later)

    assert new == 0
    assert sum("UPDATE" in query["sql"] for query in queries) == 1
    assert set(CheckResult.objects.values_list("first_seen_at", "last_seen_at", "is_current")) == {
        (all_kinds, later, True)
    }


def test_a_finding_that_changes_leaves_the_old_one_as_history():
    supplier, at = SupplierFactory(), timezone.now()
    check_supplier(supplier=supplier, at=at)
    IdentifierFactory(supplier=supplier)

    check_supplier(supplier=supplier, at=at + timedelta(days=1))

    history = CheckResult.objects.filter(check_code="identifiers_well_formed").order_by("pk")
    assert list(history.values_list("outcome", "is_current", "last_seen_at")) == [
        ("refer", False, at),
        ("pass", True, at + timedelta(days=1)),
    ]


@pytest.fixture
def extra_check():
    """A check registered by somebody else, taken away after the test."""
    codes = []

    def add(run, **more):
        codes.append("extra")
        check("extra", question="Extra?", verdicts={}, **more)(run)
        return CHECKS["extra"]

    yield add
    for code in codes:
        CHECKS.pop(code, None)


def test_a_check_that_breaks_is_referred_and_the_others_go_on(extra_check):
    supplier = SupplierFactory()

    def breaks(supplier, *, at):
        Supplier.objects.raw("SELECT nonsense FROM nowhere")[0]

    extra_check(breaks)
    check_supplier(supplier=supplier, at=timezone.now())

    found = dict(CheckResult.objects.values_list("check_code", "outcome"))
    assert found["extra"] == Outcome.REFER
    assert set(found) == set(CHECKS)


def test_a_check_that_breaks_on_one_supplier_still_judges_the_others(extra_check):
    good, bad = SupplierFactory(), SupplierFactory(name="Bad")

    def breaks(supplier, *, at):
        if supplier.name == "Bad":
            raise ValueError("cannot judge")
        return Finding(Outcome.PASS, "Fine")

    check_some(check=extra_check(breaks), suppliers=[good, bad], at=timezone.now())

    assert dict(CheckResult.objects.values_list("supplier", "outcome")) == {
        good.pk: Outcome.PASS,
        bad.pk: Outcome.REFER,
    }


def test_two_checks_with_one_name_are_refused():
    with pytest.raises(ImproperlyConfigured):
        check("profile_complete", question="Again?", verdicts={})(lambda supplier, at: None)


def test_an_app_above_adds_its_own_check(extra_check):
    suspended = Verdict(Outcome.REFER, "A named subcontractor is suspended", "Name another")
    extra_check(lambda supplier, *, at: Finding.of(suspended, subcontractor="x"))
    supplier = SupplierFactory()

    check_supplier(supplier=supplier, at=timezone.now())

    kept = CheckResult.objects.get(check_code="extra")
    assert (kept.message, kept.evidence) == (suspended.message, {"subcontractor": "x"})


def test_the_daily_run_is_made_once_a_day_and_goes_on_where_it_stopped(monkeypatch):
    suppliers, at = SupplierFactory.create_batch(5), timezone.now()
    monkeypatch.setattr(checking, "CHUNK", 2)
    real, calls = checking.check_some, []

    def stops(*, check, suppliers, at):
        calls.append([one.pk for one in suppliers])
        if len(calls) == 2:
            raise RuntimeError("the machine went away")
        return real(check=check, suppliers=suppliers, at=at)

    monkeypatch.setattr(checking, "check_some", stops)
    run_due(at=at)
    run_due(at=at)
    run_due(at=at)

    keys = [one.pk for one in suppliers]
    assert calls == [keys[:2], keys[2:4], keys[2:4], keys[4:]]
    assert set(CheckRun.objects.values_list("check_code", flat=True)) == set(CHECKS)
    assert not CheckRun.objects.filter(finished_at=None).exists()
    assert CheckResult.objects.count() == 5 * len(CHECKS)

    run_due(at=at + timedelta(days=1))
    assert CheckResult.objects.count() == 5 * len(CHECKS)
    assert len(calls) == 7


def test_a_check_of_many_suppliers_costs_few_queries():
    one = CHECKS["profile_complete"]
    suppliers = SupplierFactory.create_batch(100)

    with CaptureQueriesContext(connection) as queries:
        check_some(check=one, suppliers=suppliers, at=timezone.now())

    assert len(queries) <= 10


def test_the_tasks_do_no_harm_when_run_twice_or_for_nobody():
    supplier = SupplierFactory()

    for _ in range(2):
        tasks.check_supplier(supplier.pk)
        tasks.run_compliance_checks()
    tasks.check_supplier(0)

    assert CheckResult.objects.count() == len(CHECKS)


def test_a_change_of_the_organisation_asks_for_its_checks(
    django_capture_on_commit_callbacks, monkeypatch
):
    from framework_portal import background
    from suppliers.actions.registration import edit_organisation

    asked, supplier = [], SupplierFactory()
    monkeypatch.setattr(background, "publish", lambda *call: asked.append(call))

    with django_capture_on_commit_callbacks(execute=True):
        edit_organisation(supplier=supplier, by=UserFactory(), at=timezone.now(), name="New")

    assert ("suppliers.tasks.check_supplier", supplier.pk) in asked


def test_evidence_is_in_date_on_its_last_day_and_out_the_day_after():
    supplier, question = SupplierFactory(), JoiningQuestionFactory(kind="evidence")
    show(supplier, question, date(2026, 6, 5))

    def at(text):
        return timezone.make_aware(timezone.datetime.fromisoformat(text))

    assert outcome("evidence_in_date", supplier, at("2026-06-05 23:59:59")).outcome == Outcome.PASS
    assert outcome("evidence_in_date", supplier, at("2026-06-06 00:00:00")).outcome == Outcome.FAIL
    assert Identifier.objects.count() == 0
