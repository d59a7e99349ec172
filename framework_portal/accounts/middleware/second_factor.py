"""People whose role needs a second factor set one up before they do anything else."""

from django.http import HttpResponseRedirect
from django.urls import reverse

from framework_portal.accounts.middleware.sessions import standing
from framework_portal.accounts.middleware.stash import keep

# What they may open before.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "stay_signed_in",
    "mfa_activate_totp",
}


class SecondFactorFirst:
    """Sends them to the page where it is set up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.resolver_match.url_name in OPEN or not request.user.is_authenticated:
            return None
        noted = standing(request)
        if noted is None or not noted["lacks_factor"]:
            return None
        if request.method == "POST":
            keep(request)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
