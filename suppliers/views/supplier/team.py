"""The people of an organisation."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from framework_portal import clock
from framework_portal.access import allow, public, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from suppliers.actions.team import (
    accept_invitation,
    cancel_invitation,
    change_role,
    invite_colleague,
    refuse_unusable,
    remove_member,
)
from suppliers.forms.team import InvitationForm, RoleForm
from suppliers.models import Invitation
from suppliers.selectors import vaults
from suppliers.views.supplier.finding import may_edit, own_supplier, posted


@require_safe
@allow("suppliers.use_supplier_pages")
def team_list(request, reference):
    supplier = own_supplier(request, reference)
    manages = request.user.has_perm("suppliers.manage_members", supplier)
    waiting = supplier.invitations.filter(accepted_at=None, cancelled_at=None)
    people = vaults.team(supplier)
    context = {
        "supplier": supplier,
        "memberships": people,
        "can_open": vaults.can_open(request.vaults, supplier),
        "recovery": vaults.recovery_of(supplier),
        "only_reader": vaults.only_reader(people),
        "invitations": waiting.order_by("email") if manages else [],
        "manages": manages,
        "may_edit": may_edit(request, supplier),
        "at": clock.now(),
    }
    return render(request, "suppliers/supplier/team_list.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def team_invite(request, reference):
    supplier = own_supplier(request, reference, "suppliers.manage_members")
    form = InvitationForm(posted(request))
    if form.is_valid():
        try:
            invite_colleague(
                supplier=supplier, by=request.user, at=clock.now(), **form.cleaned_data
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The invitation is on its way"))
            return redirect("supplier:team_list", reference=supplier.reference)
    context = {"form": form, "supplier": supplier}
    return render(request, "suppliers/supplier/team_invite.html", context)


@require_POST
@allow("suppliers.use_supplier_pages")
def invitation_cancel(request, reference, invitation):
    supplier = own_supplier(request, reference, "suppliers.manage_members")
    invitation = get_object_or_404(supplier.invitations, reference=invitation)
    try:
        cancel_invitation(invitation=invitation, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("The link no longer works"))
    return redirect("supplier:team_list", reference=supplier.reference)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def team_role(request, reference, membership):
    supplier = own_supplier(request, reference, "suppliers.manage_members")
    membership = get_object_or_404(
        supplier.memberships.select_related("user"), reference=membership
    )
    before = {"role": membership.role, "may_submit": membership.may_submit}
    form = RoleForm(posted(request), initial=before)
    if form.is_valid():
        try:
            change_role(membership=membership, by=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("The role has been changed"))
            return redirect("supplier:team_list", reference=supplier.reference)
    context = {"form": form, "supplier": supplier, "membership": membership}
    return render(request, "suppliers/supplier/team_role.html", context)


@require_http_methods(["GET", "POST"])
@allow("suppliers.use_supplier_pages")
@recent_sign_in
def team_remove(request, reference, membership):
    """Take a colleague out of the team, or leave it."""
    supplier = own_supplier(request, reference)
    membership = get_object_or_404(
        supplier.memberships.select_related("user"), reference=membership
    )
    is_own = membership.user_id == request.user.pk
    if not is_own:
        require(request.user, "suppliers.manage_members", supplier)
    refusal = None
    if request.method == "POST":
        try:
            remove_member(membership=membership, by=request.user, at=clock.now())
        except Refused as refused:
            refusal = refused
        else:
            if is_own:
                messages.success(request, _("You have left the team"))
                return redirect("supplier:organisation")
            messages.success(request, _("This person is no longer in your team"))
            return redirect("supplier:team_list", reference=supplier.reference)
    context = {
        "supplier": supplier,
        "membership": membership,
        "is_own": is_own,
        "refusal": refusal,
        "has_errors": refusal is not None,
    }
    return render(request, "suppliers/supplier/team_remove.html", context)


@require_http_methods(["GET", "POST"])
@public
def invitation_accept(request, reference):
    """Where the link in the mail leads, for people with and without an account."""
    found = Invitation.objects.select_related("supplier")
    invitation, at = get_object_or_404(found, reference=reference), clock.now()
    refusal = None
    if request.user.is_authenticated:
        try:
            if request.method == "POST":
                membership = accept_invitation(invitation=invitation, by=request.user, at=at)
                messages.success(request, _("You have joined the team"))
                return redirect(
                    "supplier:organisation_detail", reference=membership.supplier.reference
                )
            refuse_unusable(invitation, request.user, at)
        except Refused as refused:
            refusal = refused
    is_over = invitation.accepted_at or invitation.cancelled_at or at >= invitation.expires_at
    context = {"invitation": invitation, "refusal": refusal, "is_over": bool(is_over)}
    return render(request, "suppliers/supplier/invitation_accept.html", context)
