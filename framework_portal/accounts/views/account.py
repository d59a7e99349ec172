"""The account of whoever is signed in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from framework_portal.access import signed_in
from framework_portal.accounts.actions import stash
from framework_portal.accounts.actions.people import rename_person
from framework_portal.accounts.actions.sessions import end_session
from framework_portal.accounts.forms import NameForm
from framework_portal.accounts.middleware.sessions import note, seconds_left
from framework_portal.accounts.selectors import activity_of, session_tag
from framework_portal.accounts.starting import first_page


@signed_in
@never_cache
@require_GET
def account_start(request):
    """Where a person who has signed in goes on from: the first page of their role."""
    return redirect(first_page(request.user))


@signed_in
@require_GET
def account_home(request):
    """Name, address, password, second step and sessions in one place."""
    waiting = EmailAddress.objects.filter(user=request.user, verified=False).first()
    factor = Authenticator.objects.filter(user=request.user, type="totp").first()
    return render(
        request,
        "account/home.html",
        {
            "waiting": waiting,
            "factor": factor,
            "must_have_factor": request.user.has_perm("accounts.must_use_second_factor"),
            # A page of an app above this one; without it the link is left out.
            "opens_bids": request.user.has_perm("lots.use_commissioner_pages"),
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def account_name(request):
    """Change one's own name."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if form.is_valid():
        rename_person(user=request.user, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, _("Your name is changed"))
        return redirect("account_home")
    return render(request, "account/name.html", {"form": form})


@signed_in
@require_GET
def account_activity(request):
    """What the audit trail holds of one's own doings."""
    page = Paginator(activity_of(request.user), 50).get_page(request.GET.get("page"))
    return render(request, "account/activity.html", {"page": page})


@signed_in
@require_POST
def account_session_end(request, tag):
    """Sign out of one other session."""
    own = UserSession.objects.filter(user=request.user)
    session = next((session for session in own if session_tag(session) == tag), None)
    if session is None:
        raise Http404
    end_session(session=session, by=request.user)
    messages.success(request, _("That session is signed out"))
    return redirect("usersessions_list")


@signed_in
@never_cache
@require_GET
def stay_signed_in(request):
    """What the warning asks for: the session lasts on, for so many seconds."""
    note(request)
    return JsonResponse({"seconds": seconds_left(request)})


@signed_in
@require_POST
def account_stash_drop(request):
    """What was kept of a form is not wanted any more."""
    token, path = request.COOKIES.get(settings.STASH_COOKIE_NAME), request.POST.get("path", "")
    if token:
        stash.drop_stashed(token=token, path=path, person=request.user)
    messages.success(request, _("We have deleted what we kept of your form"))
    return redirect("account_start")
