"""Figures of one organisation in one quarter, and what must hold among them."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

NAMES = ("referrals", "pounds", "payments", "paid_late", "days_to_pay")
MOST_REFERRALS = 1_000_000
MOST_DAYS = 365

LATE = _("More invoices were paid late than were paid. Check both numbers")
DAYS_MISSING = _("Enter the average days from invoice to payment")
DAYS_OF_NOTHING = _("No invoice was paid. Leave the days empty, or enter how many were paid")
PAID_BY_NOTHING = _("Enter how many invoices this was paid on")


@dataclass(frozen=True)
class Figures:
    """What was passed and paid to one organisation."""

    referrals: int
    pounds: Decimal
    payments: int
    paid_late: int
    days_to_pay: Decimal | None

    def values(self):
        """By the names of the columns."""
        return {name: getattr(self, name) for name in NAMES}


@dataclass(frozen=True)
class Stated:
    """What the lead states of one organisation: in the ledger, or by a name alone."""

    # Of the key subcontractor; None for somebody who is not in the ledger.
    reference: str | None
    name: str
    figures: Figures
    words: str = ""


def of(row):
    """The figures that a line, a version or a disputing answer holds."""
    return Figures(**{name: getattr(row, name) for name in NAMES})


def problems(typed):
    """What does not go together in `typed` (a dict by name; None where nothing was typed)."""
    pounds, payments = typed.get("pounds"), typed.get("payments")
    late, days = typed.get("paid_late"), typed.get("days_to_pay")
    if payments is None:
        return
    if late is not None and late > payments:
        yield "paid_late", LATE
    if payments == 0 and pounds:
        yield "payments", PAID_BY_NOTHING
    elif payments == 0 and days is not None:
        yield "days_to_pay", DAYS_OF_NOTHING
    elif payments and days is None:
        yield "days_to_pay", DAYS_MISSING
