"""Finding what an officer may work on. All else answers 404, as if it were not there."""

from functools import wraps

from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from framework_portal.access import allow, require
from lots.models import Competition
from lots.states import COMPETITION


def competition_page(permission, *, move=None):
    """Decorate a view of one of the officer's competitions: it is handed the competition.

    With `move`, reading the page leads to the competition's own page once the move cannot be
    made any more; sending it is left to the action, which says why not.
    """

    def decorate(view):
        @require_http_methods(["GET", "HEAD", "POST"])
        @allow("lots.use_commissioner_pages")
        @wraps(view)
        def page(request, reference, **kwargs):
            mine = Competition.objects.run_by(request.user).select_related("commissioner")
            competition = get_object_or_404(mine, reference=reference)
            require(request.user, permission, competition)
            reads = request.method != "POST"
            if move and reads and not COMPETITION.allows(move, competition.state):
                return redirect("commissioner:competition_detail", reference=reference)
            return view(request, competition, **kwargs)

        return page

    return decorate


draft_page = competition_page("lots.edit_competition", move="edit")


def after(request, competition, *, onwards=None):
    """Where a saved page leads: on, or back to the list for who comes back later."""
    if "later" in request.POST:
        return redirect("commissioner:competition_list")
    return redirect(onwards or "commissioner:competition_detail", reference=competition.reference)
