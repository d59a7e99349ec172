"""What everybody may read of an opening: when, by two officers, which envelopes by their hash."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render

from bids.selectors.openings import openings_of
from bids.selectors.published import public_competitions
from bids.views.commissioner.opening import record_file
from framework_portal.freshness import public_page


@public_page
def opening_record(request, reference):
    """The signed facts. They name no bidder and no officer."""
    competition = get_object_or_404(public_competitions(), reference=reference)
    openings = openings_of(competition)
    if not openings:
        raise Http404
    context = {"openings": openings, "competition": competition}
    return render(request, "bids/public/opening_record.html", context)


@public_page
def opening_record_file(request, reference):
    """The same as a file, with its signature."""
    return record_file(get_object_or_404(public_competitions(), reference=reference))
