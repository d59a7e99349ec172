"""The last pages of an application: check, declare and submit it, or withdraw it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.joining import submit_application, withdraw_application
from suppliers.forms.joining import DeclarationForm
from suppliers.questionnaire import by_section, declarations, gaps, steps
from suppliers.selectors import standing
from suppliers.states import APPLICATION
from suppliers.views.supplier.applying import answers_url, back_from, editable
from suppliers.views.supplier.finding import own_application, posted


@require_safe
@allow("suppliers.use_supplier_pages")
def application_check(request, reference):
    """Every answer on one page, each with a way to change it."""
    application, in_hand = editable(request, reference)
    if not in_hand:
        return redirect("supplier:application_detail", reference=reference)
    asked = steps(application)
    groups = by_section(asked)
    for group in groups:
        where = answers_url(application, group["section"], group["category"])
        group["url"] = f"{where}?back=check"
    context = {
        "application": application,
        "supplier": application.supplier,
        "identifiers": list(application.supplier.identifiers.all()),
        "groups": groups,
        "regions": standing.areas_by_region(application.areas.all()),
        "missing": gaps(application, asked),
        "back": back_from(request, application),
    }
    return render(request, "suppliers/supplier/application_check.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_declare(request, reference):
    """Declare and submit."""
    application, in_hand = editable(request, reference)
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
    context = {"application": application, "back": back_from(request, application)}
    return render(request, "suppliers/supplier/application_withdraw.html", context)
