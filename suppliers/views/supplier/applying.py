"""An application in hand: its task list, and what its pages share."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from framework_portal.access import allow, require
from suppliers.questionnaire import by_section, gaps, gaps_in_profile, steps
from suppliers.selectors import standing
from suppliers.states import APPLICATION, AnswerKind
from suppliers.views.supplier.finding import may_edit, own_application


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
            (step.title, needed, answers_url(application, step.question.section, step.category))
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
        "url": answers_url(application, group["section"], group["category"]),
        "state": "in_progress" if needed and done else state,
        "hint": _("More is needed here") if needed else "",
    }


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


def answers_url(application, section, category):
    where = {"reference": application.reference, "section": slugify(section)}
    if category is None:
        return reverse("supplier:application_answers", kwargs=where)
    return reverse(
        "supplier:application_category_answers", kwargs={**where, "category": category.slug}
    )


def back_from(request, application):
    """To the check of all answers where the page was opened from there, else to the task list."""
    name = "application_check" if _from_check(request) else "application_detail"
    return reverse(f"supplier:{name}", kwargs={"reference": application.reference})


def _from_check(request):
    return request.GET.get("back") == "check"


def onward(request, application):
    if "later" in request.POST:
        messages.success(request, _("Your answers are saved. You can come back at any time"))
        return redirect("supplier:joining", reference=application.supplier.reference)
    return redirect(back_from(request, application))


def editable(request, reference):
    """The application, for pages that change it; None where it is out of hand by now."""
    application = own_application(request, reference)
    require(request.user, "suppliers.apply", application.supplier)
    return application, APPLICATION.allows("edit", application.state)
