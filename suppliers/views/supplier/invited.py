"""Where the link to an invited organisation leads: at most two short pages, then the terms."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from framework_portal import clock
from framework_portal.access import allow, public
from framework_portal.accounts.forms import ProvedSignUpForm
from framework_portal.accounts.proved import sign_up
from framework_portal.forms import refuse
from framework_portal.navigation import address
from framework_portal.refusals import Refused
from suppliers.actions.inviting import refuse_unusable, register_invited, take_up
from suppliers.forms.inviting import AnswerForForm, InvitedOrganisationForm
from suppliers.rules import reads_for
from suppliers.selectors import inviting
from suppliers.views.supplier.finding import posted


def terms_page():
    """Where the terms to answer lie, of a bid or of a contract: a page of an app above this one."""
    return address("supplier:asked_start") or address("supplier:dashboard")


def _found(token):
    invitation = inviting.by_token(token)
    if invitation is None:
        raise Http404
    return invitation


def _ended(request, invitation, at):
    """The page of a link that does not work any more, or None. Only its holder is told why."""
    try:
        refuse_unusable(invitation, at)
    except Refused as refusal:
        user = request.user
        if invitation.accepted_for_id and user.has_perm(
            "suppliers.read_supplier", invitation.accepted_for
        ):
            return redirect(terms_page())
        context = {"invitation": invitation, "code": refusal.code, "terms": terms_page()}
        return render(request, "suppliers/supplier/invited_ended.html", context)
    return None


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("password1")
@public
def invited(request, token):
    """Who asks; then an account, or signing in, or which organisation answers."""
    invitation, at = _found(token), clock.now()
    ended = _ended(request, invitation, at)
    if ended is not None:
        return ended
    if request.user.is_authenticated:
        return _choose(request, token, invitation, at)
    if inviting.has_account(invitation):
        context = {"invitation": invitation}
        return render(request, "suppliers/supplier/invited_sign_in.html", context)
    form = ProvedSignUpForm(posted(request), email=invitation.email)
    if form.is_valid():
        next_page = address("supplier:invited_organisation", token=token)
        return sign_up(request, form, to=next_page) or redirect(request.path)
    context = {"form": form, "invitation": invitation}
    return render(request, "suppliers/supplier/invited_account.html", context)


def _choose(request, token, invitation, at):
    """Somebody who is signed in: which of their organisations was asked?"""
    context = {"invitation": invitation}
    if not request.user.has_perm("suppliers.use_supplier_pages"):
        return render(request, "suppliers/supplier/invited_officer.html", context)
    if reads_for(request.user, invitation.inviter):
        return render(request, "suppliers/supplier/invited_own.html", context)
    suppliers, reads_others = inviting.who_may_answer(request.user, invitation)
    if not suppliers and reads_others:
        return render(request, "suppliers/supplier/invited_reader.html", context)
    if not suppliers:
        return redirect("supplier:invited_organisation", token=token)
    form = AnswerForForm(posted(request), suppliers=suppliers)
    if form.is_valid():
        if form.chosen() is None:
            return redirect("supplier:invited_organisation", token=token)
        try:
            take_up(invitation=invitation, supplier=form.chosen(), by=request.user, at=at)
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect(terms_page())
    context["form"] = form
    return render(request, "suppliers/supplier/invited_choice.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
@allow("suppliers.use_supplier_pages")
def invited_organisation(request, token):
    """The organisation: what the register demands of it, and then on to the terms."""
    invitation, at = _found(token), clock.now()
    ended = _ended(request, invitation, at)
    if ended is not None:
        return ended
    if reads_for(request.user, invitation.inviter):
        return redirect("supplier:invited", token=token)
    form = InvitedOrganisationForm(posted(request))
    if form.is_valid():
        try:
            register_invited(invitation=invitation, by=request.user, at=at, **form.about())
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect(terms_page())
    context = {"form": form, "invitation": invitation}
    return render(request, "suppliers/supplier/invited_organisation.html", context)
