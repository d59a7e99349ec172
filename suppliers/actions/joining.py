"""Applying to join the framework: start, answer, show evidence, submit, withdraw."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from framework_portal.audit import trail
from framework_portal.documents.actions import store_document
from framework_portal.documents.models import DocumentPurpose
from framework_portal.forms.words import count_words
from framework_portal.reference.models import Framework
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.telling import check_soon, tell
from suppliers.models import (
    Answer,
    Application,
    Evidence,
    Qualification,
    QualificationDecision,
    Supplier,
)
from suppliers.questionnaire import declarations, gaps
from suppliers.states import (
    APPLICATION,
    LIVE_APPLICATION,
    QUALIFICATION,
    AnswerKind,
    ApplicationState,
    QualificationState,
)
from suppliers.versions import answer_version, choice_version

MOST_FILES = 20


@transaction.atomic
def start_application(*, supplier, by, at, framework=None):
    """The application of `supplier`: the one it has, or a new one filled in from its last."""
    framework = framework or Framework.objects.current()
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    live = supplier.applications.filter(framework=framework, state__in=LIVE_APPLICATION).first()
    if live is not None:
        return live
    _refuse_outside_term(framework, at)
    last = supplier.applications.filter(framework=framework).order_by("-started_at").first()
    application = Application.objects.create(
        supplier=supplier, framework=framework, started_at=at, started_by=by
    )
    application.areas.set(supplier.areas.all() or (last.areas.all() if last else []))
    if last is not None:
        _fill_in(application, last, at)
    trail.record("application.started", application, by=by)
    return application


def _fill_in(application, last, at):
    application.categories.set(last.categories.filter(pk__in=choosable(application, at=at)))
    Answer.objects.bulk_create(
        [
            Answer(
                application=application,
                question_id=answer.question_id,
                category_id=answer.category_id,
                text=answer.text,
                is_yes=answer.is_yes,
                saved_at=answer.saved_at,
                saved_by_id=answer.saved_by_id,
            )
            for answer in last.answers.exclude(question__kind=AnswerKind.DECLARATION)
        ]
    )


def choosable(application, *, at):
    """The keys of the categories it may apply in: all but those where it has a standing."""
    from_category = Application._meta.get_field("categories").related_model
    held = Qualification.objects.filter(
        supplier=application.supplier_id, framework=application.framework_id
    ).filter(
        Q(state=QualificationState.SUSPENDED)
        | Q(state=QualificationState.GRANTED, expires_at=None)
        | Q(state=QualificationState.GRANTED, expires_at__gt=at)
        | Q(application=application.pk, state=QualificationState.REFUSED)
    )
    return from_category.objects.exclude(pk__in=held.values("category")).values("pk")


@transaction.atomic
def choose_categories(*, application, categories, by, at, seen=None):
    """Apply in these categories. `seen` is the version of the choice the page showed."""
    application = _being_edited(application)
    categories = list(categories)
    _refuse_stale_choice(application.categories.all(), categories, seen, _("categories"))
    if not categories:
        raise Refused("none", _("Choose at least one category"), field="categories")
    allowed = set(choosable(application, at=at).values_list("pk", flat=True))
    if not {category.pk for category in categories} <= allowed:
        raise Refused(
            "has_standing",
            _("You have a standing in one of these categories already. Choose again"),
            field="categories",
        )
    application.categories.set(categories)
    trail.record(
        "application.categories_chosen",
        application,
        by=by,
        categories=sorted(category.slug for category in categories),
    )
    return application


@transaction.atomic
def choose_areas(*, application, areas, by, at, seen=None):
    """Serve these areas; only the smallest ones are kept."""
    application = _being_edited(application)
    areas = _leaves(areas)
    _refuse_stale_choice(application.areas.all(), areas, seen, _("areas"))
    if not areas:
        raise Refused("none", _("Choose at least one area"), field="areas")
    application.areas.set(areas)
    trail.record("application.areas_chosen", application, by=by, areas=len(areas))
    return application


@transaction.atomic
def save_answer(*, application, question, by, at, category=None, text="", is_yes=None, seen=None):
    """Keep an answer. A page older than a colleague's change overwrites nothing."""
    application = _being_edited(application)
    _refuse_foreign_step(application, question, category)
    text = text.strip()
    limit = question.word_limit
    if limit and count_words(text) > limit:
        raise Refused(
            "too_long", _("Use %(limit)d words or fewer") % {"limit": limit}, field="text"
        )
    answer = application.answers.filter(question=question, category=category).first()
    if (answer.text, answer.is_yes) == (text, is_yes) if answer else not text and is_yes is None:
        return answer
    if seen is not None and seen != answer_version(answer):
        raise Refused(
            "stale",
            _("Somebody changed this answer after you opened the page. Both are shown below"),
        )
    answer = answer or Answer(application=application, question=question, category=category)
    answer.text, answer.is_yes, answer.saved_at, answer.saved_by = text, is_yes, at, by
    answer.save()
    trail.record("application.answer_saved", application, by=by, question=question.code)
    return answer


@transaction.atomic
def add_evidence(*, supplier, question, upload, by, at, expires_on=None):
    """Keep a document with the organisation, for this application and the next."""
    supplier = Supplier.objects.select_for_update().get(pk=supplier.pk)
    held = supplier.evidence.filter(replaced_at=None)
    if held.count() >= MOST_FILES:
        raise Refused(
            "too_many_files",
            _("You have 20 documents here. Take one away before you add another"),
            field="upload",
        )
    if question.needs_expiry and expires_on is None:
        raise Refused("no_date", _("Enter the day it runs out"), field="expires_on")
    if expires_on is not None and expires_on < timezone.localdate(at):
        message = _("This document has run out. Upload one that is in date")
        raise Refused("out_of_date", message, field="expires_on")
    document = store_document(upload=upload, purpose=DocumentPurpose.EVIDENCE, by=by)
    evidence = Evidence.objects.create(
        supplier=supplier,
        question=question,
        document=document,
        expires_on=expires_on,
        added_at=at,
        added_by=by,
    )
    check_soon(supplier)
    trail.record(
        "supplier.evidence_added",
        supplier,
        by=by,
        evidence=evidence.reference,
        question=question.code,
    )
    return evidence


@transaction.atomic
def withdraw_evidence(*, evidence, by, at):
    """Show this document no more. What an assessor has read stays where it was read."""
    evidence = Evidence.objects.select_for_update().get(pk=evidence.pk)
    if evidence.replaced_at is not None:
        return evidence
    evidence.replaced_at = at
    evidence.save(update_fields=["replaced_at"])
    check_soon(evidence.supplier)
    trail.record(
        "supplier.evidence_withdrawn", evidence.supplier, by=by, evidence=evidence.reference
    )
    return evidence


@trail.keeps_refusals("application.submission_refused", of="application")
@transaction.atomic
def submit_application(*, application, declared, by, at):
    """Hand the application in. `declared` are the codes of the declarations that were ticked."""
    application = _locked(application)
    if application.state == ApplicationState.SUBMITTED:
        return application  # pressed twice: it is in
    reached = APPLICATION.target("submit", application.state)
    _refuse_outside_term(application.framework, at)
    if not declarations().exists():  # nobody joins unasked: the questions were not loaded here
        raise Refused("no_questions", _("The questions of the application are missing. Tell us"))
    missing = gaps(application)
    if missing:
        raise Refused("incomplete", missing[0], recorded="incomplete")
    _declare(application, set(declared), by, at)
    application.state, application.submitted_at, application.submitted_by = reached, at, by
    application.save(update_fields=["state", "submitted_at", "submitted_by"])
    application.more_points.filter(answered_at=None).update(answered_at=at)
    application.supplier.areas.set(application.areas.all())
    _apply_in_categories(application, by, at)
    tell(
        application.supplier,
        "application_received",
        key=f"application_received:{application.reference}:{at.isoformat()}",
        application=str(application.reference),
        decided_by=periods.after(at, periods.DECISION),
    )
    check_soon(application.supplier)
    trail.record("application.submitted", application, by=by)
    return application


def _declare(application, declared, by, at):
    for question in declarations():
        if question.is_required and question.code not in declared:
            raise Refused("undeclared", _("Tick every declaration before you submit"))
        Answer.objects.update_or_create(
            application=application,
            question=question,
            category=None,
            defaults={"is_yes": question.code in declared, "saved_at": at, "saved_by": by},
        )


def _apply_in_categories(application, by, at):
    held = {
        one.category_id: one
        for one in Qualification.objects.select_for_update().filter(
            supplier=application.supplier_id, framework=application.framework_id
        )
    }
    allowed = set(choosable(application, at=at).values_list("pk", flat=True))
    chosen = {category.pk for category in application.categories.all()} & allowed
    for key in sorted(chosen):
        _apply(application, held.get(key), key, by, at)
    for qualification in held.values():
        if (
            qualification.application_id == application.pk
            and qualification.category_id not in chosen
            and qualification.state == QualificationState.APPLIED
        ):
            _withdraw(qualification, by, at)


def _apply(application, qualification, category_id, by, at):
    if qualification is None:
        qualification = Qualification.objects.create(
            supplier_id=application.supplier_id,
            framework_id=application.framework_id,
            category_id=category_id,
            application=application,
        )
    elif qualification.state == QualificationState.APPLIED:
        return  # asked for before, and still undecided
    else:
        qualification.state = QUALIFICATION.target("apply", qualification.state)
        qualification.application = application
        qualification.save(update_fields=["state", "application"])
    QualificationDecision.objects.create(
        qualification=qualification,
        move="apply",
        state=qualification.state,
        decided_at=at,
        decided_by=by,
    )


@transaction.atomic
def withdraw_application(*, application, by, at):
    """Take the application back; what was decided stands."""
    application = _locked(application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    application.state = APPLICATION.target("withdraw", application.state)
    application.save(update_fields=["state"])
    for qualification in application.qualifications.select_for_update().filter(
        state=QualificationState.APPLIED
    ):
        _withdraw(qualification, by, at)
    trail.record("application.withdrawn", application, by=by)
    return application


def _withdraw(qualification, by, at):
    qualification.state = QUALIFICATION.target("withdraw", qualification.state)
    qualification.reasons = _("Withdrawn by the applicant")
    qualification.decided_at, qualification.decided_by = at, by
    qualification.save(update_fields=["state", "reasons", "decided_at", "decided_by"])
    QualificationDecision.objects.create(
        qualification=qualification,
        move="withdraw",
        state=qualification.state,
        reasons=qualification.reasons,
        decided_at=at,
        decided_by=by,
    )


def _locked(application):
    # `of`: the framework and the supplier are not held against everybody else.
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("supplier", "framework")
        .get(pk=application.pk)
    )


def _being_edited(application):
    application = _locked(application)
    APPLICATION.target("edit", application.state)
    return application


def _leaves(areas):
    from_area = Application._meta.get_field("areas").related_model
    return list(from_area.objects.leaves_of([area.pk for area in areas]))


def _refuse_stale_choice(now, wanted, seen, what):
    if seen is None or seen == choice_version(now) or choice_version(wanted) == choice_version(now):
        return
    raise Refused(
        "stale",
        _("Somebody changed the %(what)s after you opened the page. Check and save again")
        % {"what": what},
    )


def _refuse_foreign_step(application, question, category):
    only = {one.pk for one in question.categories.all()}
    chosen = {one.pk for one in application.categories.all()}
    fits = question.per_category == (category is not None)
    if category is not None:
        fits = fits and category.pk in chosen and (not only or category.pk in only)
    elif only:
        fits = fits and bool(only & chosen)
    if question.kind == AnswerKind.DECLARATION or not fits:
        raise Refused("not_asked", _("Your application no longer asks this question"))


def _refuse_outside_term(framework, at):
    if framework is None or not framework.starts_on <= timezone.localdate(at) <= framework.ends_on:
        raise Refused("outside_term", _("The framework takes no applications at present"))
