"""What pages that save by themselves are told: JSON with an `outcome`, and the journal's key."""

import base64

from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from bids import journal
from framework_portal.accounts.middleware.sessions import seconds_left


def told(request, outcome, **facts):
    """One answer, with the seconds that the session has left."""
    return JsonResponse({"outcome": outcome, "seconds": seconds_left(request), **facts})


def handed_out(request, subject):
    """A fresh token, and the key of the journal: this person's for this bid or competition."""
    try:
        key_id, key = journal.key_for(request.user, subject, request.GET.get("key", ""))
    except KeyError:
        raise Http404 from None
    return JsonResponse(
        {
            "token": get_token(request),
            "writer": str(request.user.reference),
            "id": key_id,
            "key": base64.b64encode(key).decode(),
        }
    )


def first_error(form):
    """What is wrong with the form, in one sentence."""
    errors = (error for messages in form.errors.values() for error in messages)
    return strip_tags(str(next(errors, _("This cannot be saved"))))
