"""Publishing the year's numbers: once, when it is long over."""

from datetime import timedelta

from contracts.models import VoiceFigures
from contracts.selectors.voice import cases_by_kind, suppressed, years_to_publish
from framework_portal.reference.calendar import period


def publish_figures(*, at):
    """The numbers of each year that is due and not published; answers the years.

    What was published stays as it is, whatever is found or reported later.
    """
    wait = timedelta(days=period("confidential-figures").days)
    published = set(VoiceFigures.objects.values_list("year", flat=True))
    years = years_to_publish(published=published, at=at, wait=wait)
    for year in years:
        by_kind, total = suppressed(cases_by_kind(year))
        row = VoiceFigures(year=year, by_kind=by_kind, total=total, published_at=at)
        VoiceFigures.objects.bulk_create([row], ignore_conflicts=True)
    return years
