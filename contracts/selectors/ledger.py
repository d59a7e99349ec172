"""The obligation ledger as pages and files show it: who is owed what, version by version."""

import hashlib
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from contracts.models import KeySubcontractor, LedgerEntry
from framework_portal.reference.models import Category
from framework_portal.reference.selectors import Places, shortened
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.signing import verify

# What a signed consent names, in the order it is read out.
SAID = {
    "role": _("Role"),
    "share_percent": _("Share of the price in per cent"),
    "pounds": _("Share of the price in pounds"),
    "volume": _("Volume a quarter"),
    "payment_days": _("Paid within, in days"),
    "starts_on": _("Starts"),
}


class Names:
    """What categories and areas are called, read at once."""

    def __init__(self):
        self.categories = dict(Category.objects.values_list("slug", "name"))

    @cached_property
    def areas(self):
        return {f"{place.level}:{place.slug}": place.name for place in Places().by_pk.values()}

    def of_categories(self, slugs):
        return shortened([self.categories.get(slug, slug) for slug in slugs], 5)

    def of_areas(self, keys):
        return shortened([self.areas.get(key, key) for key in keys], 5)


@dataclass
class Version:
    """One entry of the ledger, in words."""

    entry: LedgerEntry
    names: Names

    @property
    def categories(self):
        return self.names.of_categories(self.entry.categories)

    @property
    def areas(self):
        return self.names.of_areas(self.entry.areas)

    @cached_property
    def consent(self):
        """What the subcontractor signed, or None; its `is_genuine` says whether it is so still."""
        signed = self.entry.consent
        if not isinstance(signed, dict) or not isinstance(signed.get("statement"), dict):
            return None
        try:
            statement, is_genuine = verify(signed), True
        except ForgedStatement:
            statement, is_genuine = signed["statement"], False
        return Consent(statement, is_genuine, signed.get("signature", ""))


@dataclass
class Consent:
    """A signed consent, read out."""

    statement: dict
    is_genuine: bool
    signature: str

    @property
    def agreed_at(self):
        """When it was given, as the statement says."""
        return parse_datetime(str(self.statement.get("agreed_at") or "")) or None

    @property
    def said(self):
        """The terms it names, in words: what can be held against the line beside it."""
        terms = self.statement.get("terms") or {}
        typed = terms.get("name")
        who = self.statement.get("organisation_name") or typed
        rows = [(_("Organisation"), who), (_("Named in the bid as"), typed != who and typed)]
        rows += [(words, terms.get(key)) for key, words in SAID.items()]
        return [(words, value) for words, value in rows if value]


@dataclass
class Line:
    """A key subcontractor under a contract, with every version of what it is owed."""

    subcontractor: KeySubcontractor
    versions: list[Version]

    @property
    def current(self):
        """What holds now: the last version."""
        return self.versions[-1] if self.versions else None

    @property
    def earlier(self):
        """What held before, the newest first."""
        return self.versions[-2::-1]

    @property
    def is_ended(self):
        return bool(self.versions) and self.current.entry.is_end


def lines_of(subcontractors):
    """The lines of these key subcontractors (a queryset), in a number of queries that is fixed."""
    entries = LedgerEntry.objects.order_by("number")
    rows = subcontractors.select_related("supplier").prefetch_related(
        Prefetch("entries", queryset=entries)
    )
    names = Names()
    return [
        Line(row, [Version(entry, names) for entry in row.entries.all()])
        for row in rows.order_by("contract", "position")
    ]


def ledger_of(contract):
    """Every line of a contract, in the order of the bid."""
    return lines_of(KeySubcontractor.objects.filter(contract=contract))


def ledger_values(contract, lines):
    """The ledger as plain values: what its digest commits to, whatever it is printed as."""
    return {
        "contract": str(contract.reference),
        "lines": [
            {
                "subcontractor": str(line.subcontractor.reference),
                "name": line.subcontractor.name,
                **_typed(line.subcontractor),
                "versions": [_values(version.entry) for version in line.versions],
            }
            for line in lines
        ],
    }


def _typed(subcontractor):
    # Left out where there is none: ledgers that were printed before keep their digest.
    return {"named_as": subcontractor.named_as} if subcontractor.named_as else {}


def digest_of(contract, lines):
    """SHA-256 over the canonical form of the ledger: the same ledger has the same digest."""
    return hashlib.sha256(canonical(ledger_values(contract, lines))).hexdigest()


def _values(entry):
    return {
        "number": entry.number,
        "basis": entry.basis,
        "role": entry.role,
        "categories": entry.categories,
        "areas": entry.areas,
        "share_percent": _text(entry.share_percent),
        "share_pounds": _text(entry.share_pounds),
        "volume_per_quarter": entry.volume_per_quarter,
        "payment_days": entry.payment_days,
        "starts_on": entry.starts_on and entry.starts_on.isoformat(),
        "relied_on": entry.relied_on,
        "in_force_from": entry.in_force_from and entry.in_force_from.isoformat(),
        "is_end": entry.is_end,
        "consent": entry.consent,
    }


def _text(number):
    return None if number is None else f"{number:.2f}"
