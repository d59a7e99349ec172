"""Making lots in one step, and putting single ones right."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from framework_portal.refusals import Refused
from lots.actions.lotting import edit_lot, make_lots, order_lots, remove_lot
from lots.forms.base import accepted, sent_edition
from lots.forms.lotting import TERMS, LotForm, LotOrderForm, MakeLotsForm
from lots.selectors import areas_to_choose
from lots.views.commissioner.own import draft_page


@draft_page
def lots_make(request, competition):
    """One lot for each region, each police area, or what the officer ticks."""
    slugs = [category.slug for category in competition.categories.all()]
    form = MakeLotsForm(
        request.POST or None,
        initial={"categories": slugs if len(slugs) == 1 else [], "sex": "any"},
        competition=competition,
        areas=areas_to_choose(request.user, competition.commissioner),
    )
    if request.method == "POST":
        made = accepted(
            form, make_lots, competition=competition, by=request.user, edition=form.edition
        )
        if made:
            messages.success(request, _said(made))
            return redirect("commissioner:lot_list", reference=competition.reference)
    context = {"competition": competition, "form": form, "lacks_categories": not slugs}
    return render(request, "lots/commissioner/lots_make.html", context)


def _said(made):
    count = len(made.lots)
    words = [ngettext("%d lot was made", "%d lots were made", count) % count]
    if made.already_there:
        there = made.already_there
        words.append(ngettext("%d was there already", "%d were there already", there) % there)
    if made.removed:
        gone = made.removed
        words.append(ngettext("%d was deleted before", "%d were deleted before", gone) % gone)
    return "; ".join(words)


@draft_page
def lot_edit(request, competition, lot):
    """Anything about one lot."""
    lot = get_object_or_404(competition.lots, reference=lot)
    initial = {name: getattr(lot, name) for name in ["title", *TERMS]} | {
        "categories": [category.slug for category in lot.categories.all()],
        "areas": [area.key for area in lot.areas.select_related("level")],
    }
    form = LotForm(
        request.POST or None,
        initial=initial,
        competition=competition,
        areas=areas_to_choose(request.user, competition.commissioner),
    )
    if request.method == "POST" and accepted(
        form, edit_lot, lot=lot, by=request.user, edition=form.edition
    ):
        return redirect("commissioner:lot_list", reference=competition.reference)
    context = {"competition": competition, "lot": lot, "form": form}
    return render(request, "lots/commissioner/lot_edit.html", context)


@draft_page
def lot_remove(request, competition, lot):
    """Ask once, then delete it."""
    lot = get_object_or_404(competition.lots, reference=lot)
    if request.method == "POST":
        try:
            remove_lot(lot=lot, by=request.user, edition=sent_edition(request.POST))
        except Refused as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("The lot was deleted"))
        return redirect("commissioner:lot_list", reference=competition.reference)
    context = {"competition": competition, "lot": lot}
    return render(request, "lots/commissioner/lot_remove.html", context)


@draft_page
def lot_order(request, competition):
    """The lots in another order, by numbers."""
    lots = list(competition.lots.order_by("position"))
    form = LotOrderForm.over(lots)(request.POST or None, competition=competition, lots=lots)
    if request.method == "POST" and accepted(
        form, order_lots, competition=competition, by=request.user, edition=form.edition
    ):
        return redirect("commissioner:lot_list", reference=competition.reference)
    context = {"competition": competition, "form": form, "heading": _("Order of the lots")}
    return render(request, "lots/commissioner/lot_order.html", context)
