"""An officer checks the token that a bidder shows of an attempt to submit."""

from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bids.attempts import DATABASE, read
from bids.forms.attempts import TokenForm
from bids.models import Arrival
from framework_portal.access import allow
from framework_portal.sealing.broken import ForgedStatement
from lots.models import Lot


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def attempt_check(request):
    """Paste it; the page says what it proves, and what not. The bidder's name is not looked up."""
    form = TokenForm(request.POST or None)
    said = lot = held = None
    if request.method == "POST" and form.is_valid():
        try:
            said = read(form.cleaned_data["token"])
        except ForgedStatement:
            form.add_error("token", form.FORGED)
        else:
            lot = Lot.objects.visible_to(request.user).filter(bids__reference=said["bid"]).first()
            held = said["timed_by"] == DATABASE and _is_held(said)
    context = {"form": form, "said": said, "lot": lot, "held": held}
    return render(request, "bids/commissioner/attempt_check.html", context)


def _is_held(said):
    """Whether the database holds the ticket that the token names."""
    tickets = Arrival.objects.filter(bid__reference=said["bid"], at=said["at"])
    return tickets.filter(key=said["press"]).exists()
