"""The pages of a draft, one thing each."""

from django.contrib import messages
from django.shortcuts import render
from django.utils.translation import gettext as _

from framework_portal import clock
from lots.actions.drafting import edit_basics, edit_categories, edit_timetable
from lots.checks import readiness
from lots.forms.base import accepted
from lots.forms.drafting import BASICS, DATES, BasicsForm, CategoriesForm, TimetableForm
from lots.views.commissioner.own import after, draft_page


@draft_page
def competition_basics(request, competition):
    """What is bought, in words."""
    initial = {name: getattr(competition, name) for name in BASICS}
    form = BasicsForm(request.POST or None, initial=initial, competition=competition)
    return _one_thing(request, competition, form, edit_basics, _("What you are buying"))


@draft_page
def competition_categories(request, competition):
    """The kinds of need."""
    initial = {"categories": [category.slug for category in competition.categories.all()]}
    form = CategoriesForm(request.POST or None, initial=initial, competition=competition)
    return _one_thing(request, competition, form, edit_categories, _("Categories"))


@draft_page
def competition_timetable(request, competition):
    """Every date."""
    at = clock.now()
    initial = {name: getattr(competition, name) for name in DATES}
    form = TimetableForm(request.POST or None, initial=initial, competition=competition, at=at)
    page = _one_thing(request, competition, form, edit_timetable, _("Timetable"))
    if page.status_code == 302 and "later" not in request.POST:
        competition.refresh_from_db()
        odd = [gap.message for gap in readiness.timetable(competition, at=at)]
        if odd:
            messages.info(request, ". ".join(odd))
    return page


def _one_thing(request, competition, form, act, heading):
    if request.method == "POST" and accepted(
        form, act, competition=competition, by=request.user, edition=form.edition
    ):
        return after(request, competition)
    context = {"competition": competition, "form": form, "heading": heading}
    return render(request, "lots/commissioner/draft_page.html", context)
