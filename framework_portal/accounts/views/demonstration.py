"""The demonstration's sign-ins, for whoever visits it. There is none outside the demonstration."""

from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from framework_portal import clock
from framework_portal.access import public
from framework_portal.accounts import demonstration


@public
@never_cache
@require_GET
def sign_in_list(request):
    """Everybody invented, with password and the code of the moment."""
    if not settings.DEMONSTRATION:
        raise Http404
    at = clock.now()
    return render(
        request,
        "account/demonstration_sign_ins.html",
        {
            "people": demonstration.sign_ins(at=at),
            "password": demonstration.PASSWORD,
            "passphrase": demonstration.OPENING_PASSPHRASE,
            "seconds_left": demonstration.seconds_left(at=at),
        },
    )


@public
@require_POST
def sign_in_as(request):
    """Leave whoever one was, also halfway in, and go on to sign in as somebody else."""
    if not settings.DEMONSTRATION:
        raise Http404
    logout(request)
    return redirect("account_login", preserve_request=True)
