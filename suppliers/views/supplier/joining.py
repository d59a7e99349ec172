"""Applying to join the framework, page by page."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.reference.models import Framework
from framework_portal.refusals import Refused
from suppliers.actions.joining import (
    choosable,
    choose_areas,
    choose_categories,
    save_answer,
    start_application,
    submit_application,
    withdraw_application,
)
from suppliers.forms.joining import AnswersForm, AreasForm, CategoriesForm, DeclarationForm
from suppliers.questionnaire import by_section, declarations, gaps, gaps_in_profile, steps
from suppliers.selectors import standing
from suppliers.states import APPLICATION, AnswerKind
from suppliers.views.supplier.finding import may_edit, own_application, own_supplier, posted
from suppliers.views.supplier.organisation import chosen_or_choice


@require_safe
@allow("suppliers.use_supplier_pages")
def qualification_list(request):
    """Where the person's organisation stands; a choice where there are several."""
    return chosen_or_choice(request, "supplier:joining")


@require_safe
@allow("suppliers.use_supplier_pages")
def joining(request, reference):
    """Where the organisation stands in each category, and what to do next."""
    supplier, at = own_supplier(request, reference), clock.now()
    applications = list(supplier.applications.for_list().order_by("-started_at"))
    live = next((one for one in applications if APPLICATION.allows("withdraw", one.state)), None)
    qualifications = supplier.qualifications.select_related("category").order_by("category")
    context = {
        "supplier": supplier,
        "framework": Framework.objects.current(),
        "at": at,
        "qualifications": list(qualifications),
        "notices": list(standing.open_notices(supplier)),
        "applications": applications,
        "live": live,
        "is_in": live is not None and not APPLICATION.allows("edit", live.state),
        "regions": standing.areas_by_region(supplier.areas.all()),
        "findings": standing.findings_to_mend(supplier),
        "may_edit": may_edit(request, supplier),
    }
    return render(request, "suppliers/supplier/joining.html", context)


@require_POST
@allow("suppliers.use_supplier_pages")
def application_start(request, reference):
    supplier = own_supplier(request, reference, "suppliers.apply")
    try:
        application = start_application(supplier=supplier, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("supplier:joining", reference=supplier.reference)
    return redirect("supplier:application_detail", reference=application.reference)


@require_safe
@allow("suppliers.use_supplier_pages")
def application_detail(request, reference):
    """The task list while the application is in hand; afterwards where it stands, and why."""
    application = own_application(request, reference)
    edits = may_edit(request, application.supplier)
    if APPLICATION.allows("edit", application.state) and edits:
        return _task_list(request, application)
    context = {
        "application": application,
        "supplier": application.supplier,
        "qualifications": application.qualifications.select_related("category"),
        "groups": by_section(steps(application)),
        "regions": standing.areas_by_region(application.areas.all()),
        "decision_due": standing.decision_due(application),
        "may_withdraw": edits and APPLICATION.allows("withdraw", application.state),
    }
    return render(request, "suppliers/supplier/application_status.html", context)


def _task_list(request, application):
    asked = steps(application)
    questions = [step for step in asked if step.question.kind != AnswerKind.EVIDENCE]
    # Categories stand under their section; what is asked once stands together.
    sections = {}
    for group in by_section(questions):
        name = group["section"] if group["category"] else _("About your organisation")
        sections.setdefault(name, []).append(_task(application, group))
    missing = gaps(application, asked)
    context = {
        "application": application,
        "supplier": application.supplier,
        "first_tasks": _first_tasks(application),
        "sections": [{"name": name, "tasks": tasks} for name, tasks in sections.items()],
        "last_tasks": _last_tasks(application, asked, missing),
        "missing": missing,
        "points": [
            (step.title, needed, _answers_url(application, step.question.section, step.category))
            for step in asked
            for needed in step.needed
        ],
    }
    return render(request, "suppliers/supplier/application_tasks.html", context)


def _task(application, group):
    begun, done = (
        any(step.is_begun for step in group["steps"]),
        all(step.is_done for step in group["steps"]),
    )
    needed = any(step.needed for step in group["steps"])
    state = "completed" if done else "in_progress" if begun else "not_started"
    return {
        "words": group["category"].name if group["category"] else group["section"],
        "url": _answers_url(application, group["section"], group["category"]),
        "state": "in_progress" if needed and done else state,
        "hint": _("More is needed here") if needed else "",
    }


def _answers_url(application, section, category):
    where = {"reference": application.reference, "section": slugify(section)}
    if category is None:
        return reverse("supplier:application_answers", kwargs=where)
    return reverse(
        "supplier:application_category_answers", kwargs={**where, "category": category.slug}
    )


def _first_tasks(application):
    supplier, where = application.supplier, {"reference": application.reference}
    missing = gaps_in_profile(supplier)
    return [
        {
            "words": _("Check what we know of your organisation"),
            "url": reverse(
                "supplier:organisation_detail", kwargs={"reference": supplier.reference}
            ),
            "state": "in_progress" if missing else "completed",
            "hint": missing[0] if missing else "",
        },
        {
            "words": _("Choose categories"),
            "url": reverse("supplier:application_categories", kwargs=where),
            "state": "completed" if application.categories.exists() else "not_started",
        },
        {
            "words": _("Choose areas"),
            "url": reverse("supplier:application_areas", kwargs=where),
            "state": "completed" if application.areas.exists() else "not_started",
        },
    ]


def _last_tasks(application, asked, missing):
    evidence = [step for step in asked if step.question.kind == AnswerKind.EVIDENCE]
    shown = sum(len(step.evidence) for step in evidence)
    supplier = {"reference": application.supplier.reference}
    return [
        {
            "words": _("Documents, if you have them at hand"),
            "url": reverse("supplier:evidence_list", kwargs=supplier),
            "state": "completed" if shown and all(s.is_done for s in evidence) else "optional",
        },
        {
            "words": _("Check your answers and submit"),
            "url": reverse(
                "supplier:application_check", kwargs={"reference": application.reference}
            ),
            "state": "cannot_start" if missing else "not_started",
            "hint": _("You can look at your answers at any time") if missing else "",
        },
    ]


def _back(request, application):
    """To the check of all answers where the page was opened from there, else to the task list."""
    name = "application_check" if _from_check(request) else "application_detail"
    return reverse(f"supplier:{name}", kwargs={"reference": application.reference})


def _from_check(request):
    return request.GET.get("back") == "check"


def _onward(request, application):
    if "later" in request.POST:
        messages.success(request, _("Your answers are saved. You can come back at any time"))
        return redirect("supplier:joining", reference=application.supplier.reference)
    return redirect(_back(request, application))


def _editable(request, reference):
    """The application, for pages that change it; None where it is out of hand by now."""
    application = own_application(request, reference)
    require(request.user, "suppliers.apply", application.supplier)
    return application, APPLICATION.allows("edit", application.state)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_categories(request, reference):
    application, in_hand = _editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    at = clock.now()
    form = CategoriesForm(
        posted(request),
        choosable=choosable(application, at=at),
        chosen=list(application.categories.all()),
    )
    if form.is_valid():
        try:
            choose_categories(
                application=application,
                categories=form.cleaned_data["categories"],
                seen=form.cleaned_data["seen"] or None,
                by=request.user,
                at=at,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _onward(request, application)
    held = application.supplier.qualifications.exclude(
        category__in=choosable(application, at=at)
    ).select_related("category")
    context = {
        "form": form,
        "application": application,
        "held": held,
        "back": _back(request, application),
    }
    return render(request, "suppliers/supplier/application_categories.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_areas(request, reference):
    application, in_hand = _editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    form = AreasForm(posted(request), chosen=application.areas.all())
    if form.is_valid():
        try:
            choose_areas(
                application=application,
                areas=form.chosen_areas(),
                seen=form.cleaned_data["seen"] or None,
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return _onward(request, application)
    context = {"form": form, "application": application, "back": _back(request, application)}
    return render(request, "suppliers/supplier/application_areas.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_answers(request, reference, section, category=None):
    """A short page of questions. What can be saved is saved, whatever else is still wrong."""
    application, in_hand = _editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    asked = _asked(application, section, category)
    form = AnswersForm(posted(request), asked=asked)
    theirs = {}
    if request.method == "POST":
        theirs = _save(request, application, form)
        is_whole = form.is_valid() and not theirs
        if is_whole or ("later" in request.POST and not theirs and not _unsaved(form)):
            return _onward(request, application)
    context = {
        "form": form,
        "application": application,
        "title": asked[0].category.name if category else asked[0].question.section,
        "asked": asked,
        "theirs": theirs,
        "has_errors": bool(theirs) or bool(form.errors),
        "back": _back(request, application),
    }
    return render(request, "suppliers/supplier/application_answers.html", context)


def _asked(application, section, category):
    asked = [
        step
        for step in steps(application)
        if slugify(step.question.section) == section
        and step.question.kind != AnswerKind.EVIDENCE
        and (step.category.slug if step.category else None) == category
    ]
    if not asked:
        raise Http404
    return asked


def _save(request, application, form):
    """Save each answer that can be; what a colleague wrote meanwhile, by the code it is about."""
    form.is_valid()
    at, theirs = clock.now(), {}
    for step, answer in form.answers():
        try:
            kept = save_answer(
                application=application,
                question=step.question,
                category=step.category,
                by=request.user,
                at=at,
                **answer,
            )
            form.saw(step, kept)
        except Refused as refusal:
            if refusal.code != "stale":
                refuse(form, refusal)
                continue
            now = application.answers.filter(question=step.question, category=step.category).first()
            theirs[step.question.code] = form.show_both(step, now)
    return theirs


def _unsaved(form):
    """Whether something was typed that could not be kept, so that it must stay on the page."""
    typed = {name for name in form.errors if form.data.get(name, "").strip()}
    return bool(typed)


@require_safe
@allow("suppliers.use_supplier_pages")
def application_check(request, reference):
    """Every answer on one page, each with a way to change it."""
    application, in_hand = _editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    asked = steps(application)
    groups = by_section(asked)
    for group in groups:
        where = _answers_url(application, group["section"], group["category"])
        group["url"] = f"{where}?back=check"
    context = {
        "application": application,
        "supplier": application.supplier,
        "identifiers": list(application.supplier.identifiers.all()),
        "groups": groups,
        "regions": standing.areas_by_region(application.areas.all()),
        "missing": gaps(application, asked),
        "back": _back(request, application),
    }
    return render(request, "suppliers/supplier/application_check.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_declare(request, reference):
    """Declare and submit."""
    application, in_hand = _editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    form = DeclarationForm(posted(request), declarations=declarations())
    if form.is_valid():
        try:
            submit_application(
                application=application, declared=form.codes(), by=request.user, at=clock.now()
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("supplier:application_submitted", reference=application.reference)
    context = {
        "form": form,
        "application": application,
        "missing": gaps(application),
        "back": reverse("supplier:application_check", kwargs={"reference": reference}),
    }
    return render(request, "suppliers/supplier/application_declare.html", context)


@require_safe
@allow("suppliers.use_supplier_pages")
def application_submitted(request, reference):
    """It is in: what happens next, and by when."""
    application = own_application(request, reference)
    if APPLICATION.allows("edit", application.state) or application.submitted_at is None:
        return redirect("supplier:application_detail", reference=reference)
    context = {
        "application": application,
        "supplier": application.supplier,
        "decision_due": standing.decision_due(application),
    }
    return render(request, "suppliers/supplier/application_submitted.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_withdraw(request, reference):
    application = own_application(request, reference, "suppliers.apply")
    if request.method == "POST":
        try:
            withdraw_application(application=application, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("Your application has been withdrawn"))
        return redirect("supplier:joining", reference=application.supplier.reference)
    context = {"application": application, "back": _back(request, application)}
    return render(request, "suppliers/supplier/application_withdraw.html", context)
