"""What stands in the header and footer, for whom. The one place that knows."""

from dataclasses import dataclass
from functools import lru_cache

import rules
from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A link in the navigation: its words, the name of its page and who is shown it."""

    words: str
    name: str
    permission: str = ""


PUBLIC = [
    Entry(_("Opportunities"), "public:competition_list"),
    Entry(_("Framework"), "public:framework"),
    Entry(_("Suppliers"), "public:supplier_list"),
    Entry(_("Awards"), "public:award_list"),
    Entry(_("Contracts"), "public:contract_list"),
    Entry(_("Coverage"), "public:coverage"),
]
SUPPLIER = [
    Entry(_("Dashboard"), "supplier:dashboard"),
    Entry(_("Find opportunities"), "supplier:lot_list"),
    Entry(_("Bids"), "supplier:bid_list"),
    Entry(_("Named work"), "supplier:consent_list"),
    Entry(_("Contracts"), "supplier:contract_list"),
    Entry(_("Qualification"), "supplier:qualification_list"),
    Entry(_("Organisation"), "supplier:organisation"),
]
COMMISSIONER = [
    Entry(_("Competitions"), "commissioner:competition_list"),
    Entry(_("Clarifications"), "commissioner:clarification_list"),
    Entry(_("Awards"), "commissioner:award_list"),
    Entry(_("Contracts"), "commissioner:contract_list"),
]
ASSESSOR = [
    Entry(_("Applications"), "assessor:application_list"),
    Entry(_("Suppliers"), "assessor:supplier_list"),
    Entry(_("Findings"), "assessor:finding_list"),
]
INTEGRITY = [
    Entry(_("Confidential reports"), "integrity:report_list"),
    Entry(_("Findings"), "integrity:finding_list"),
]
STAFF = [Entry(_("Faults"), "public:fault_list")]
# Whoever holds the permission is shown the entries, in this order.
AUDIENCES = [
    ("suppliers.use_supplier_pages", SUPPLIER),
    ("lots.use_commissioner_pages", COMMISSIONER),
    ("suppliers.use_assessor_pages", ASSESSOR),
    ("contracts.use_integrity_pages", INTEGRITY),
    ("watch.read_faults", STAFF),
]
ADMIN = Entry(_("Administration"), "admin:index")
FOOTER = [
    Entry(_("Help and contact"), "public:help"),
    Entry(_("If something goes wrong"), "public:incident_rule"),
    Entry(_("Service status"), "public:service_status"),
    Entry(_("Check a receipt"), "public:receipt_check"),
    Entry(_("Accessibility statement"), "public:accessibility"),
    Entry(_("Privacy"), "public:privacy"),
    Entry(_("Cookies"), "public:cookies"),
    Entry(_("Terms of use"), "public:terms"),
]


def address(name, *args, **kwargs):
    """The address of the page called `name`, or "" where there is no such page."""
    if not args and not kwargs:
        return _plain_address(name, settings.ROOT_URLCONF, get_urlconf(), get_script_prefix())
    try:
        return reverse(name, args=args, kwargs=kwargs)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=256)
def _plain_address(name, *_where):
    # Every page asks for a score of these; they change with the URLs only.
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def entries(user=None):
    """The entries of the header for `user`: of each role held, or of a stranger."""
    if user is None or not user.is_authenticated:
        return PUBLIC
    # rules.has_perm and not user.has_perm: an unknown permission is a plain no, without a query.
    held = [entries for permission, entries in AUDIENCES if rules.has_perm(permission, user)]
    shown = [entry for entries in held for entry in entries] or list(PUBLIC)
    return [*shown, ADMIN] if user.is_staff else shown


def links(listed, path=""):
    """The links of `listed` that lead somewhere, the one that `path` lies under marked current."""
    found = [(entry, address(entry.name)) for entry in listed]
    found = [(entry, url) for entry, url in found if url]
    under = [url for _entry, url in found if path.startswith(url)]
    current = max(under, key=len, default=None)
    return [
        {"words": entry.words, "url": url, "current": path == url, "active": url == current}
        for entry, url in found
    ]
