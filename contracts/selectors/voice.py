"""What was said in confidence, and its numbers: of a whole year, and over enough cases."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from bids.models import ConsentRequest
from contracts.confidence import words_of
from contracts.models import ConfidentialReport, KeySubcontractor
from contracts.states import VoiceKind

LEAST = 5
MOST = 100
FIRST_MONTH = 4  # a year is the financial one, from April to March


def conversation(report):
    """What was said, oldest first: (message, its words). For whoever was shown the report."""
    said = report.messages.select_related("made_by").order_by("pk")
    return [(message, words_of(message)) for message in said]


def readings_of(report):
    """Which officers read a report and when, oldest first: for officers who may read it."""
    return list(report.readings.select_related("officer").order_by("pk"))


def first_read_at(report):
    """When an officer first read it, or None: for whoever wrote it, who is told no name."""
    return report.readings.order_by("pk").values_list("read_at", flat=True).first()


def lines_to_write_about(user):
    """The lines of the person's organisations under contracts with a lead of the portal."""
    lines = KeySubcontractor.objects.of(user).filter(contract__supplier__isnull=False)
    return lines.select_related("contract__supplier", "contract__lot__competition__commissioner")


def bids_to_write_about(user):
    """What the person's organisations answered to bids that were opened and made no such line."""
    lines = KeySubcontractor.objects.filter(
        contract__lot=OuterRef("bid__lot"),
        contract__supplier=OuterRef("bid__supplier"),
        supplier=OuterRef("supplier"),
    )
    answered = ConsentRequest.objects.visible_to(user).standing().exclude(answer="")
    answered = answered.filter(~Exists(lines), bid__opened__isnull=False)
    return answered.select_related("bid__lot__competition__commissioner", "bid__supplier")


@dataclass
class Occasion:
    """What one may write about: a line, or an answer to a bid that was opened."""

    named: KeySubcontractor | ConsentRequest

    @property
    def reference(self):
        return self.named.reference

    @property
    def lot(self):
        return self._whole.lot

    @property
    def lead(self):
        return self._whole.supplier

    @property
    def commissioner(self):
        return self.lot.competition.commissioner

    @property
    def about(self):
        """How `report_in_confidence` is told of it."""
        name = "subcontractor" if isinstance(self.named, KeySubcontractor) else "consent"
        return {name: self.named}

    @property
    def _whole(self):
        is_line = isinstance(self.named, KeySubcontractor)
        return self.named.contract if is_line else self.named.bid


def occasions_of(user):
    """Everything the person may write about, newest first, two queries for all of it."""
    lines = lines_to_write_about(user).order_by("-added_at", "pk")[:MOST]
    answers = bids_to_write_about(user).order_by("-asked_at", "pk")[:MOST]
    return [Occasion(named) for named in (*lines, *answers)]


def occasion_of(user, reference):
    """The one with this reference, or None; asked alike whether there is one or not."""
    line = lines_to_write_about(user).filter(reference=reference).first()
    answer = bids_to_write_about(user).filter(reference=reference).first()
    named = line or answer
    return Occasion(named) if named else None


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
