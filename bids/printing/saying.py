"""What the PDF of a bid says: what was sent, when, and how it is proved. Plain values."""

from decimal import Decimal

from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bids.content import answer_text
from bids.selectors.chains import chain
from framework_portal.forms import count_words
from framework_portal.wording import exact_moment, file_size, moment_with_zone, pounds
from lots.states import CriterionKind


def offer_said(bid, submission, content, questions, *, is_priced):
    """Everything that `content`, the offer of `submission`, holds, in the order of its pages."""
    asked = [
        _question(number, question, answer_text(content, question))
        for number, question in enumerate(questions, start=1)
    ]
    received = submission.received_at
    return {
        "title": _("Bid for %(lot)s") % {"lot": bid.lot.title},
        "author": bid.supplier.name,
        "language": (get_language() or "en").partition("-")[0],
        "made": [received.year, received.month, received.day],
        "footer": _("Receipt %(number)s") % {"number": submission.receipt_number},
        "pages": _("Page %(page)s of %(pages)s"),
        "lead": _(
            "This is what was sent, word for word. Words are counted as the portal counts them."
        ),
        "facts": _facts(bid, submission),
        "parts": [
            *asked,
            *([_price(content)] if is_priced else []),
            _subcontractors(content),
            _files(content),
        ],
    }


def _facts(bid, submission):
    competition = bid.lot.competition
    plain = [
        (_("Organisation"), bid.supplier.name),
        (_("Competition"), f"{competition.title} ({competition.number})"),
        (_("Lot"), bid.lot.title),
        (_("Received"), moment_with_zone(submission.received_at)),
        (_("Exactly"), exact_moment(submission.received_at)),
        (_("Version"), str(submission.sequence)),
        (_("Receipt number"), submission.receipt_number),
    ]
    proofs = [
        (_("Digest of the bid (SHA-256)"), submission.offer.digest),
        (_("Digest of the sealed envelope (SHA-256)"), submission.offer.envelope_hash),
        (_("Reference of the bid"), str(bid.reference)),
    ]
    return [[*row, False] for row in plain] + [[*row, True] for row in proofs]


def _question(number, question, text):
    criterion = question.criterion
    worth = (
        _("pass or fail")
        if criterion.kind == CriterionKind.GATE
        else _("%(weight)s%% of the score") % {"weight": f"{criterion.weight.normalize():f}"}
    )
    said = count_words(text)
    counted = ngettext("%(said)d of %(limit)d word", "%(said)d of %(limit)d words", said)
    return {
        "heading": _("Question %(number)d") % {"number": number},
        "pieces": [
            _words("note", f"{criterion.name}, {worth}"),
            _words("asked", question.text),
            _words("typed", text) if text.strip() else _words("note", _("No answer")),
            _words("note", counted % {"said": said, "limit": question.word_limit}),
        ],
    }


def _price(content):
    price, note = content.get("price"), content.get("price_note") or ""
    shown = pounds(Decimal(price)) if price else _("Not opened, or not given")
    pieces = [_facts_piece([(_("Total price, excluding VAT"), shown)])]
    if note:
        pieces += [_words("heading", _("How it is made up")), _words("typed", note)]
    return {"heading": _("Price"), "pieces": pieces}


def _subcontractors(content):
    pieces = []
    for link in chain(content):
        rows = [*link.rows]
        if link.signed:
            agreed = parse_datetime(link.signed["agreed_at"])
            rows.append((_("Agreed to these terms"), moment_with_zone(agreed)))
        pieces += [_words("heading", link.entry["name"]), _facts_piece(rows)]
    if not pieces:
        pieces = [_words("note", _("None: the organisation will deliver the whole service itself"))]
    elif content.get("no_exclusivity"):
        pieces.append(
            _words("note", _("Declared: none of them was asked to work only on this bid"))
        )
    return {"heading": _("Key subcontractors"), "pieces": pieces}


def _files(content):
    pieces = []
    for entry in content["documents"]:
        rows = [[_("Size"), file_size(entry["size"]), False], ["SHA-256", entry["sha256"], True]]
        pieces += [_words("heading", entry["name"]), {"kind": "facts", "rows": rows}]
    return {"heading": _("Files"), "pieces": pieces or [_words("note", _("None"))]}


def _words(kind, words):
    return {"kind": kind, "words": words}


def _facts_piece(rows):
    return {"kind": "facts", "rows": [[*row, False] for row in rows]}
