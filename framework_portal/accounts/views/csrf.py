"""What is shown when a form's security token is missing, old or of somebody else."""

from django.http import HttpResponseRedirect, JsonResponse
from django.urls import Resolver404, resolve

from framework_portal import errors
from framework_portal.access import public
from framework_portal.accounts.middleware.stash import is_our_own, keep, wants_json


@public
def csrf_failure(request, reason=""):
    """An own page with an old token costs nobody what they typed; anything else is refused.

    Keeping a form that another site sent would let that site have it sent again.
    """
    if wants_json(request):
        return JsonResponse({"outcome": "token"}, status=403)
    if is_our_own(request) and _needs_sign_in(request) and keep(request):
        return HttpResponseRedirect(request.get_full_path())
    return errors.page(request, "errors/csrf.html", 403, path=request.path)


def _needs_sign_in(request):
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return getattr(view, "login_required", True)
