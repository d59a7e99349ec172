"""What an officer does to a published competition: change, extend, abandon."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from framework_portal import clock
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.refusals import Refused
from lots.actions.abandoning import abandon_competition
from lots.actions.changes import (
    COMPETITION_WORDS,
    LOT_WORDS,
    change_competition,
    change_lot,
    differences,
    publish_document,
    shown,
    withdraw_document,
)
from lots.actions.extending import (
    confirm_extension,
    following_dates,
    propose_extension,
    reject_extension,
)
from lots.checks import readiness
from lots.forms.base import accepted, announce, announced_by, sent_edition
from lots.forms.published import (
    AbandonForm,
    ChangeForm,
    DocumentChangeForm,
    DocumentWithdrawalForm,
    ExtensionForm,
    LotChangeForm,
)
from lots.states import CompetitionState
from lots.views.commissioner.own import competition_page

change_page = competition_page("lots.change_published_competition", move="change")
extension_page = competition_page("lots.extend_competition", move="change")


@change_page
def competition_change(request, competition):
    """Type the change, look at before and after, then tell everybody."""

    def act(*, reason, **changes):
        return change_competition(
            competition=competition,
            changes=changes,
            reason=reason,
            by=request.user,
            at=at,
            edition=form.edition,
            announced=request.POST.get("moves_to", ""),
        )

    at = clock.now()
    initial = {name: getattr(competition, name) for name in COMPETITION_WORDS}
    form = ChangeForm(request.POST or None, initial=initial, competition=competition)
    announce(form, competition, at=at)
    return _changed(request, competition, competition, form, act, COMPETITION_WORDS)


@change_page
def lot_change(request, competition, lot):
    """The same, for the words and the value of one lot."""
    lot = get_object_or_404(competition.lots, reference=lot)

    def act(*, reason, **changes):
        return change_lot(
            lot=lot,
            changes=changes,
            reason=reason,
            by=request.user,
            at=at,
            edition=form.edition,
            announced=request.POST.get("moves_to", ""),
        )

    at = clock.now()
    initial = {name: getattr(lot, name) for name in LOT_WORDS}
    form = LotChangeForm(request.POST or None, initial=initial, competition=competition)
    announce(form, competition, at=at)
    return _changed(request, competition, lot, form, act, LOT_WORDS, lot=lot)


def _changed(request, competition, thing, form, act, words, **context):
    context |= {"competition": competition, "form": form}
    if request.method == "POST" and "back" not in request.POST and form.is_valid():
        if "confirm" in request.POST:
            if accepted(form, act):
                messages.success(request, _("The change is published, and everybody is told"))
                return redirect("commissioner:competition_detail", reference=competition.reference)
        else:
            rows = _before_and_after(thing, form.cleaned_data, words)
            if rows:
                sent = [*_sent(request), ("moves_to", announced_by(form))]
                context |= {"rows": rows, "sent": sent}
                return render(request, "lots/commissioner/change_confirm.html", context)
            form.add_error(None, _("You have not changed anything"))
    return render(request, "lots/commissioner/change.html", context)


def _sent(request):
    """Every field as it was sent, for the confirmation to send again."""
    own = {"csrfmiddlewaretoken", "save", "confirm", "back", "moves_to"}
    return [(name, value) for name, value in request.POST.items() if name not in own]


def _before_and_after(thing, typed, words):
    changes = {name: typed[name] for name in words}
    return [
        {"what": words[name], "before": shown(getattr(thing, name)), "after": shown(typed[name])}
        for name in differences(thing, changes, words)
    ]


@change_page
def document_publish(request, competition):
    """One more document for everybody."""
    at = clock.now()
    form = DocumentChangeForm(request.POST or None, request.FILES or None, competition=competition)
    announce(form, competition, at=at)
    given = {"competition": competition, "by": request.user, "at": at, "edition": form.edition}
    given["announced"] = request.POST.get("moves_to", "")
    if request.method == "POST" and accepted(form, publish_document, **given):
        messages.success(request, _("The document is published, and everybody is told"))
        return redirect("commissioner:competition_detail", reference=competition.reference)
    context = {"competition": competition, "form": form, "heading": _("Add a document")}
    return render(request, "lots/commissioner/published_page.html", context)


@change_page
def document_withdraw(request, competition, document):
    """One document fewer; it stays where it was read."""
    there = competition.documents.filter(removed_at__isnull=True)
    document = get_object_or_404(there, reference=document)
    at = clock.now()
    form = DocumentWithdrawalForm(request.POST or None, competition=competition)
    announce(form, competition, at=at)
    given = {"document": document, "by": request.user, "at": at, "edition": form.edition}
    given["announced"] = request.POST.get("moves_to", "")
    if request.method == "POST" and accepted(form, withdraw_document, **given):
        messages.success(request, _("The document is withdrawn, and everybody is told"))
        return redirect("commissioner:competition_detail", reference=competition.reference)
    heading = _("Withdraw “%(title)s”") % {"title": document.title}
    context = {"competition": competition, "form": form, "heading": heading}
    return render(request, "lots/commissioner/published_page.html", context)


@extension_page
@recent_sign_in
def extension_propose(request, competition):
    """Ask for a later deadline."""
    form = ExtensionForm(request.POST or None, competition=competition)
    given = {"competition": competition, "by": request.user}
    if request.method == "POST" and accepted(
        form, propose_extension, at=clock.now(), edition=form.edition, **given
    ):
        messages.success(request, _("The deadline moves once a second officer has confirmed it"))
        return redirect("commissioner:competition_detail", reference=competition.reference)
    context = {"competition": competition, "form": form}
    return render(request, "lots/commissioner/extension_propose.html", context)


@extension_page
@recent_sign_in
def extension_decide(request, competition, extension):
    """The second officer's page: confirm or reject, with the timetable before and after."""
    extension = get_object_or_404(
        competition.extensions.select_related("proposed_by"), reference=extension
    )
    at = clock.now()
    if request.method == "POST":
        return _extension_decided(request, competition, extension, at)
    context = {
        "at": at,
        "competition": competition,
        "extension": extension,
        "moved": following_dates(competition, extension.closes_at, at=at),
        "odd": [gap.message for gap in readiness.closing_hour(extension.closes_at)],
        "is_own": extension.proposed_by == request.user,
        "is_waiting": extension.confirmed_at is None and extension.rejected_at is None,
    }
    return render(request, "lots/commissioner/extension_decide.html", context)


def _extension_decided(request, competition, extension, at):
    confirms = "confirm" in request.POST
    act = confirm_extension if confirms else reject_extension
    try:
        act(extension=extension, by=request.user, at=at)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect(request.path)
    if confirms:
        messages.success(request, _("The deadline has moved, and everybody is told"))
    else:
        messages.success(request, _("The deadline stays where it is"))
    return redirect("commissioner:competition_detail", reference=competition.reference)


@competition_page("lots.abandon_competition", move="abandon")
def competition_abandon(request, competition):
    """End it, with a reason."""
    form = AbandonForm(request.POST or None, competition=competition)
    given = {"competition": competition, "by": request.user}
    if request.method == "POST" and accepted(
        form, abandon_competition, at=clock.now(), edition=sent_edition(request.POST), **given
    ):
        messages.success(request, _("The competition is abandoned"))
        return redirect("commissioner:competition_detail", reference=competition.reference)
    is_draft = competition.state == CompetitionState.DRAFT
    context = {"competition": competition, "form": form, "is_draft": is_draft}
    return render(request, "lots/commissioner/competition_abandon.html", context)
