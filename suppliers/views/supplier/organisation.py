"""Registering an organisation, its page, and keeping it true."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.registration import (
    add_identifier,
    choose_main_identifier,
    edit_organisation,
    register_organisation,
    remove_identifier,
)
from suppliers.actions.standing import change_areas
from suppliers.forms.joining import AreasForm
from suppliers.forms.organisation import AboutForm, ContactForm, IdentifierForm
from suppliers.models import Supplier
from suppliers.questionnaire import gaps_in_profile
from suppliers.selectors import standing
from suppliers.views.supplier.finding import may_edit, own_supplier, posted


@require_safe
@allow("suppliers.use_supplier_pages")
def organisation(request):
    """The person's organisation; a choice where there are several."""
    return chosen_or_choice(request, "supplier:organisation_detail")


def chosen_or_choice(request, target):
    """On to `target` for the only organisation, or a page to choose or register one."""
    suppliers = list(Supplier.objects.of(request.user).order_by("name", "pk"))
    if len(suppliers) == 1:
        return redirect(target, reference=suppliers[0].reference)
    invitations = standing.open_invitations(request.user, at=clock.now())
    context = {"suppliers": suppliers, "target": target, "invitations": invitations}
    return render(request, "suppliers/supplier/organisation_choice.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def organisation_register(request):
    form = AboutForm(posted(request))
    if form.is_valid():
        supplier = register_organisation(by=request.user, at=clock.now(), **form.cleaned_data)
        return redirect("supplier:organisation_identifiers", reference=supplier.reference)
    return render(request, "suppliers/supplier/organisation_register.html", {"form": form})


@require_safe
@allow("suppliers.use_supplier_pages")
def organisation_detail(request, reference):
    """Everything known of the organisation."""
    supplier = own_supplier(request, reference)
    context = {
        "supplier": supplier,
        "identifiers": list(supplier.identifiers.all()),
        "regions": standing.areas_by_region(supplier.areas.all()),
        "gaps": gaps_in_profile(supplier),
        "findings": standing.findings_to_mend(supplier),
        "may_edit": may_edit(request, supplier),
        "several": Supplier.objects.of(request.user).count() > 1,
    }
    return render(request, "suppliers/supplier/organisation_detail.html", context)


def _edit(request, reference, form_class, title, next_page):
    supplier = own_supplier(request, reference, "suppliers.edit_supplier")
    # A copy: the form writes what was typed into its instance, and the action compares.
    form = form_class(posted(request), instance=Supplier.objects.get(pk=supplier.pk))
    if form.is_valid():
        edit_organisation(supplier=supplier, by=request.user, at=clock.now(), **form.cleaned_data)
        return redirect(next_page, reference=supplier.reference)
    context = {"form": form, "supplier": supplier, "title": title}
    return render(request, "suppliers/supplier/organisation_edit.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def organisation_about(request, reference):
    title = _("About your organisation")
    return _edit(request, reference, AboutForm, title, "supplier:organisation_detail")


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def organisation_contact(request, reference):
    title = _("How to reach your organisation")
    return _edit(request, reference, ContactForm, title, "supplier:organisation_detail")


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def organisation_identifiers(request, reference):
    """The organisation's numbers in public registers: add, take away, choose the main one."""
    supplier = own_supplier(request, reference, "suppliers.edit_supplier")
    if request.method == "POST" and ("remove" in request.POST or "main" in request.POST):
        return _change_identifier(request, supplier)
    form = IdentifierForm(posted(request))
    if form.is_valid():
        try:
            add_identifier(supplier=supplier, by=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The number has been added"))
            return redirect("supplier:organisation_identifiers", reference=supplier.reference)
    context = {
        "form": form,
        "supplier": supplier,
        "identifiers": list(supplier.identifiers.all()),
    }
    return render(request, "suppliers/supplier/organisation_identifiers.html", context)


def _change_identifier(request, supplier):
    held = {str(one): one for one in supplier.identifiers.all()}
    removed, main = held.get(request.POST.get("remove")), held.get(request.POST.get("main"))
    if removed is not None:
        remove_identifier(identifier=removed, by=request.user, at=clock.now())
        messages.success(request, _("The number has been taken away"))
    elif main is not None:
        try:
            choose_main_identifier(identifier=main, by=request.user, at=clock.now())
        except Refused as refusal:
            messages.error(request, refusal.message)
    return redirect("supplier:organisation_identifiers", reference=supplier.reference)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
def organisation_areas(request, reference):
    """The areas the organisation serves; what matches changes at once."""
    supplier = own_supplier(request, reference, "suppliers.edit_supplier")
    form = AreasForm(posted(request), chosen=supplier.areas.all(), later=False)
    if form.is_valid():
        try:
            change_areas(
                supplier=supplier,
                areas=form.chosen_areas(),
                seen=form.cleaned_data["seen"] or None,
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Your areas have been changed"))
            return redirect("supplier:organisation_detail", reference=supplier.reference)
    context = {"form": form, "supplier": supplier}
    return render(request, "suppliers/supplier/organisation_areas.html", context)
