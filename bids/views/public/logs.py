"""What everybody may read of the logs: of competitions, and of the audit trail."""

from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, render

from bids.selectors.published import public_competitions
from bids.selectors.receipts import (
    audit_heads_to_show,
    heads_file,
    heads_of,
    is_opened,
    log_file,
    proof_file,
)
from framework_portal.freshness import public_page
from lots.states import CompetitionState


@public_page
def competition_log(request, reference):
    """The roots that were signed; once the bids are opened, how many receipts there are."""
    competition = with_a_log(reference)
    heads = heads_of(competition)
    opened = bool(heads) and is_opened(competition)
    context = {
        "at": request.at,
        "competition": competition,
        "heads": heads,
        "newest": heads[-1] if heads else None,
        "opened": opened,
        "abandoned": competition.state == CompetitionState.ABANDONED and not opened,
    }
    return render(request, "bids/public/competition_log.html", context)


@public_page
def competition_log_file(request, reference):
    """The same for programs: signed heads, and the leaves once the bids are opened."""
    return as_file(log_file(with_a_log(reference)), f"log-{reference}.json")


@public_page
def competition_log_proof(request, reference, leaf):
    """That one leaf is in the log. Before the opening there is no such address."""
    proof = proof_file(with_a_log(reference), leaf)
    if proof is None:
        raise Http404
    return as_file(proof, f"proof-{leaf[:16]}.json")


@public_page
def audit_heads(request):
    """The head of the audit trail of each day, signed."""
    return render(request, "bids/public/audit_heads.html", {"heads": audit_heads_to_show()})


@public_page
def audit_heads_file(request):
    """The same for programs."""
    return as_file(heads_file(), "audit-heads.json")


def with_a_log(reference):
    return get_object_or_404(public_competitions().filter(is_history=False), reference=reference)


def as_file(content, name):
    """A small file of JSON, to be kept."""
    return JsonResponse(
        content,
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
