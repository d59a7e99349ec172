"""Who can read what the organisation keeps: letting colleagues in, and the recovery code."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.vaults import let_in, make_recovery_code, recover
from suppliers.forms.team import RecoveryCodeForm
from suppliers.selectors.vaults import recovery_of
from suppliers.views.supplier.finding import own_supplier, posted


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def team_let_in(request, reference, membership):
    """Let a colleague read again who lost their key, after asking."""
    supplier = own_supplier(request, reference, "suppliers.edit_supplier")
    membership = get_object_or_404(
        supplier.memberships.select_related("user"), reference=membership
    )
    vault, refusal = request.vaults.of(supplier), None
    if request.method == "POST":
        try:
            let_in(membership=membership, vault=vault, by=request.user)
        except Refused as refused:
            refusal = refused
        else:
            words = _("%(name)s can read your submitted bids again")
            messages.success(request, words % {"name": membership.user})
            return redirect("supplier:team_list", reference=supplier.reference)
    context = {
        "supplier": supplier,
        "membership": membership,
        "refusal": refusal,
        "has_errors": refusal is not None,
    }
    return render(request, "suppliers/supplier/team_let_in.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def recovery_code_make(request, reference):
    """Make the code; the answer is the only page that ever shows it."""
    supplier = own_supplier(request, reference, "suppliers.manage_members")
    vault, context = request.vaults.of(supplier), {"supplier": supplier}
    if request.method == "POST":
        at = clock.now()
        code = make_recovery_code(vault=vault, by=request.user, at=at)
        context |= {"code": code, "groups": code.split("-"), "at": at}
        return render(request, "suppliers/supplier/recovery_code.html", context)
    context["recovery"] = recovery_of(supplier)
    return render(request, "suppliers/supplier/recovery_code_make.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def recovery_code_enter(request, reference):
    """Get back in with the printed code."""
    supplier = own_supplier(request, reference)
    form = RecoveryCodeForm(posted(request))
    if form.is_valid():
        try:
            recover(
                supplier=supplier,
                code=form.cleaned_data["code"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("You can read your submitted bids again"))
            return redirect("supplier:team_list", reference=supplier.reference)
    context = {"form": form, "supplier": supplier}
    return render(request, "suppliers/supplier/recovery_code_enter.html", context)
