"""The pages on which a bid is written: its task list, each question, the price."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bids.actions.drafting import Changed, drop_changes, save_answer, save_price, start_over
from bids.comparing import differences
from bids.content import answer_text, price_of, price_value
from bids.forms.writing import AnswerForm, PriceForm
from bids.identity import part_of
from bids.selectors.writers import others_here
from bids.sent import Hand
from bids.views.supplier.asides import keep_once
from bids.views.supplier.desk import Desk, here_words, named
from bids.views.supplier.library import text_to_use
from framework_portal.access import allow
from framework_portal.accounts.models import User
from framework_portal.forms import refuse
from framework_portal.refusals import Refused


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_detail(request, reference):
    """The task list of a bid: what is done, what is missing, when it closes."""
    return Desk(request, reference).page("bid_detail")


@allow("suppliers.use_supplier_pages")
@require_safe
def bid_offer(request, reference):
    """The whole bid to read."""
    return Desk(request, reference).page("bid_offer")


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_start_over(request, reference):
    """Begin a replacement with nothing in it, after asking: for who cannot read the own copy."""
    return _asked_first(request, reference, start_over, "bid_start_over")


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_drop_changes(request, reference):
    """Go back to what was submitted, after asking."""
    return _asked_first(request, reference, drop_changes, "bid_drop_changes")


def _asked_first(request, reference, action, template):
    desk = Desk(request, reference, permission="bids.edit_bid")
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    problem = None
    if request.method == "POST":
        try:
            action(bid=desk.bid, by=request.user, at=desk.at)
        except Refused as refusal:
            problem = refusal.message
        else:
            return redirect(desk.url("bid_detail"))
    return desk.page(template, problem=problem, has_errors=problem is not None)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_answer(request, reference, question):
    """One question, one page. What was typed is kept however long it is."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    asked = desk.asked(question)
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    offered = text_to_use(request, desk)
    form = AnswerForm(request.POST or None, question=asked, content=desk.content, offered=offered)
    context = {"form": form, "question": asked, "number": desk.questions.index(asked) + 1}
    context["here"] = others_words(desk, part_of(asked))
    context["offered"] = offered
    if request.method == "POST" and "keep" in request.POST:
        put_by(desk, form, asked)
        return redirect(desk.after("answer", asked))
    if request.method == "POST" and form.is_valid() and "combine" in request.POST:
        theirs = answer_text(desk.content, asked)
        context |= both_versions(form, theirs)
        form.combine(theirs)
    elif request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            kept = save_answer(
                bid=desk.bid,
                question=asked,
                text=typed["text"],
                by=request.user,
                at=desk.at,
                **told(form),
            )
        except Refused as refusal:
            context |= compared(desk, form, refusal, asked)
        else:
            if "later" not in request.POST:
                form.judge()
            if not form.errors:
                say_merged(request, kept != typed["text"].replace("\r\n", "\n"))
                return redirect(desk.after("answer", asked))
            desk = Desk(request, reference)  # as it is now
            form.show_again(kept)
    return desk.page("bid_answer", **context)


@allow("suppliers.use_supplier_pages")
@require_http_methods(["GET", "POST"])
def bid_price(request, reference):
    """The price, exact to the penny."""
    desk = Desk(request, reference, permission="bids.edit_bid")
    if not desk.is_priced:
        raise Http404
    if request.method == "GET" and not desk.is_open:
        return desk.locked()
    form, context = PriceForm(request.POST or None, content=desk.content), {}
    context["here"] = others_words(desk, part_of(None))
    if request.method == "POST" and "keep" in request.POST:
        put_by(desk, form, None)
        return redirect(desk.after("price"))
    if request.method == "POST" and form.is_valid() and "combine" in request.POST:
        context |= both_versions(form, price_of(desk.content))
        form.combine(price_of(desk.content))
    elif request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            kept = save_price(
                bid=desk.bid,
                price=typed["price"],
                note=typed["price_note"],
                by=request.user,
                at=desk.at,
                **told(form),
            )
        except Refused as refusal:
            context |= compared(desk, form, refusal, None)
        else:
            say_merged(request, kept != price_value(typed["price"], typed["price_note"]))
            return redirect(desk.after("price"))
    return desk.page("bid_price", form=form, **context)


def told(form):
    """What the page says of itself: what it had shown, and which of the person's pages it is."""
    return {
        "shown": form.cleaned_data["shown"],
        "base": form.base_text(),
        "hand": Hand.of(form.data),
    }


def say_merged(request, merged):
    """Tell the person that there is more in it now than was typed here."""
    if merged:
        messages.info(request, _("Somebody else changed this too. Both changes are saved"))


def others_words(desk, part):
    """Who else is at the part, as a sentence."""
    people = others_here(bid=desk.bid, part=part, but=desk.request.user, at=desk.at)
    return here_words(people)


def put_by(desk, form, question):
    """The version that was not chosen stays in the history."""
    if not form.is_valid() or form.typed() == form.said():
        return
    try:
        keep_once(desk, question, form.typed())
    except Refused:
        messages.error(desk.request, _("The competition is not open any more: nothing was kept"))


def compared(desk, form, refusal, question):
    """Put the refusal on the form; where somebody else wrote meanwhile, show what and who."""
    if isinstance(refusal, Changed):
        put_by(desk, form, question)
    refuse(form, refusal)
    if refusal.code == "closed":
        form.give_up()
    if not isinstance(refusal, Changed):
        return {}
    form.ask_again(refusal.theirs)
    colleague = User.objects.filter(pk=refusal.saved_by).first() if refusal.saved_by else None
    saved_at = parse_datetime(refusal.saved_at) if refusal.saved_at else None
    return {
        "saved_by": named(colleague),
        "saved_at": saved_at,
        **both_versions(form, refusal.theirs),
    }


def both_versions(form, theirs):
    """The other version, the one that was typed, and how they differ, for the page."""
    mine = form.typed()
    pieces = differences(theirs, mine) if isinstance(theirs, str) else []
    return {"theirs": theirs, "mine": mine, "pieces": pieces}
