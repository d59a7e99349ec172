"""What the pages of a draft do by themselves while somebody types: saved, in short answers.

Every answer is JSON with an `outcome`; only who is not signed in gets another status (401).
"""

from django.http import Http404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bids.actions.drafting import Changed, save_answer, save_price
from bids.actions.presence import be_here
from bids.content import find, fingerprint
from bids.forms.writing import AnswerForm, PriceForm
from bids.identity import part_of
from bids.selectors.writers import others_here
from bids.sent import Hand
from bids.views.supplier.asides import keep_once
from bids.views.supplier.desk import Desk, here_words, named
from bids.views.supplier.telling import first_error, handed_out, told
from bids.views.supplier.unsaved import keep_typed, part_of_entry
from framework_portal import wording
from framework_portal.access import allow
from framework_portal.accounts.models import User
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_POST
def answer_autosave(request, reference, question):
    """Keep the answer as it is typed."""
    desk = Desk(request, reference, permission="bids.edit_bid", paced=True)
    asked = desk.asked(question)
    form = AnswerForm(request.POST, question=asked, content=desk.content)

    def save(typed, **more):
        kept = save_answer(bid=desk.bid, question=asked, text=typed["text"], quiet=True, **more)
        return kept != form.typed(), {"text": kept}, kept

    return _told(desk, form, save, question=asked)


@allow("suppliers.use_supplier_pages")
@require_POST
def price_autosave(request, reference):
    """Keep the price and its note as they are typed."""
    desk = Desk(request, reference, permission="bids.edit_bid", paced=True)
    if not desk.is_priced:
        raise Http404
    form = PriceForm(request.POST, content=desk.content)

    def save(typed, **more):
        note = typed["price_note"]
        kept = save_price(bid=desk.bid, price=typed["price"], note=note, quiet=True, **more)
        values = {"price": kept["price"] or "", "price_note": kept["price_note"]}
        return kept != form.typed(), values, kept

    return _told(desk, form, save, question=None)


@allow("suppliers.use_supplier_pages")
@require_POST
def subcontractor_autosave(request, reference, subcontractor=None):
    """Keep beside the draft what is typed of one organisation: no entry before it is saved."""
    desk = Desk(request, reference, permission="bids.edit_bid", saves=False)
    entry = find(desk.content["subcontractors"], subcontractor) if subcontractor else None
    if subcontractor and entry is None:
        raise Http404
    if request.POST.get("writer") not in (None, str(request.user.reference)):
        return told(request, "somebody_else")
    part = part_of_entry(subcontractor)
    try:
        be_here(bid=desk.bid, part=part, by=request.user, at=desk.at, saving=True)
        kept = keep_typed(desk, entry, subcontractor)
    except Refused as refusal:
        known = ("closed", "busy", "changed", "wrong")
        outcome = refusal.code if refusal.code in known else "refused"
        return told(request, outcome, message=str(refusal.message))
    stands = {"shown": request.POST.get("shown", ""), "base": kept.edition}
    here = _here(desk, part) if subcontractor else {}
    return told(request, "saved", at=wording.clock_time(desk.at), **stands, **here)


@allow("suppliers.use_supplier_pages")
@require_POST
def bid_presence(request, reference):
    """I am here, at this part: who else is?"""
    desk = Desk(request, reference, permission="bids.edit_bid", saves=False)
    part = request.POST.get("part", "")
    known = {"price"} | {str(each.reference) for each in desk.questions}
    if part not in known and find(desk.content["subcontractors"], part) is None:
        raise Http404
    be_here(bid=desk.bid, part=part, by=request.user, at=desk.at)
    return told(request, "here", **_here(desk, part))


@allow("suppliers.use_supplier_pages")
@never_cache
@require_GET
def bid_keys(request, reference):
    """What a page needs of the session: a fresh token, and the key of the browser's journal.

    The key is this person's for this bid. With `key`, the one of that id: older words need it.
    """
    desk = Desk(request, reference, permission="bids.edit_bid")
    return handed_out(request, desk.bid)


def _told(desk, form, save, *, question):
    """Save, and say what came of it."""
    request, part = desk.request, part_of(question)
    if request.POST.get("writer") not in (None, str(request.user.reference)):
        return told(request, "somebody_else")
    if not form.is_valid():
        return told(request, "wrong", message=first_error(form))
    typed = form.cleaned_data
    about = {"shown": typed["shown"], "base": form.base_text(), "hand": Hand.of(request.POST)}
    try:
        be_here(bid=desk.bid, part=part, by=request.user, at=desk.at, saving=True)
        merged, values, kept = save(typed, by=request.user, at=desk.at, **about)
    except Changed as refusal:
        by = User.objects.filter(pk=refusal.saved_by).first() if refusal.saved_by else None
        keep_once(desk, question, form.typed())
        return told(request, "changed", by=named(by))
    except Refused as refusal:
        outcome = refusal.code if refusal.code in ("closed", "busy") else "refused"
        return told(request, outcome, message=str(refusal.message))
    stands = {"shown": fingerprint(kept), "base": form.base_of(kept)}
    more = {"values": values} if merged else {}
    if desk.bid.saving.words:
        more["standby"] = desk.bid.saving.words
    said = {"at": wording.clock_time(desk.at), **_here(desk, part)}
    return told(request, "saved", **said, **stands, **more)


def _here(desk, part):
    """Who else is at this part now, in words, and nothing where nobody is."""
    people = others_here(bid=desk.bid, part=part, but=desk.request.user, at=desk.at)
    return {"here": here_words(people)}
