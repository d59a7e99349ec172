"""Pages that programs read: for search engines, and for whoever finds a weakness."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from framework_portal.freshness import public_page

PLAIN = "text/plain; charset=utf-8"


@public_page
def robots(request):
    """Everything public may be indexed; what needs a sign-in, and filtered lists, need not."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: /{folder}/"
            for folder in ("account", "admin", "supplier", "commissioner", "assessor", "integrity")
        ),
        "Disallow: /*?",
        f"Sitemap: {settings.PORTAL_ADDRESS}{reverse('public:sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@public_page
def security(request):
    """Whom to tell of a weakness, as RFC 9116 has it."""
    expires = request.at + timedelta(days=180)
    contact = settings.CONTACT_ADDRESS
    page = f"{settings.PORTAL_ADDRESS}{reverse('public:help')}"
    lines = [
        f"Contact: {f'mailto:{contact}' if contact else page}",
        f"Expires: {expires:%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: en, cy",
        f"Canonical: {settings.PORTAL_ADDRESS}{reverse('public:security')}",
        f"Policy: {page}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)
