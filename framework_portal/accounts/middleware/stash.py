"""A form that arrives after its session has ended is kept, and given back after signing in."""

import secrets
from urllib.parse import urlencode, urlsplit

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import BadRequest, SuspiciousOperation, ValidationError
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from framework_portal import clock, errors
from framework_portal.accounts import devices
from framework_portal.accounts.actions import stash
from framework_portal.accounts.actions.guessing import door
from framework_portal.accounts.adapters import claim
from framework_portal.refusals import TooOften

LONGEST_PATH = 2000
# Sent with the form, and sent again, but nobody typed them.
UNTYPED = {"save", "later", "action_add", "shown", "base", "tab", "turn"}
UNREADABLE = (BadRequest, SuspiciousOperation, UnreadablePostError, MultiPartParserError)


def keep(request):
    """Keep what was posted for whoever was signed in; whether that was possible."""
    path = request.get_full_path()
    try:
        form = stash.keepable(request.POST.lists(), request.FILES.lists())
    except UNREADABLE:
        return False
    # A form with nothing but its button is kept as well: its page may answer nothing but a POST.
    if len(path) > LONGEST_PATH or not stash.is_small_enough(form):
        return False
    person = _owner(request)
    if person is None and not _may_keep_for_strangers(request):
        return False
    token = request.COOKIES.get(settings.STASH_COOKIE_NAME) or secrets.token_urlsafe(32)
    stash.stash_form(token=token, path=path, person=person, form=form, at=clock.now())
    request.stash_token = token
    return True


def _owner(request):
    if request.user.is_authenticated:
        return request.user
    return getattr(request, "timed_out", None) or devices.last_person(request)


def _may_keep_for_strangers(request):
    """A stranger fills nobody's disk: so many forms from one network, like wrong guesses."""
    try:
        claim([door("stash", get_adapter().get_client_ip(request))])
    except ValidationError:
        return False
    return True


class KeepForms:
    """Gives kept forms back, and asks again for password or code without losing the form."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        token = request.COOKIES.get(settings.STASH_COOKIE_NAME)
        response = self.get_response(request)
        kept_now = getattr(request, "stash_token", None)
        if kept_now:
            response.set_cookie(
                settings.STASH_COOKIE_NAME,
                kept_now,
                max_age=int(stash.KEPT_FOR.total_seconds()),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        elif token and request.method == "POST" and response.status_code < 400:
            self._sent_again(request, token)
        elif getattr(request, "nothing_is_kept", False):
            response.delete_cookie(settings.STASH_COOKIE_NAME)
        return response

    def _sent_again(self, request, token):
        if request.user.is_authenticated:
            stash.drop_stashed(token=token, path=request.get_full_path(), person=request.user)

    def process_view(self, request, view, args, kwargs):
        token = request.COOKIES.get(settings.STASH_COOKIE_NAME)
        if not token or request.method != "GET" or not request.user.is_authenticated:
            return None
        kept = stash.waiting(token=token, at=clock.now())
        request.nothing_is_kept = not kept
        if any(form.person_id is None for form in kept.values()):
            stash.claim_stashed(token=token, person=request.user)
        path = request.get_full_path()
        found = kept.get(path)
        if found is None or found.person_id not in (None, request.user.pk):
            return None
        typed = stash.read_stashed(stashed=found)
        shown = {name: values for name, values in typed["fields"].items() if name not in UNTYPED}
        context = {"typed": typed, "shown": shown, "path": path}
        return render(request, "account/kept_form.html", context)

    def process_exception(self, request, exception):
        if isinstance(exception, TooOften):
            kept = request.method == "POST" and keep(request)
            again = request.get_full_path() if kept else ""
            response = errors.page(request, "errors/429.html", 429, again=again)
            response["Retry-After"] = "60"
            return response
        if not isinstance(exception, ReauthenticationRequired) or request.user.is_anonymous:
            return None
        if request.method == "POST":
            keep(request)
        methods = get_adapter().get_reauthentication_methods(request.user)
        ask = methods[0]["url"] if methods else reverse("account_login")
        back = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{ask}?{back}")


class SignInRequired(LoginRequiredMiddleware):
    """Everything needs signing in; what was posted too late is kept meanwhile."""

    def handle_no_permission(self, request, view_func):
        if "Tus-Resumable" in request.headers:  # no page of a person's, and nothing to keep
            return HttpResponse(status=401)
        if wants_json(request):
            return JsonResponse({"outcome": "signed_out"}, status=401)
        if request.timed_out:
            messages.info(request, _("We signed you out because your session had ended"))
        if request.method == "POST":
            keep(request)
        return super().handle_no_permission(request, view_func)


def wants_json(request):
    """Whether a script of a page asks, which keeps what was typed and says so by itself."""
    return request.headers.get("Accept") == "application/json"


def is_our_own(request):
    """Whether the browser says that one of our own pages sent this."""
    own = request.get_host()
    sent_by = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(sent_by).netloc == own
