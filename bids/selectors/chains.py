"""The key subcontractors of an offer in words: for the lead, and for who reads it once opened."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bids.content import named_in, pounds_of, unsaid
from bids.selectors.consents import SIGNED_KIND
from framework_portal.reference.models import Area, Category
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.signing import verify
from framework_portal.wording import day, pounds


@dataclass(frozen=True)
class Link:
    """One of them: its terms as pairs of words, how it stands with its consent, the signed one."""

    entry: dict
    rows: list
    consent: object = None
    signed: dict | None = None

    @property
    def is_forged(self):
        """Whether a consent lies with the offer that this portal has not signed."""
        return self.signed == {}


def chain(content, consents=()):
    """Every subcontractor of `content`, in two queries however many there are.

    `consents`, where they are known, are those of `consents_of`, in the same order.
    """
    entries = named_in(content)
    if not entries:
        return []
    names = _names(entries)
    by_entry = {consent.entry.get("reference"): consent for consent in consents}
    return [
        Link(
            entry,
            rows(content, entry, names),
            by_entry.get(entry.get("reference")),
            _signed(content, entry),
        )
        for entry in entries
    ]


def rows(content, entry, names):
    """The terms of one entry: what each is called, and what it says."""
    share = entry["share_percent"]
    amount = pounds_of(content, entry)
    if share is not None:
        share = f"{plain(share)}%"
        if amount is not None:
            share = f"{share} ({pounds(Decimal(amount))})"
    volume, days = entry["volume"], entry["payment_days"]
    starts_on = entry["starts_on"] and day(date.fromisoformat(entry["starts_on"]))
    said = [
        (_("What it will do"), entry["role"]),
        (_("Categories"), ", ".join(names.get(each, each) for each in entry["categories"])),
        (_("Areas"), ", ".join(names.get(each, each) for each in entry["areas"])),
        (_("Share of the price"), share),
        (_("People referred in a quarter"), volume if volume is None else str(volume)),
        (_("Paid"), days and _("within %(days)s days") % {"days": days}),
        (_("Starts"), starts_on),
        (_("Relied on to meet the conditions"), _("Yes") if entry["relied_on"] else _("No")),
    ]
    return [(label, words or _("Not said")) for label, words in said]


def missing_words(entry):
    """What is still to be said of an entry, in words."""
    words = {
        "supplier": _("who can be asked: choose it from the register, or give its email address"),
        "role": _("what it will do"),
        "categories": _("its categories"),
        "areas": _("its areas"),
        "share_percent": _("its share of the price"),
        "volume": _("how many people are referred to it in a quarter"),
        "payment_days": _("when it is paid"),
        "starts_on": _("when its work starts"),
    }
    return [words[key] for key in unsaid(entry)]


def plain(number):
    """12.50 as 12.5, and 10.00 as 10."""
    return number.rstrip("0").rstrip(".") if "." in number else number


def _names(entries):
    slugs = {slug for entry in entries for slug in entry["categories"]}
    keys = {key for entry in entries for key in entry["areas"]}
    named = dict(Category.objects.filter(slug__in=slugs).values_list("slug", "name"))
    areas = Area.objects.filter(slug__in={key.partition(":")[2] for key in keys})
    return named | {area.key: area.name for area in areas.select_related("level")}


def _signed(content, entry):
    """The statement of its consent; {} where what lies there was not signed by us."""
    signed = content.get("consents", {}).get(entry.get("reference"))
    if not signed:
        return None
    try:
        return verify(signed, kind=SIGNED_KIND)
    except ForgedStatement:
        return {}
