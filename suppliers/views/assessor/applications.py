"""The queue of applications to join: read with evidence, decide, ask for more."""

from datetime import timedelta

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.documents.serving import document_response
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.assessing import ask_for_more, decide_application
from suppliers.forms.assessing import ApplicationFilter, DecisionForm, RequestForm
from suppliers.models import Application, Evidence, QualificationDecision
from suppliers.questionnaire import by_section, steps
from suppliers.selectors import standing
from suppliers.states import APPLICATION, ApplicationState, QualificationState

# While the supplier has it in hand, its answers are a draft, and nobody else's to read.
READABLE = [ApplicationState.SUBMITTED, ApplicationState.DECIDED]
PAGE = 50


@require_safe
@allow("suppliers.use_assessor_pages")
def application_list(request):
    """Applications that were submitted, those waiting longest first."""
    filters, at = ApplicationFilter(request.GET), clock.now()
    chosen = filters.chosen()
    submitted = Application.objects.submitted()
    found = _narrowed(submitted, chosen, at)
    counts = dict(submitted.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "filters": filters,
        "page": Paginator(found.for_list().order_by("submitted_at", "pk"), PAGE).get_page(
            request.GET.get("page")
        ),
        "counts": [(label, counts.get(state, 0)) for state, label in ApplicationState.choices[1:]],
        "at": at,
    }
    return render(request, "suppliers/assessor/application_list.html", context)


def _narrowed(found, chosen, at):
    state = chosen.get("state") or ApplicationState.SUBMITTED
    if state != "all":
        found = found.filter(state=state)
    if "category" in chosen:
        found = found.filter(categories=chosen["category"])
    if "waited" in chosen:
        found = found.filter(submitted_at__lte=at - timedelta(days=int(chosen["waited"])))
    if "words" in chosen:
        found = found.filter(supplier__name__icontains=chosen["words"])
    return found


def _submitted(reference):
    found = Application.objects.submitted().select_related(
        "supplier", "framework", "submitted_by", "decided_by", "returned_by"
    )
    return get_object_or_404(found, reference=reference)


@require_safe
@allow("suppliers.use_assessor_pages")
def application_detail(request, reference):
    """An application with its evidence, what the checks found, and what was decided."""
    application = _submitted(reference)
    supplier, is_readable = application.supplier, application.state in READABLE
    qualifications = list(
        application.qualifications.select_related("category").order_by("category")
    )
    context = {
        "application": application,
        "supplier": supplier,
        "identifiers": list(supplier.identifiers.all()),
        "regions": standing.areas_by_region(application.areas.all()) if is_readable else [],
        "groups": by_section(steps(application)) if is_readable else [],
        "is_readable": is_readable,
        "qualifications": qualifications,
        "undecided": [q for q in qualifications if q.state == QualificationState.APPLIED],
        "points": application.more_points.select_related("question", "category"),
        "findings": standing.findings_to_mend(supplier, is_assessor=True),
        "decisions": QualificationDecision.objects.filter(qualification__supplier=supplier)
        .select_related("qualification__category", "decided_by")
        .order_by("-decided_at", "-pk"),
        "can_decide": APPLICATION.allows("decide", application.state),
        "decision_due": standing.decision_due(application),
        "at": clock.now(),
    }
    return render(request, "suppliers/assessor/application_detail.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_assessor_pages")
def application_decide(request, reference):
    """Grant or refuse, category by category, with reasons."""
    application = _submitted(reference)
    waiting = application.qualifications.filter(state=QualificationState.APPLIED)
    categories = [one.category for one in waiting.select_related("category").order_by("category")]
    if request.method == "GET" and not (
        categories and APPLICATION.allows("decide", application.state)
    ):
        messages.error(request, _("This application has been decided or given back meanwhile"))
        return redirect("assessor:application_detail", reference=reference)
    posted = request.POST if request.method == "POST" else None
    # The boxes that were sent: one that a colleague has decided since must be seen to be so.
    sent = [
        category for category in application.categories.all() if posted and _sent(posted, category)
    ]
    form = DecisionForm(posted, categories=sent or categories)
    if form.is_valid():
        try:
            decide_application(
                application=application,
                verdicts=form.verdicts(),
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The decision is made, and the supplier is told"))
            return redirect("assessor:application_detail", reference=reference)
    context = {"form": form, "application": application}
    return render(request, "suppliers/assessor/application_decide.html", context)


def _sent(posted, category):
    return f"verdict_{category.slug}" in posted


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_assessor_pages")
def application_ask(request, reference):
    """Give the application back with what is needed."""
    application = _submitted(reference)
    if not APPLICATION.allows("ask_for_more", application.state):
        messages.error(request, _("This application has been decided or given back meanwhile"))
        return redirect("assessor:application_detail", reference=reference)
    posted = request.POST if request.method == "POST" else None
    form = RequestForm(posted, asked=steps(application))
    if form.is_valid():
        try:
            ask_for_more(
                application=application,
                needs=form.needs(),
                because=form.cleaned_data["because"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The supplier is asked, and told by email"))
            return redirect("assessor:application_detail", reference=reference)
    context = {"form": form, "application": application}
    return render(request, "suppliers/assessor/application_ask.html", context)


@require_safe
@allow("suppliers.use_assessor_pages")
def evidence_download(request, reference):
    """A document of an organisation that has applied."""
    found = Evidence.objects.filter(
        supplier__in=Application.objects.submitted().values("supplier")
    ).select_related("document")
    evidence = get_object_or_404(found, reference=reference)
    return document_response(evidence.document, by=request.user)
