"""Which organisations stand behind the entries of an opened offer: who agreed, and not who typed.

A lead types a name and an address; whoever answers there agrees in its own name. That name is the
one of the award, the contract and the register. The bid stays as it was sealed.
"""

from dataclasses import dataclass

from bids.content import named_in
from bids.selectors.consents import SIGNED_KIND
from framework_portal.sealing.broken import ForgedStatement
from framework_portal.sealing.signing import verify

LONGEST_NAME = 200


@dataclass(frozen=True)
class Agreed:
    """One entry: who it is, what the bid calls it where that differs, and what was signed."""

    entry: dict
    name: str
    named_as: str
    supplier: str  # the reference of the organisation, or ""
    consent: dict | None


def agreed_in(offer):
    """Everybody an opened offer names, in its order; no two of them with the same name."""
    taken, found = set(), []
    for position, entry in enumerate(named_in(offer), start=1):
        consent = (offer.get("consents") or {}).get(entry.get("reference"))
        said = _statement(consent)
        typed, name = entry["name"], said.get("organisation_name") or entry["name"]
        for unique in (name, f"{name} ({typed})", f"{name} ({position})"):
            if unique.casefold() not in taken and len(unique) <= LONGEST_NAME:
                name = unique
                break
        taken.add(name.casefold())
        supplier = entry.get("supplier") or said.get("organisation") or ""
        found.append(Agreed(entry, name, "" if name == typed else typed, supplier, consent))
    return found


def _statement(consent):
    """What was signed; nothing where the portal did not sign it."""
    if not consent:
        return {}
    try:
        return verify(consent, kind=SIGNED_KIND)
    except ForgedStatement:
        return {}
