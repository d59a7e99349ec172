"""Reading opened bids, scoring them, and closing the marks."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.scoring import complete_evaluation, record_score, reopen_evaluation
from bids.content import empty
from bids.forms.evaluation import ReasonsForm, ScoreForm
from bids.models import Bid, Score
from bids.printing.answering import offer_pdf
from bids.selectors.affirming import changes_since, last_affirmation
from bids.selectors.bidding import is_priced, questions_of
from bids.selectors.chains import chain
from bids.selectors.evaluation import (
    awaits_prices,
    is_scoring,
    opened_offer,
    ranking,
    rankings,
    unscored,
)
from bids.selectors.files import files
from bids.selectors.offers import sections
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.audit import trail
from framework_portal.documents.serving import document_response
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition, Criterion
from lots.states import CompetitionState, CriterionKind

OPENED = [CompetitionState.OPENED, CompetitionState.EVALUATED, CompetitionState.AWARDED]


@allow("lots.use_commissioner_pages")
@require_safe
def evaluation(request, reference):
    """Every lot with its bids, what is scored, and the ranking as it stands."""
    competition = _opened_competition(request.user, reference)
    by_lot = rankings(competition)
    lots = competition.lots.prefetch_related("areas__level", "categories").order_by("position")
    context = {
        "competition": competition,
        "lots": [(lot, by_lot.get(lot.pk, [])) for lot in lots],
        "missing": len(unscored(competition)) if competition.state == OPENED[0] else 0,
        "is_evaluating": competition.state == CompetitionState.OPENED,
        "is_scoring": is_scoring(competition),
        "awaits_prices": awaits_prices(competition),
    }
    return render(request, "bids/commissioner/evaluation.html", context)


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_complete(request, reference):
    """Close the marks, after a look at what is missing."""
    competition = _opened_competition(request.user, reference)
    refused = ""
    if request.method == "POST":
        try:
            complete_evaluation(competition=competition, by=request.user, at=clock.now())
        except Refused as refusal:
            refused = refusal.message
        else:
            messages.success(request, _("The evaluation is complete. The marks stand from now on"))
            return redirect("commissioner:awards", reference=reference)
    context = {
        "competition": competition,
        "missing": unscored(competition) if competition.state == CompetitionState.OPENED else [],
        "awaits_prices": awaits_prices(competition),
        "refused": refused,
        "has_errors": bool(refused),
    }
    return render(request, "bids/commissioner/evaluation_complete.html", context)


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_reopen(request, reference):
    """Open the marks again, with a reason, while no award stands on them."""
    competition = _opened_competition(request.user, reference)
    form = ReasonsForm(
        request.POST or None,
        label=_("Why must the marks be changed?"),
        button=_("Open the marks again"),
    )
    if form.is_valid():
        try:
            reopen_evaluation(
                competition=competition,
                reasons=form.cleaned_data["reasons"],
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            return redirect("commissioner:evaluation", reference=reference)
    context = {"competition": competition, "form": form}
    return render(request, "bids/commissioner/evaluation_reopen.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def opened_bid(request, reference):
    """One opened bid: its answers beside the questions, its price, its files and its scores."""
    bid = _opened_bid(request.user, reference)
    offer = opened_offer(bid)
    standing = next(entry for entry in ranking(bid.lot) if entry.bid.pk == bid.pk)
    context = {
        "bid": bid,
        "offer": offer,
        "sections": sections(bid, offer),
        "documents": files(bid, offer.get("documents")) if offer else [],
        "chain": chain(empty() | offer) if offer else [],
        "standing": standing,
        "price": standing.price,
        "awaits_prices": awaits_prices(bid.lot.competition),
        "changes": list(changes_since(bid)),
        "affirmation": last_affirmation(bid),
        "is_scoring": is_scoring(bid.lot.competition),
    }
    return render(request, "bids/commissioner/opened_bid.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def opened_bid_pdf(request, reference):
    """One opened bid as a PDF: what was sent, and nothing that was made of it here."""
    bid = _opened_bid(request.user, reference)
    offer = opened_offer(bid)
    submission = bid.submissions.select_related("offer").filter(offer=bid.offer_id).first()
    if offer is None or submission is None:
        raise Http404
    competition = bid.lot.competition
    trail.record("bid.printed", bid, by=request.user)
    return offer_pdf(
        bid,
        submission,
        empty() | offer,
        questions_of(competition),
        is_priced=is_priced(competition) and not awaits_prices(competition),
    )


@allow("lots.use_commissioner_pages")
@require_http_methods(["GET", "HEAD", "POST"])
def score(request, reference, criterion):
    """The mark of one bid under one criterion, with the answers beside it."""
    bid = _opened_bid(request.user, reference)
    require(request.user, "bids.score_bid", bid)
    competition = bid.lot.competition
    criterion = get_object_or_404(
        Criterion.objects.exclude(kind=CriterionKind.PRICE),
        competition=competition,
        reference=criterion,
    )
    given = Score.objects.filter(bid=bid, criterion=criterion).select_related("scored_by").first()
    form = ScoreForm(
        request.POST or None,
        initial=_shown(given, criterion),
        criterion=criterion,
        highest_mark=competition.highest_mark,
    )
    if form.is_valid():
        try:
            record_score(
                bid=bid,
                criterion=criterion,
                mark=form.cleaned_data["mark"],
                reasons=form.cleaned_data["reasons"],
                seen=_instant(form.cleaned_data["seen"]),
                by=request.user,
                at=clock.now(),
            )
        except Refused as refusal:
            refuse(form, refusal)
            given = (
                Score.objects.filter(bid=bid, criterion=criterion)
                .select_related("scored_by")
                .first()
            )
        else:
            return redirect(_next_to_score(bid, criterion))
    context = {
        "bid": bid,
        "criterion": criterion,
        "section": next((s for s in sections(bid) if s.criterion == criterion), None),
        "form": form,
        "given": given,
        "awaits_prices": awaits_prices(competition),
        "is_scoring": is_scoring(competition),
    }
    return render(request, "bids/commissioner/score.html", context)


@allow("lots.use_commissioner_pages")
@require_safe
def opened_document(request, reference, document):
    """A file of an opened bid, as an attachment."""
    bid = _opened_bid(request.user, reference)
    require(request.user, "bids.read_offer", bid)
    offer = opened_offer(bid) or {}
    row = next(
        (row for row in files(bid, offer.get("documents")) if row.reference == document), None
    )
    if row is None:
        raise Http404
    return document_response(row.document, by=request.user)


def _opened_competition(user, reference):
    competition = get_object_or_404(
        Competition.objects.run_by(user).filter(state__in=OPENED), reference=reference
    )
    require(user, "bids.read_opened_bids", competition)
    return competition


def _opened_bid(user, reference):
    bid = get_object_or_404(
        Bid.objects.visible_to(user)
        .unsealed()
        .filter(lot__competition__in=Competition.objects.run_by(user))
        .select_related("lot__competition", "supplier", "opened", "opened_price", "offer"),
        reference=reference,
    )
    require(user, "bids.read_offer", bid)
    return bid


def _shown(given, criterion):
    if given is None:
        return {"seen": ""}
    mark = given.mark.normalize()
    shown = str(int(mark)) if criterion.kind == CriterionKind.GATE else f"{mark:f}"
    return {"mark": shown, "reasons": given.reasons, "seen": given.scored_at.isoformat()}


def _instant(text):
    try:
        return parse_datetime(text) if text else None
    except ValueError:
        return None


def _next_to_score(bid, done):
    """Back to the bid, at the criterion just scored."""
    url = reverse("commissioner:opened_bid", kwargs={"reference": bid.reference})
    return f"{url}#criterion-{done.reference}"
