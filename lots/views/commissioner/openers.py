"""Who opens the bids of a draft, and asking those who are not ready."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from framework_portal import clock
from lots.actions.openers import choose_openers
from lots.actions.reminding import ask_openers
from lots.forms.base import accepted
from lots.forms.opening import OpenersForm
from lots.selectors import openers_of, possible_openers
from lots.views.commissioner.own import after, draft_page


@draft_page
def competition_openers(request, competition):
    """Three officers or more, any two of whom open the bids together."""
    initial = {"openers": [str(each.user.reference) for each in competition.openers.all()]}
    form = OpenersForm(
        request.POST or None,
        initial=initial,
        competition=competition,
        possible=possible_openers(competition),
    )

    def act(*, openers):
        return choose_openers(
            competition=competition, openers=openers, by=request.user, edition=form.edition
        )

    if request.method == "POST" and accepted(form, act):
        return after(request, competition)
    openers = list(openers_of(competition, at=clock.now()))
    context = {
        "competition": competition,
        "form": form,
        "openers": openers,
        "lacking": sum(not opener.is_proven for opener in openers),
        "possible": len(form.fields["openers"].queryset),
    }
    return render(request, "lots/commissioner/competition_openers.html", context)


@draft_page
def openers_ask(request, competition):
    """Mail a link to those openers who have not proven a passphrase."""
    if request.method == "POST":
        count = len(ask_openers(competition=competition, by=request.user, at=clock.now()))
        words = ngettext(
            "%d officer was asked by email today", "%d officers were asked by email today", count
        )
        messages.success(request, words % count)
    return redirect("commissioner:competition_openers", reference=competition.reference)
