"""A competition and a lot, as everybody may read them. Drafts and bids are never looked at."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from bids.models import Opening
from bids.selectors.published import (
    ages,
    criteria_of,
    decisions_on,
    documents_of,
    lots_of,
    public_competitions,
    public_lots,
    questions_to_answer,
)
from framework_portal.access import public
from framework_portal.documents.serving import document_response
from framework_portal.freshness import public_page
from framework_portal.reference.selectors import Places, categories
from lots.models import Competition, CompetitionDocument
from lots.states import CompetitionState, public_standing
from suppliers.selectors.holdings import holdings


@public_page
def competition(request, reference):
    """Timetable, lots, how bids are judged, documents, answers and changes."""
    at = request.at
    found = get_object_or_404(public_competitions(), reference=reference)
    context = {"at": at, "competition": found, "standing": standing(found, at)}
    context["lots"] = list(lots_of(found))
    if not found.is_history:
        context |= {
            "criteria": list(criteria_of(found)),
            "documents": list(documents_of(found)),
            "answers": list(found.clarifications.published().select_related("lot")),
            "changes": list(found.changes.all()),
        }
    if found.state not in (CompetitionState.DRAFT, CompetitionState.PUBLISHED):
        context["opening"] = Opening.objects.filter(competition=found).first()
    held = holdings(request.user, at=at)
    if held and found.is_open(at=at):
        places = Places()
        for lot in context["lots"]:
            leaves = places.leaves_of(lot.area_keys)
            lot.match = any(each.matches(lot.category_keys, leaves) for each in held)
    return render(request, "bids/public/competition.html", context)


@public_page
def lot(request, reference):
    """What is bought, whom it serves, what a bid takes, and who won it once that is public."""
    at = request.at
    lots = public_lots().select_related("competition__commissioner")
    found = get_object_or_404(lots, reference=reference)
    competition = found.competition
    award, refused = decisions_on(found)
    context = {
        "at": at,
        "lot": found,
        "competition": competition,
        "standing": standing(competition, at),
        "ages": ages(found),
        "award": award,
        "refused": refused,
        "named": award.named(at=at) if award else [],
    }
    if not competition.is_history:
        context["task"] = questions_to_answer(competition)
    if competition.is_open(at=at):
        context["standings"] = _against(found, holdings(request.user, at=at))
        context["may_bid"] = any(each["matches"] for each in context["standings"])
    return render(request, "bids/public/lot.html", context)


def standing(competition, at):
    return public_standing(competition.state, competition.closes_at, at=at)


def _against(lot, held):
    """Each of the person's organisations against what the lot needs, in words."""
    if not held:
        return []
    places, needs = Places(), categories()
    leaves = places.leaves_of(lot.area_keys)
    return [
        {
            "name": each.name,
            "matches": each.matches(lot.category_keys, leaves),
            "categories": [
                needs[pk].name for pk in needs if pk in each.lacks(lot.category_keys, leaves)[0]
            ],
            "areas": [
                places.by_pk[pk].name
                for pk in places.by_pk
                if pk in each.lacks(lot.category_keys, leaves)[1]
            ],
        }
        for each in held
    ]


@public
@require_safe
def competition_document(request, reference, document):
    """The file itself, to everybody, while its competition is public."""
    found = get_object_or_404(
        CompetitionDocument.objects.select_related("document").filter(
            competition__in=Competition.objects.public(), removed_at=None
        ),
        competition__reference=reference,
        reference=document,
    )
    return document_response(found.document)
