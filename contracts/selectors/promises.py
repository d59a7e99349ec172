"""What the ledger promises each key subcontractor, day by day and quarter by quarter."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Prefetch

from contracts.models import KeySubcontractor, LedgerEntry
from contracts.quarters import last_day, months_later
from contracts.states import Basis

DAY = timedelta(days=1)


@dataclass
class Promise:
    """One key subcontractor, with every version of what it is owed."""

    subcontractor: KeySubcontractor
    entries: list[LedgerEntry]
    # The contract's first day.
    begins_on: date | None

    def at(self, day):
        """The entry that held on `day`; the first where none had begun, None where none is."""
        begun = [
            entry
            for entry in self.entries
            if entry.in_force_from is None or entry.in_force_from <= day
        ]
        return begun[-1] if begun else (self.entries[0] if self.entries else None)

    @property
    def starts_on(self):
        """The first day it was promised work on."""
        if not self.entries:
            return self.begins_on
        first = self.entries[0]
        days = [day for day in (first.in_force_from, first.starts_on, self.begins_on) if day]
        return max(days) if days else None

    @property
    def ended(self):
        """The entry that ended it, or None."""
        newest = self.entries[-1] if self.entries else None
        return newest if newest is not None and newest.is_end else None

    def days_in(self, first, last):
        """The days from `first` to `last` that it runs on, as (first, last), or None."""
        if self.starts_on is not None:
            first = max(first, self.starts_on)
        if self.ended is not None and self.ended.in_force_from is not None:
            last = min(last, self.ended.in_force_from - DAY)
        return (first, last) if first <= last else None

    def runs_in(self, starts_on):
        """Whether it runs on any day of the quarter that begins on `starts_on`."""
        return self.days_in(starts_on, last_day(starts_on)) is not None

    def runs_through(self, starts_on):
        """Whether it runs on all days of that quarter."""
        return self.days_in(starts_on, last_day(starts_on)) == (starts_on, last_day(starts_on))

    def volume_in(self, first, last):
        """How many people were to be referred from `first` to `last`: whole quarters, and parts
        by their days; None where the ledger promises no number."""
        promised, known = 0, False
        starts_on = first
        while starts_on <= last:
            ends_on = last_day(starts_on)
            days = self.days_in(starts_on, ends_on)
            entry = self.at(days[0]) if days else None
            if entry is not None and entry.volume_per_quarter is not None:
                known = True
                part = ((days[1] - days[0]).days + 1) / ((ends_on - starts_on).days + 1)
                promised += entry.volume_per_quarter * part
            starts_on = months_later(starts_on, 3)
        return round(promised) if known else None

    def share_in(self, starts_on):
        """The per cent promised of what the contract earns in that quarter: each version of the
        share by its days, and nothing for the days it does not run; None where none is promised.
        """
        ends_on = last_day(starts_on)
        days = self.days_in(starts_on, ends_on)
        if days is None:
            return None
        begun = [entry.in_force_from for entry in self.entries if entry.in_force_from]
        firsts = sorted({days[0], *(day for day in begun if days[0] < day <= days[1])})
        lasts = [*(day - DAY for day in firsts[1:]), days[1]]
        shares = [
            (self.at(first), (last - first).days + 1)
            for first, last in zip(firsts, lasts, strict=True)
        ]
        shares = [
            (entry.share_percent, length)
            for entry, length in shares
            if entry is not None and entry.share_percent is not None
        ]
        if not shares:
            return None
        # A contract that begins within a quarter earns in the rest of it alone.
        earns_from = max(starts_on, self.begins_on or starts_on)
        weighed = sum((share * length for share, length in shares), Decimal(0))
        return weighed / ((ends_on - earns_from).days + 1)

    def share_of(self, incomes):
        """The per cent promised of some quarters' income, {first day: pounds}, as
        (quarter's income x its share) over the whole income; None where no share is promised.

        Quarters weigh the same as long as nothing was earned in any of them.
        """
        shares = {day: self.share_in(day) for day in incomes}
        if all(share is None for share in shares.values()):
            return None
        if not any(incomes.values()):
            incomes = dict.fromkeys(incomes, Decimal(1))
        promised = sum(((shares[day] or 0) * pounds for day, pounds in incomes.items()), Decimal(0))
        return (promised / sum(incomes.values())).quantize(Decimal("0.01"), ROUND_HALF_UP)

    def incomes_within(self, incomes):
        """Of some quarters' income, {first day: pounds or None}, that of quarters it runs in."""
        return {day: pounds or Decimal(0) for day, pounds in incomes.items() if self.runs_in(day)}

    def joined_on(self, first, last):
        """When it joined the chain, if that was from `first` to `last`; None before and after.

        Those named in the bid are there from the contract's first day.
        """
        if not self.entries or self.entries[0].basis in (Basis.BID, Basis.HISTORY):
            return None
        return self.starts_on if self.starts_on and first <= self.starts_on <= last else None

    def left_on(self, first, last):
        """Its last day, if that was from `first` to `last`."""
        if self.ended is None or self.ended.in_force_from is None:
            return None
        day = self.ended.in_force_from - DAY
        return day if first <= day <= last else None


def promises_of(contracts):
    """The promises of some contracts (pks or a queryset), by contract: two queries."""
    entries = LedgerEntry.objects.select_related("case").order_by("number")
    rows = (
        KeySubcontractor.objects.filter(contract__in=contracts)
        .select_related("contract", "supplier")
        .prefetch_related(Prefetch("entries", queryset=entries))
        .order_by("contract", "position")
    )
    found = {}
    for row in rows:
        promise = Promise(row, list(row.entries.all()), row.contract.starts_on)
        found.setdefault(row.contract_id, []).append(promise)
    return found
