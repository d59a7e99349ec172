"""Pages of words, and where browsers report what they refused to run."""

from django.urls import path

from framework_portal.middleware import REPORTS
from framework_portal.pages import public

urlpatterns = [
    path("favicon.ico", public.favicon, name="favicon"),
    path("help/", public.help_and_contact, name="help"),
    path("if-something-goes-wrong/", public.incident_rule, name="incident_rule"),
    path("accessibility/", public.accessibility, name="accessibility"),
    path("privacy/", public.privacy, name="privacy"),
    path("cookies/", public.cookies, name="cookies"),
    path("terms/", public.terms, name="terms"),
    path(REPORTS.strip("/") + "/", public.content_security_reports, name="content_security"),
]
