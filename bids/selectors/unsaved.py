"""What somebody has typed of key subcontractors and not saved: their own alone."""

from dataclasses import dataclass

from django.utils.datastructures import MultiValueDict

from bids.identity import unsaved_identity
from bids.models import UnsavedEntry
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_own
from framework_portal.sealing.models import Purpose
from suppliers.vault.keeping import read_kept
from suppliers.vault.opening import VaultLocked


@dataclass(frozen=True)
class Unsaved:
    """What the page of one entry needs to know of it."""

    row: UnsavedEntry
    said: dict | None = None  # None: there is nothing, or it cannot be read here and now
    is_locked: bool = False

    @property
    def typed(self):
        """The fields as they were sent; None where there is nothing."""
        return None if self.said is None else MultiValueDict(self.said["typed"])

    @property
    def shown(self):
        """The fingerprint of the entry over which it was typed."""
        return self.said["shown"]

    @property
    def over(self):
        """The page whose words were saved or thrown away, and its save that did it."""
        return f"{self.row.tab} {self.row.turn}" if self.row.sealed is None else ""


def unsaved_of(bid, entry, person):
    """What `person` typed of the entry with this reference, or of a new one; None: never."""
    own = UnsavedEntry.objects.filter(bid=bid, entry=entry, person=person)
    row = own.select_related("sealed").first()
    if row is None:
        return None
    row.bid, row.person = bid, person
    if row.sealed is None:
        return Unsaved(row)
    try:
        return Unsaved(row, _read(row))
    except VaultLocked:
        return Unsaved(row, is_locked=True)
    except InvalidSeal:
        return Unsaved(row)


def begun(bid, person, named):
    """What is typed and not saved: (entry, row), with no entry where it is a new one."""
    rows = UnsavedEntry.objects.filter(bid=bid, person=person, sealed__isnull=False)
    entries = {entry["reference"]: entry for entry in named}
    found = [(row.entry and entries.get(str(row.entry)), row) for row in rows.order_by("saved_at")]
    return [(entry, row) for entry, row in found if entry or row.entry is None]


def _read(row):
    bound_to = unsaved_identity(row)
    if row.sealed.purpose == Purpose.DRAFT:
        return read_own(row.sealed, bound_to=bound_to)
    return read_kept(row.bid.vaults.of(row.bid.supplier), row.sealed, bound_to=bound_to)
