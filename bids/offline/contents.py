"""What a pack says: plain values, the same for every kind of file."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from bids.content import answer_text, fingerprint
from bids.offline.marks import PRICE, PRICE_NOTE, Mark
from bids.selectors.published import documents_of
from framework_portal.wording import day, moment_with_zone, pounds
from lots.states import CriterionKind


@dataclass(frozen=True)
class Box:
    """One thing to fill in."""

    mark: Mark
    label: str
    asked: str
    guidance: str
    heading: str
    limit: int | None
    answer: str


@dataclass(frozen=True)
class Pack:
    """Everything that a pack says."""

    title: str
    facts: list  # (words, value)
    timetable: list  # (words, value)
    rules: list
    criteria: list  # (name, worth, description)
    boxes: list
    documents: list  # titles
    address: str


def pack_of(bid, content, questions, *, is_priced, at):
    """The pack of the bid's lot, with the answers as they are written so far.

    Before a bid is started it is one that was not saved, of nobody.
    """
    competition = bid.lot.competition
    name, place = ("bid_offline", bid) if bid.pk else ("lot_offline", bid.lot)
    page = reverse(f"supplier:{name}", kwargs={"reference": place.reference})
    return Pack(
        title=_("Offline pack: %(lot)s") % {"lot": bid.lot.title},
        facts=_facts(bid),
        timetable=_timetable(competition),
        rules=_rules(),
        criteria=[
            (each.name, worth(each), each.description)
            for each in competition.criteria.order_by("position")
        ],
        boxes=boxes(content, questions, is_priced=is_priced),
        documents=[each.title for each in documents_of(competition)],
        address=settings.PORTAL_ADDRESS + page,
    )


def boxes(content, questions, *, is_priced):
    """Every box of a pack, as `content` fills it now."""
    found = [
        Box(
            mark=Mark(str(question.reference), fingerprint(answer_text(content, question))),
            label=_("Question %(number)d") % {"number": number},
            asked=question.text,
            guidance=question.guidance,
            heading=f"{question.criterion.name}, {worth(question.criterion)}",
            limit=question.word_limit,
            answer=answer_text(content, question),
        )
        for number, question in enumerate(questions, start=1)
    ]
    return found + (_price_boxes(content) if is_priced else [])


def _price_boxes(content):
    price, note = content["price"] or "", content["price_note"] or ""
    return [
        Box(
            mark=Mark(PRICE, fingerprint(price)),
            label=_("Price"),
            asked=_("Total price, excluding VAT"),
            guidance=_("For the whole term of the contract, in pounds. For example 248,500.50"),
            heading="",
            limit=None,
            answer=price,
        ),
        Box(
            mark=Mark(PRICE_NOTE, fingerprint(note)),
            label=_("How the price is made up"),
            asked=_("How the price is made up (optional)"),
            guidance="",
            heading="",
            limit=500,
            answer=note,
        ),
    ]


def worth(criterion):
    """What a criterion counts for, in words."""
    if criterion.kind == CriterionKind.GATE:
        return _("pass or fail")
    return _("%(weight)s%% of the score") % {"weight": f"{criterion.weight.normalize():f}"}


def _facts(bid):
    lot, competition = bid.lot, bid.lot.competition
    facts = [
        (_("Organisation"), bid.supplier.name if bid.supplier_id else ""),
        (_("Competition"), f"{competition.title} ({competition.number})"),
        (_("Lot"), lot.title),
        (_("Value"), pounds(lot.value) if lot.value is not None else ""),
        (_("About the lot"), lot.description),
        (_("About the competition"), competition.description or competition.summary),
    ]
    return [(words, value) for words, value in facts if value]


def _timetable(competition):
    steps = [
        (_("Questions to the commissioner until"), competition.clarifications_close_at),
        (_("Bids close"), competition.closes_at),
        (_("Opening planned for"), competition.opening_due_at),
    ]
    days = [
        (_("Award planned for"), competition.award_due_on),
        (_("Service starts"), competition.service_starts_on),
        (_("Service ends"), competition.service_ends_on),
    ]
    told = [(words, moment_with_zone(at)) for words, at in steps if at]
    return told + [(words, day(on)) for words, on in days if on]


def _rules():
    return [
        _("A bid counts when it has arrived at the portal before bids close. This file is no bid."),
        _(
            "Bring this file back to the portal before that time. You are shown what would change "
            "and choose what is taken over. Then check your bid and submit it there."
        ),
        _("The deadline may move and questions may be answered meanwhile: look at the portal."),
        _("A word is what stands between spaces: that is how the portal counts."),
        _("Key subcontractors are named and asked in the portal, and files are attached there."),
        _("Pictures, text boxes, footnotes and comments are not taken over: attach files instead."),
        _("Do not name anyone you support."),
    ]
