"""The pages of an application on which categories and areas are chosen."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.joining import choosable, choose_areas, choose_categories
from suppliers.forms.joining import AreasForm, CategoriesForm
from suppliers.views.supplier.applying import back_from, editable, onward
from suppliers.views.supplier.finding import posted


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_categories(request, reference):
    application, in_hand = editable(request, reference)
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
            return onward(request, application)
    held = application.supplier.qualifications.exclude(
        category__in=choosable(application, at=at)
    ).select_related("category")
    context = {
        "form": form,
        "application": application,
        "held": held,
        "back": back_from(request, application),
    }
    return render(request, "suppliers/supplier/application_categories.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def application_areas(request, reference):
    application, in_hand = editable(request, reference)
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
            return onward(request, application)
    context = {"form": form, "application": application, "back": back_from(request, application)}
    return render(request, "suppliers/supplier/application_areas.html", context)
