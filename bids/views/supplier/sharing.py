"""One narrative, many lots: an answer in the other bids, and all answers of a competition."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.sharing import share_answer, share_parts
from bids.content import answer_state, answer_text
from bids.forms.sharing import PartsForm, SharingForm
from bids.selectors.bidding import questions_of
from bids.selectors.narratives import compared, lots_to_start, matrix, own_bids, tally, versions
from bids.selectors.places import finished_parts, places
from bids.views.supplier.desk import Desk
from framework_portal import clock
from framework_portal.access import allow, require
from framework_portal.forms import refuse
from framework_portal.refusals import Refused
from lots.models import Competition
from suppliers.models import Supplier
from suppliers.views.supplier.finding import posted


@allow("suppliers.use_supplier_pages")
@require_safe
def answer_matrix(request, supplier, reference):
    """Every own bid of the competition by question: what is the same, different or empty."""
    supplier = get_object_or_404(Supplier.objects.of(request.user), reference=supplier)
    require(request.user, "suppliers.read_supplier", supplier)
    competition = get_object_or_404(
        Competition.objects.public(), reference=reference, is_history=False
    )
    at, questions = clock.now(), questions_of(competition)
    held = own_bids(supplier, competition, request.vaults)
    context = {
        "supplier": supplier,
        "competition": competition,
        "at": at,
        "questions": list(enumerate(questions, start=1)),
        "rows": matrix(held, questions),
        "tally": list(tally(held, questions)),
        "to_start": lots_to_start(supplier, competition, at=at),
        "is_open": competition.is_open(at=at),
        "may_edit": request.user.has_perm("suppliers.edit_supplier", supplier),
    }
    return render(request, "bids/supplier/answer_matrix.html", context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_answer_share(request, reference, question):
    """Which lots share an answer, where it differs, and taking it there: on purpose only."""
    permission = "bids.edit_bid" if request.method == "POST" else "bids.read_own_bid"
    desk = Desk(request, reference, permission=permission)
    asked = next((each for each in desk.questions if each.reference == question), None)
    if asked is None:
        raise Http404
    others = _others(desk, asked)
    form = SharingForm(posted(request), bids=others["held"], lots=others["to_start"])
    if request.method == "POST" and form.is_valid():
        try:
            changed = share_answer(
                bid=desk.bid,
                question=asked,
                into=form.into(),
                start=form.to_start(),
                by=request.user,
                at=desk.at,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext(
                "The answer is now in %(n)d more lot",
                "The answer is now in %(n)d more lots",
                changed,
            )
            messages.success(request, words % {"n": changed})
            return redirect(desk.url("bid_answer_share", question=asked.reference))
    number = desk.questions.index(asked) + 1
    text = others["text"]
    return desk.page(
        "bid_answer_share",
        form=form,
        question=asked,
        number=number,
        **others,
        comparisons=list(compared(text, others["different"])) if text.strip() else [],
        may_share=desk.may_edit and desk.is_open and others["is_finished"],
    )


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_parts_share(request, reference):
    """Several parts at once into other lots, the price only where it is ticked."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    taken = finished_parts(desk)
    found = places(desk, taken)
    form = PartsForm(posted(request), places=found)
    if request.method == "POST" and form.is_valid():
        into, start = form.chosen()
        try:
            changed = share_parts(
                bid=desk.bid,
                questions=desk.questions,
                into=into,
                start=start,
                by=request.user,
                at=desk.at,
            )
        except Refused as refusal:
            refuse(form, refusal)
        else:
            words = ngettext(
                "What you ticked is now in %(n)d more lot",
                "What you ticked is now in %(n)d more lots",
                changed,
            )
            messages.success(request, words % {"n": changed})
            return redirect(desk.url("bid_parts_share"))
    ticked = set(request.POST.getlist("take"))
    return desk.page("bid_parts_share", form=form, taken=taken, places=found, ticked=ticked)


def _others(desk, question):
    """The organisation's other bids of the competition, by what they say to the question."""
    text = answer_text(desk.content, question)
    held = [
        each
        for each in own_bids(desk.bid.supplier, desk.competition, desk.bid.vaults)
        if each.bid.pk != desk.bid.pk and each.is_editable
    ]
    found = versions(held, question)
    return {
        "text": text,
        "held": held,
        "is_finished": answer_state(desk.content, question) == "completed",
        "same": [each for version in found if version.text == text for each in version.held],
        "different": [version for version in found if version.text != text],
        "empty": [each for each in held if not each.text(question).strip()],
        "to_start": lots_to_start(desk.bid.supplier, desk.competition, at=desk.at),
    }
