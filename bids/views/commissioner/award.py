"""Proposing, approving and announcing awards."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids.actions.award import (
    approve_award,
    approve_awards,
    propose_award,
    propose_first_ranked,
    send_award_back,
)
from bids.forms.evaluation import ProposalForm, ReasonsForm
from bids.models import Award
from bids.selectors.evaluation import in_turn, ranking, rankings
from bids.states import AwardState
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.accounts.recent import recent_sign_in
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition, Lot
from lots.states import CompetitionState

DECIDING = [CompetitionState.EVALUATED, CompetitionState.AWARDED]


@allow("lots.use_commissioner_pages")
@require_safe
def awards(request, reference):
    """Every lot with its decision: what is proposed, by whom, and what is left to do."""
    competition = evaluated_competition(request.user, reference)
    live, refused = live_awards(competition), refused_awards(competition)
    by_lot, is_deciding = rankings(competition), competition.state == CompetitionState.EVALUATED
    rows = [
        {
            "lot": lot,
            "award": live.get(lot.pk),
            "standings": by_lot.get(lot.pk, []),
            "refused": refused.get(lot.pk, []),
            "is_open": is_deciding or _is_open_again(live.get(lot.pk), refused.get(lot.pk)),
        }
        for lot in competition.lots.order_by("position")
    ]
    states = [row["award"].state for row in rows if row["award"]]
    context = {
        "competition": competition,
        "rows": rows,
        "is_deciding": is_deciding,
        "undecided": len(rows) - len(states),
        "to_approve": sum(
            award.state == AwardState.PROPOSED and award.proposed_by_id != request.user.pk
            for award in live.values()
        ),
        "all_approved": len(states) == len(rows) and set(states) == {AwardState.APPROVED},
        "nothing_proposed": not states,
    }
    return render(request, "bids/commissioner/awards.html", context)


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def award_propose(request, reference):
    """The ranking of one lot, and the proposal that follows from it."""
    lot = get_object_or_404(
        Lot.objects.filter(
            competition__in=Competition.objects.run_by(request.user).filter(state__in=DECIDING)
        ).select_related("competition"),
        reference=reference,
    )
    require(request.user, "bids.propose_award", lot.competition)
    standings = ranking(lot)
    first = in_turn(lot, standings)
    form = ProposalForm(request.POST or None, first=first)
    if form.is_valid():
        choice = form.cleaned_data["choice"]
        bid = next((entry.bid for entry in first if str(entry.bid.reference) == choice), None)
        try:
            propose_award(
                lot=lot,
                bid=bid,
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Proposed. Another officer must approve it"))
            return redirect("commissioner:awards", reference=lot.competition.reference)
    criteria = lot.competition.criteria.order_by("position")
    context = {
        "lot": lot,
        "competition": lot.competition,
        "standings": standings,
        "criteria": criteria,
        "table": [
            (entry, [(c, entry.points.get(c.pk), entry.scores.get(c.pk)) for c in criteria])
            for entry in standings
        ],
        "form": form,
        "award": live_awards(lot.competition).get(lot.pk),
        "refused": refused_awards(lot.competition).get(lot.pk, []),
    }
    return render(request, "bids/commissioner/award_propose.html", context)


@allow("lots.use_commissioner_pages")
@require_POST
def awards_propose_all(request, reference):
    """Propose the first-ranked bid of every lot in one step."""
    competition = evaluated_competition(request.user, reference)
    try:
        proposed = propose_first_ranked(competition=competition, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        words = ngettext("%d award proposed", "%d awards proposed", len(proposed))
        messages.success(request, words % len(proposed))
    return redirect("commissioner:awards", reference=reference)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_POST
def awards_approve_all(request, reference):
    """Approve every proposal of somebody else's in one step."""
    competition = evaluated_competition(request.user, reference)
    require(request.user, "bids.approve_award", competition)
    approved = approve_awards(competition=competition, by=request.user, at=clock.now())
    words = ngettext("%d award approved", "%d awards approved", len(approved))
    messages.success(request, words % len(approved))
    return redirect("commissioner:awards", reference=reference)


@allow("lots.use_commissioner_pages")
@recent_sign_in
@require_POST
def award_approve(request, reference):
    """Agree with one proposal."""
    award = _award(request.user, reference)
    require(request.user, "bids.approve_award", award.lot.competition)
    try:
        approve_award(award=award, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Approved"))
    return redirect("commissioner:awards", reference=award.lot.competition.reference)


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def award_send_back(request, reference):
    """Set a proposal aside, with reasons, before it is announced."""
    award = _award(request.user, reference)
    form = ReasonsForm(
        request.POST or None,
        label=_("Why does this proposal go back?"),
        button=_("Send it back"),
    )
    if form.is_valid():
        try:
            send_award_back(
                award=award,
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("commissioner:awards", reference=award.lot.competition.reference)
    context = {"award": award, "competition": award.lot.competition, "form": form}
    return render(request, "bids/commissioner/award_send_back.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def award_list(request):
    """The competitions whose awards are this officer's to make, or were."""
    competitions = (
        Competition.objects.run_by(request.user)
        .filter(state__in=[CompetitionState.OPENED, *DECIDING], is_history=False)
        .order_by("-closes_at", "-pk")
    )
    return render(request, "bids/commissioner/award_list.html", {"competitions": competitions})


def evaluated_competition(user, reference):
    """A competition whose awards are decided, for an officer who decides them."""
    competition = get_object_or_404(
        Competition.objects.run_by(user).filter(state__in=DECIDING, is_history=False),
        reference=reference,
    )
    require(user, "bids.propose_award", competition)
    return competition


def _award(user, reference):
    return get_object_or_404(
        Award.objects.filter(
            lot__competition__in=Competition.objects.run_by(user), is_history=False
        ).select_related("lot__competition", "bid__supplier"),
        reference=reference,
    )


def live_awards(competition):
    """The award of each lot by the lot's key, without those that were set aside or refused."""
    live = Award.objects.standing().filter(lot__competition=competition)
    live = live.select_related("lot", "bid__supplier", "proposed_by", "approved_by", "announced_by")
    return {award.lot_id: award for award in live}


def refused_awards(competition):
    """The awards of each lot whose contract was refused, by the lot's key, in their order."""
    refused = Award.objects.refused().filter(lot__competition=competition)
    by_lot = {}
    for award in refused.select_related("bid__supplier").order_by("refused_at", "pk"):
        by_lot.setdefault(award.lot_id, []).append(award)
    return by_lot


def _is_open_again(award, refused):
    """Whether a lot of an awarded competition waits for the decision after a refusal."""
    deciding = [AwardState.PROPOSED, AwardState.APPROVED]
    return bool(refused) and (award is None or award.state in deciding)
