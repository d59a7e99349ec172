"""Pages that say what the portal is and how it is run, and the address browsers report to."""

import json
import logging

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from framework_portal.access import public

logger = logging.getLogger("framework_portal.content_security")

LONGEST_REPORT = 20_000
REPORTED = ("effective-directive", "effectiveDirective", "violated-directive")


def words(name, title, context=dict):
    """A page of words: templates/framework_portal/public/<name>.html, given what `context()` is."""

    @public
    @require_safe
    def view(request):
        page = f"framework_portal/public/{name}.html"
        return render(request, page, {"title": title, **context()})

    return view


@public
@require_safe
def favicon(request):
    """Browsers ask for this address on pages that name no picture, such as the admin's."""
    return redirect(static("favicon.svg"))


def cookies_set():
    """Every cookie that the portal may set."""
    rows = [
        (settings.SESSION_COOKIE_NAME, _("Keeps you signed in"), _("Until you sign out, or a day")),
        (settings.CSRF_COOKIE_NAME, _("Makes sure that forms come from you"), _("One year")),
        (
            settings.DEVICE_COOKIE_NAME,
            _("Knows this device again, so that we can tell you of a sign-in from another"),
            _("One year"),
        ),
        (
            settings.UNLOCKED_COOKIE_NAME,
            _("One half of the key to what your organisation has submitted; we keep the other"),
            _("Until you sign out, or a day"),
        ),
        (
            settings.STASH_COOKIE_NAME,
            _("Leads to what you had typed when your session ended, kept encrypted"),
            _("One day"),
        ),
    ]
    return {"cookies": [dict(zip(("name", "purpose", "kept"), row, strict=True)) for row in rows]}


accessibility = words("accessibility", _("Accessibility statement"))
cookies = words("cookies", _("Cookies"), cookies_set)
help_and_contact = words(
    "help", _("Help and contact"), lambda: {"contact": settings.CONTACT_ADDRESS}
)
incident_rule = words("incident_rule", _("If something goes wrong"))
privacy = words("privacy", _("Privacy"))
terms = words("terms", _("Terms of use"))


@public
@csrf_exempt
@require_POST
def content_security_reports(request):
    """A browser kept something from running that our policy forbids: note which rule, no more.

    The report's addresses may hold references and what was typed, so they are not kept.
    """
    for rule in reported_rules(request.read(LONGEST_REPORT)):
        logger.warning("A page broke the content security policy: %s", rule)
    return HttpResponse(status=204)


def reported_rules(body):
    """The names of the rules that were broken, out of either form of report; few and plain."""
    try:
        report = json.loads(body)
    except (ValueError, RecursionError):
        return []
    reports = report if isinstance(report, list) else [report]
    rules = []
    for each in reports[:10]:
        inner = each.get("csp-report") or each.get("body") if isinstance(each, dict) else None
        if not isinstance(inner, dict):
            continue
        rule = next((inner[key] for key in REPORTED if isinstance(inner.get(key), str)), "")
        rules.append("".join(c for c in rule[:40] if c.isascii() and (c.isalnum() or c in "- '")))
    return [rule for rule in rules if rule]
