"""Applying to join: only what the choices need, nothing lost, submitted once."""

from threading import Barrier, Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from suppliers.actions.assessing import Need, Verdict, ask_for_more, decide_application
from suppliers.actions.joining import (
    add_evidence,
    choose_areas,
    choose_categories,
    save_answer,
    start_application,
    submit_application,
    withdraw_application,
    withdraw_evidence,
)
from suppliers.models import Answer, Application, JoiningQuestion
from suppliers.questionnaire import gaps, steps
from suppliers.states import (
    APPLICATION,
    AnswerKind,
    ApplicationState,
    QualificationState,
)
from suppliers.versions import answer_version, choice_version
from tests.factories import (
    ApplicationFactory,
    AssessorFactory,
    CategoryFactory,
    FrameworkFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SupplierFactory,
    UserFactory,
)
from tests.ground.documents.samples import pdf

pytestmark = pytest.mark.django_db


def submit(application, declared=("true",)):
    return submit_application(
        application=application, declared=declared, by=UserFactory(), at=timezone.now()
    )


def save(application, question, **answer):
    return save_answer(
        application=application, question=question, by=UserFactory(), at=timezone.now(), **answer
    )


def test_starting_twice_gives_the_same_application():
    FrameworkFactory()
    supplier, by = SupplierFactory(), UserFactory()

    first = start_application(supplier=supplier, by=by, at=timezone.now())
    second = start_application(supplier=supplier, by=by, at=timezone.now())

    assert first == second


def test_nobody_joins_outside_the_frameworks_term():
    framework = FrameworkFactory(ends_on="2021-06-10")
    framework.refresh_from_db()

    with pytest.raises(Refused, match="outside_term"):
        start_application(supplier=SupplierFactory(), by=UserFactory(), at=timezone.now())


def test_only_the_questions_that_the_chosen_categories_need_are_asked(questions):
    women, housing = CategoryFactory(), CategoryFactory()
    JoiningQuestionFactory(code="women-only", categories=[women])
    application = ApplicationFactory()

    def asked():
        return [(step.question.code, step.category) for step in steps(application)]

    application.categories.set([housing])
    without = asked()
    application.categories.set([women, housing])

    assert without == [
        ("description", housing),
        ("standing", None),
        ("safe", None),
        ("policy", None),
    ]
    assert asked() == [
        ("description", women),
        ("description", housing),
        *without[1:],
        ("women-only", None),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_the_questions_cost_the_same_for_one_category_or_three(
    questions, django_assert_num_queries, count
):
    application = ApplicationFactory()
    application.categories.set(CategoryFactory.create_batch(count))

    with django_assert_num_queries(6):
        assert len(steps(application)) == count + 3


def test_a_region_is_kept_as_its_police_areas():
    region = RegionFactory()
    areas = PoliceAreaFactory.create_batch(2, parent=region)
    application = ApplicationFactory()

    choose_areas(application=application, areas=[region], by=UserFactory(), at=timezone.now())

    assert set(application.areas.all()) == set(areas)


def test_a_category_with_a_standing_is_not_applied_for_again():
    held = QualificationFactory()
    application = ApplicationFactory(supplier=held.supplier, framework=held.framework)

    with pytest.raises(Refused) as refusal:
        choose_categories(
            application=application,
            categories=[held.category],
            by=UserFactory(),
            at=timezone.now(),
        )

    assert (refusal.value.code, refusal.value.field) == ("has_standing", "categories")


def test_a_stale_page_overwrites_no_answer_and_says_so(questions, ready):
    question = questions["standing"]
    opened = answer_version(ready.answers.get(question=question))
    save(ready, question, text="A colleague's words", seen=opened)

    with pytest.raises(Refused, match="stale"):
        save(ready, question, text="My words", seen=opened)

    assert ready.answers.get(question=question).text == "A colleague's words"


def test_the_same_words_from_a_stale_page_are_no_quarrel(questions, ready):
    question = questions["standing"]
    opened = answer_version(ready.answers.get(question=question))

    save(ready, question, text="The same", seen=opened)
    save(ready, question, text="The same", seen=opened)

    assert ready.answers.get(question=question).text == "The same"


def test_a_stale_choice_of_categories_is_shown_and_not_taken():
    application = ApplicationFactory()
    one, two = CategoryFactory(), CategoryFactory()
    opened = choice_version([])
    application.categories.set([one])

    with pytest.raises(Refused, match="stale"):
        choose_categories(
            application=application,
            categories=[two],
            seen=opened,
            by=UserFactory(),
            at=timezone.now(),
        )

    assert list(application.categories.all()) == [one]


@pytest.mark.django_db(transaction=True)
def test_two_first_answers_at_the_same_moment_end_in_one_and_a_clear_refusal(questions):
    application, barrier, refused = ApplicationFactory(), Barrier(2), []
    opened = answer_version(None)

    def write(text):
        try:
            barrier.wait(5)
            save_answer(
                application=application,
                question=questions["standing"],
                text=text,
                seen=opened,
                by=application.started_by,
                at=timezone.now(),
            )
        except Refused as refusal:
            refused.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=write, args=[text]) for text in ("One", "Two")]
    [thread.start() for thread in threads]
    [thread.join(10) for thread in threads]

    assert refused == ["stale"]
    assert Answer.objects.count() == 1


def test_an_answer_over_its_limit_is_refused_at_the_limit(questions, ready):
    question = questions["standing"]

    save(ready, question, text="word " * 50)
    with pytest.raises(Refused) as refusal:
        save(ready, question, text="word " * 51)

    assert (refusal.value.code, refusal.value.field) == ("too_long", "text")


def test_a_question_that_is_not_asked_takes_no_answer(questions, ready):
    chosen = ready.categories.get()
    forged = [
        {"question": questions["description"]},
        {"question": questions["description"], "category": CategoryFactory()},
        {"question": questions["standing"], "category": chosen},
        {"question": questions["true"]},
        {"question": JoiningQuestionFactory(categories=[CategoryFactory()])},
    ]

    for answer in forged:
        with pytest.raises(Refused, match="not_asked"):
            save(ready, text="Forged", **answer)


def test_everything_missing_is_named_and_stops_the_submission(questions):
    application = ApplicationFactory()
    application.categories.add(CategoryFactory(name="Housing"))

    missing = gaps(application)

    assert len(missing) == 6
    with pytest.raises(Refused, match="incomplete"):
        submit(application)
    assert not application.qualifications.exists()


def test_a_no_that_needs_explaining_is_a_gap_until_it_is_explained(questions, ready):
    save(ready, questions["safe"], is_yes=False)
    assert len(gaps(ready)) == 1

    save(ready, questions["safe"], is_yes=False, text="We follow our umbrella body's")
    assert gaps(ready) == []


def test_an_undeclared_application_is_refused_and_the_attempt_is_kept(ready):
    with pytest.raises(Refused, match="undeclared"):
        submit(ready, declared=["something-else"])

    assert AuditEvent.objects.about(ready).last().verb == "application.submission_refused"


def test_nobody_joins_where_the_questions_were_never_loaded(ready):
    Answer.objects.all().delete()
    JoiningQuestion.objects.filter(kind=AnswerKind.DECLARATION).delete()

    with pytest.raises(Refused, match="no_questions"):
        submit(ready)


def test_submitting_applies_in_each_category_serves_the_areas_and_tells_the_organisation(ready):
    owner = MembershipFactory(supplier=ready.supplier)

    submit(ready)

    ready.refresh_from_db()
    assert ready.state == ApplicationState.SUBMITTED
    assert [one.state for one in ready.qualifications.all()] == [QualificationState.APPLIED]
    assert set(ready.supplier.areas.all()) == set(ready.areas.all())
    assert sorted(Message.objects.values_list("kind", "to")) == sorted(
        [
            ("application_received", ready.supplier.contact_email),
            ("application_received", owner.user.email),
        ]
    )


def test_submitting_twice_applies_once(ready):
    submit(ready)
    submit(ready)

    assert ready.qualifications.count() == 1
    assert Message.objects.filter(kind="application_received").count() == 1


@pytest.mark.parametrize(
    "state", [state for state in ApplicationState if not APPLICATION.allows("edit", state)]
)
def test_nothing_is_changed_once_it_is_out_of_hand(questions, ready, state):
    Application.objects.filter(pk=ready.pk).update(
        state=state, submitted_at=timezone.now(), submitted_by=UserFactory()
    )

    with pytest.raises(Refused, match="illegal_move"):
        save(ready, questions["standing"], text="Too late")
    with pytest.raises(Refused, match="illegal_move"):
        choose_areas(
            application=ready, areas=[PoliceAreaFactory()], by=UserFactory(), at=timezone.now()
        )


def decide(application, *, grant, assessor=None):
    return decide_application(
        application=application,
        verdicts=[
            Verdict(category=category, grant=grant, reasons="Because")
            for category in application.categories.all()
        ],
        by=(assessor or AssessorFactory()).user,
        at=timezone.now(),
    )


def test_after_a_refusal_a_new_application_starts_from_the_last_and_is_taken(ready):
    submit(ready)
    decide(ready, grant=False)

    again = start_application(supplier=ready.supplier, by=UserFactory(), at=timezone.now())

    assert again != ready
    assert set(again.categories.all()) == set(ready.categories.all())
    assert set(again.areas.all()) == set(ready.areas.all())
    assert gaps(again) == []
    submit(again)
    qualification = ready.supplier.qualifications.get()
    assert (qualification.state, qualification.application) == (QualificationState.APPLIED, again)
    assert [one.move for one in qualification.decisions.all()] == ["apply", "refuse", "apply"]


def test_more_categories_are_applied_for_without_touching_those_granted(ready):
    submit(ready)
    decide(ready, grant=True)
    again = start_application(supplier=ready.supplier, by=UserFactory(), at=timezone.now())
    assert not again.categories.exists()
    more = CategoryFactory()

    choose_categories(application=again, categories=[more], by=UserFactory(), at=timezone.now())
    save(
        again,
        question=next(s.question for s in steps(again) if s.category),
        category=more,
        text="More",
    )
    submit(again)

    assert sorted(ready.supplier.qualifications.values_list("state", flat=True)) == [
        "applied",
        "granted",
    ]


def test_what_was_asked_for_is_given_and_the_application_goes_back(questions, ready):
    submit(ready)
    ask_for_more(
        application=ready,
        needs=[Need(needed="Say more", question=questions["standing"])],
        because="",
        by=AssessorFactory().user,
        at=timezone.now(),
    )
    ready.refresh_from_db()
    assert ready.state == ApplicationState.RETURNED
    assert [step.needed for step in steps(ready) if step.needed] == [("Say more",)]

    save(ready, questions["standing"], text="More words")
    submit(ready)

    ready.refresh_from_db()
    assert ready.state == ApplicationState.SUBMITTED
    assert not ready.more_points.filter(answered_at=None).exists()
    assert ready.qualifications.count() == 1


def test_withdrawing_takes_back_what_is_undecided_only(ready):
    submit(ready)

    withdraw_application(application=ready, by=UserFactory(), at=timezone.now())
    withdraw_application(application=ready, by=UserFactory(), at=timezone.now())

    ready.refresh_from_db()
    assert ready.state == ApplicationState.WITHDRAWN
    assert ready.qualifications.get().state == QualificationState.REMOVED


def show(supplier, question, name="policy.pdf", content=None, **more):
    return add_evidence(
        supplier=supplier,
        question=question,
        upload=SimpleUploadedFile(name, content or pdf(), "application/pdf"),
        by=UserFactory(),
        at=timezone.now(),
        **more,
    )


def test_evidence_is_kept_with_the_organisation_and_taken_away_without_a_trace_of_its_name(
    questions, ready
):
    evidence = show(ready.supplier, questions["policy"], name="secret-name.pdf")
    assert steps(ready)[-1].evidence == (evidence,)

    withdraw_evidence(evidence=evidence, by=UserFactory(), at=timezone.now())

    assert steps(ready)[-1].evidence == ()
    assert not AuditEvent.objects.filter(detail_text__contains="secret-name").exists()


def test_evidence_of_the_wrong_kind_is_refused_and_leaves_nothing(questions, ready):
    with pytest.raises(Refused):
        show(ready.supplier, questions["policy"], "policy.pdf", b"MZ\x90\x00 an executable")

    assert not ready.supplier.evidence.exists()


def test_evidence_that_runs_out_needs_its_date_and_one_not_passed(ready):
    question = JoiningQuestionFactory(kind=AnswerKind.EVIDENCE, needs_expiry=True)
    today = timezone.localdate()

    with pytest.raises(Refused, match="no_date"):
        show(ready.supplier, question)
    with pytest.raises(Refused, match="out_of_date"):
        show(ready.supplier, question, expires_on=today - timezone.timedelta(days=1))
    assert show(ready.supplier, question, expires_on=today).expires_on == today
