"""What was said in confidence, and its numbers: of a whole year, and over enough cases."""

from collections import Counter
from datetime import date, datetime, time

from django.utils import timezone

from contracts.confidence import words_of
from contracts.models import ConfidentialReport, KeySubcontractor
from contracts.states import VoiceKind

LEAST = 5
FIRST_MONTH = 4  # a year is the financial one, from April to March


def conversation(report):
    """What was said, oldest first: (message, its words). For whoever was shown the report."""
    said = report.messages.select_related("made_by").order_by("pk")
    return [(message, words_of(message)) for message in said]


def lines_to_write_about(user):
    """The lines of the person's organisations under contracts with a lead of the portal."""
    lines = KeySubcontractor.objects.of(user).filter(contract__supplier__isnull=False)
    return lines.select_related("contract__lot__competition").order_by("-added_at", "pk")[:100]


def year_of(day):
    """The year that `day` lies in, named by the calendar year it begins in."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def cases_by_kind(year):
    """How many cases of each kind: what one organisation says of one lead is one case."""
    first, last = (
        datetime.combine(date(start, FIRST_MONTH, 1), time.min, timezone.get_default_timezone())
        for start in (year, year + 1)
    )
    cases = ConfidentialReport.objects.filter(made_at__gte=first, made_at__lt=last)
    cases = cases.order_by().values_list("kind", "supplier", "lead").distinct()
    counted = Counter(kind for kind, _supplier, _lead in cases)
    return {kind: counted[kind] for kind in VoiceKind.values}


def suppressed(counts):
    """(by kind, total) as they may be published: None for each number that may not.

    A kind with fewer than five cases is not shown, nor is none at all told from a few. A total is
    shown where every kind is. Otherwise it would give away what the hidden kinds add up to, and
    is shown only where each of these could still be any number from none to four.
    """
    shown = {kind: count if count >= LEAST else None for kind, count in counts.items()}
    hidden = [count for count in counts.values() if count < LEAST]
    rest = sum(hidden)
    if hidden and not LEAST <= rest <= (LEAST - 1) * (len(hidden) - 1):
        return shown, None
    return shown, sum(counts.values())


def years_to_publish(*, published, at, wait):
    """Years that ended `wait` ago or longer and are not out yet: the last, and any left out."""
    day = timezone.localdate(at) - wait
    last = year_of(day) - 1
    first = min(published, default=last)
    return [year for year in range(first, last + 1) if year not in published]


def rows_of_figures(figures):
    """(kind's words, number or None) in the order of the kinds."""
    return [(label, figures.by_kind.get(value)) for value, label in VoiceKind.choices]
