"""Everything under /account/: allauth's pages, and ours beside them."""

from allauth.urls import urlpatterns as allauth_urlpatterns
from django.urls import URLResolver, path

from framework_portal.access import PUBLIC, SIGNED_IN
from framework_portal.accounts.views import account

urlpatterns = [
    path("", account.account_home, name="account_home"),
    path("start/", account.account_start, name="account_start"),
    path("name/", account.account_name, name="account_name"),
    path("activity/", account.account_activity, name="account_activity"),
    path("stay/", account.stay_signed_in, name="stay_signed_in"),
    path("sessions/<slug:tag>/end/", account.account_session_end, name="account_session_end"),
    path("kept/drop/", account.account_stash_drop, name="account_stash_drop"),
    *allauth_urlpatterns,
]


def say_audience(patterns):
    """Allauth says who needs to be signed in; the portal wants every view to say whom it is for."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            say_audience(pattern.url_patterns)
        elif not hasattr(pattern.callback, "audience"):
            needs_sign_in = getattr(pattern.callback, "login_required", True)
            pattern.callback.audience = SIGNED_IN if needs_sign_in else PUBLIC


say_audience(urlpatterns)
