"""Questions from suppliers: waiting ones first, and the answer that everybody gets."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from framework_portal import clock
from framework_portal.access import allow, require
from lots.actions.answering import answer_clarification
from lots.forms.base import accepted, announce
from lots.forms.published import AnswerForm
from lots.models import Clarification, Competition
from lots.views.commissioner.own import competition_page


def _mine(user):
    mine = Competition.objects.run_by(user).values("pk")
    return Clarification.objects.filter(competition__in=mine).select_related("competition", "lot")


@require_safe
@allow("lots.use_commissioner_pages")
def clarification_list(request):
    """Everything that waits for an answer from me, the nearest deadline first."""
    at = clock.now()
    waiting = _mine(request.user).waiting().filter(competition__in=Competition.objects.open(at=at))
    ordered = waiting.order_by("competition__closes_at", "asked_at")
    page = Paginator(ordered, 25).get_page(request.GET.get("page"))
    return render(request, "lots/commissioner/clarification_list.html", {"page": page, "at": at})


@competition_page("lots.answer_clarification")
def competition_clarifications(request, competition):
    """The questions of one competition, waiting and answered."""
    asked = competition.clarifications.select_related("lot", "answered_by")
    context = {
        "at": (at := clock.now()),
        "competition": competition,
        "is_open": competition.is_open(at=at),
        "waiting": asked.waiting(),
        "answered": asked.published(),
    }
    return render(request, "lots/commissioner/competition_clarifications.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allow("lots.use_commissioner_pages")
def clarification_answer(request, reference):
    """Answer one to everybody."""
    clarification = get_object_or_404(_mine(request.user), reference=reference)
    competition = clarification.competition
    require(request.user, "lots.answer_clarification", competition)
    if request.method != "POST" and clarification.answered_at is not None:
        return redirect("commissioner:competition_clarifications", reference=competition.reference)
    at = clock.now()
    form = AnswerForm(request.POST or None, initial={"question": clarification.asked})
    announce(form, competition, at=at)
    given = {"clarification": clarification, "by": request.user, "at": at}
    given["announced"] = request.POST.get("moves_to", "")
    if request.method == "POST" and accepted(form, answer_clarification, **given):
        messages.success(request, _("The answer is published to everybody"))
        return redirect("commissioner:competition_clarifications", reference=competition.reference)
    context = {"asked": clarification, "competition": competition, "form": form}
    return render(request, "lots/commissioner/clarification_answer.html", context)
