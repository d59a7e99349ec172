"""What an organisation that is named in bids was asked: its own terms, nothing else of a bid."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core import signing
from django.utils.translation import gettext as _

from bids.models import ConsentRequest
from bids.states import ConsentAnswer
from framework_portal.reference.models import Area, Category
from framework_portal.wording import day, pounds

WAITING, LATE, ENDED, WITHDRAWN = "waiting", "late", "ended", "withdrawn"
# How the page that was looked at says which terms it showed.
SEEN_SALT = "bids.consent.seen"


@dataclass(frozen=True)
class Row:
    """One of the terms: what it is called, and what it says in words."""

    key: str
    label: str
    says: str


@dataclass(frozen=True)
class Change:
    """One of the terms that is not what it was."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One of the lines of the list."""

    request: ConsentRequest
    state: str
    words: str


def asked_of(user):
    """The newest terms that were put to the organisations of `user`, in one query."""
    return ConsentRequest.objects.visible_to(user).newest().for_list()


def entries(requests, *, at):
    """(waiting for an answer, agreed, past), each with how it stands at `at`."""
    waiting, agreed, past = [], [], []
    for request in requests:
        state = state_of(request, at=at)
        entry = Entry(request, state, words_of(state))
        is_over = not request.bid.lot.competition.is_open(at=at)
        if state == WAITING:
            waiting.append(entry)
        elif state == ConsentAnswer.AGREED and not is_over:
            agreed.append(entry)
        else:
            past.append(entry)
    waiting.sort(key=lambda entry: entry.request.bid.lot.competition.closes_at)
    return waiting, agreed, past


def waits_for(user, *, at):
    """Whether an answer of an organisation of `user` is waited for, in any bid."""
    waiting = ConsentRequest.objects.visible_to(user).waiting()
    return waiting.filter(bid__lot__competition__closes_at__gt=at).exists()


def state_of(request, *, at):
    """How it stands with a request, for who was asked."""
    if request.withdrawn_at is not None:
        return WITHDRAWN
    if request.answer == ConsentAnswer.AGREED:
        # To terms that were replaced, too: a version submitted with them counts until it is not.
        return ConsentAnswer.AGREED
    if request.superseded_at is not None:
        return ENDED
    if request.answer:
        return request.answer
    return WAITING if request.bid.lot.competition.is_open(at=at) else LATE


def words_of(state):
    """The same in words."""
    return {
        WAITING: _("Waiting for your answer"),
        LATE: _("Closed without your answer"),
        ENDED: _("No longer named"),
        WITHDRAWN: _("You withdrew"),
        ConsentAnswer.AGREED: _("Agreed"),
        ConsentAnswer.CHANGE_ASKED: _("You asked for a change"),
        ConsentAnswer.DECLINED: _("Declined"),
    }[state]


def newer_than(request):
    """The terms that stand in place of these, or None where the lead names it no more."""
    if request.superseded_at is None:
        return None
    return (
        ConsentRequest.objects.filter(
            bid=request.bid_id, entry=request.entry, supplier=request.supplier_id
        )
        .standing()
        .select_related("bid__lot__competition", "bid__supplier", "supplier", "terms", "kept")
        .first()
    )


def still_given(request):
    """Whether an agreement to this place stands, to these terms or to earlier ones."""
    given = ConsentRequest.objects.filter(
        bid=request.bid_id, entry=request.entry, supplier=request.supplier_id
    ).given()
    return given.exists()


def earlier_agreements(request):
    """Terms of the same place that it agreed to before, the newest first: their copies stay."""
    earlier = ConsentRequest.objects.filter(
        bid=request.bid_id, entry=request.entry, supplier=request.supplier_id
    )
    return earlier.filter(kept__isnull=False).exclude(pk=request.pk).order_by("-number")


def shown(terms):
    """The terms in words, line by line, in two queries."""
    names = _names(Category, terms["categories"], "slug")
    areas = _area_names(terms["areas"])
    share = _("%(percent)s%% of the price") % {"percent": _plain(terms["share_percent"])}
    if terms["pounds"]:
        share = _("%(share)s, which is %(pounds)s") % {
            "share": share,
            "pounds": pounds(Decimal(terms["pounds"])),
        }
    volume = _("About %(n)s a quarter") % {"n": terms["volume"]}
    paid = _("At most %(n)s days after you send a valid invoice") % {"n": terms["payment_days"]}
    relied_on = _("Yes") if terms["relied_on"] else _("No")
    return [
        Row("role", _("What you would do"), terms["role"]),
        Row("categories", _("Kind of service"), ", ".join(names)),
        Row("areas", _("Where"), ", ".join(areas)),
        Row("share", _("Your share"), share),
        Row("volume", _("People referred to you"), volume),
        Row("payment_days", _("When you are paid"), paid),
        Row("starts_on", _("Start"), day(date.fromisoformat(terms["starts_on"]))),
        Row("relied_on", _("It relies on you to meet a condition"), relied_on),
    ]


def changes(before, after):
    """What of the terms is not what it was, in words."""
    return [
        Change(old.label, old.says, new.says)
        for old, new in zip(shown(before), shown(after), strict=True)
        if old.says != new.says
    ]


def as_seen(request, terms):
    """A text that says which terms a page shows, for the page to send back."""
    return signing.dumps([str(request.reference), terms], salt=SEEN_SALT, compress=True)


def seen(request, text):
    """The terms of `request` that a page showed, as it sends them back; None for anything else."""
    try:
        reference, terms = signing.loads(text, salt=SEEN_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return terms if reference == str(request.reference) else None


def _names(model, slugs, field):
    held = dict(model.objects.filter(**{f"{field}__in": slugs}).values_list(field, "name"))
    return [held.get(slug, slug) for slug in slugs]


def _area_names(keys):
    slugs = [key.partition(":")[2] for key in keys]
    found = Area.objects.filter(slug__in=slugs).select_related("level")
    held = {area.key: area.name for area in found}
    return [held.get(key, key) for key in keys]


def _plain(number):
    """12.50 as 12.5, and 10.00 as 10."""
    return number.rstrip("0").rstrip(".") if "." in number else number
