"""What an offer holds, as plain values: what is sealed, shown, compared and checked.

answers             {reference of the question: {text, saved_at, saved_by}}
price, price_note   pounds as text with two decimals, or None; words beside it
uses_subcontractors None until it was said
subcontractors      [{reference, name, supplier, email, role, categories, areas, share_percent,
                    volume, payment_days, starts_on, relied_on, salt}], in which
  supplier          the reference of one of the register, or None
  email             where an organisation that is not on it was invited, or ""
  categories        slugs of categories of the lot
  areas             keys (level:slug) of areas of the lot
  share_percent     of the whole price, in per cent, as text with two decimals. It is what counts:
                    shares add up, and stand when the price moves. Pounds are computed from it and
                    the price (`pounds_of`) and are in the terms that are agreed to
  volume            people referred to it in a quarter, a whole number
  payment_days      after how many days at most it is paid: 1 to 30 (Procurement Act 2023 s.73)
  starts_on         the day it begins, as YYYY-MM-DD
  relied_on         whether a condition is met only with it (s.72)
  salt              64 hex digits, known here alone: terms are compared by their digest under it
consents            {reference of a subcontractor: its signed consent {statement, signature}}; put
                    in when a version is sealed, beside the price where that is opened apart
no_exclusivity      declared: nobody named here was asked to work for this bid alone
documents           [{reference, name, size, sha256, media_type, key}]; the reference is the
                    BidDocument's, and the key, as base64, is nowhere else
hands               only while it is written: {part: {tab: {turn, sent}}}, see `sent.Hand`
peaks               likewise: {part: text}, what the version being written said at its fullest
"""

import hashlib
import hmac
from copy import deepcopy
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from framework_portal.forms import count_words
from framework_portal.sealing.canonical import canonical

EMPTY = {
    "answers": {},
    "price": None,
    "price_note": "",
    "uses_subcontractors": None,
    "subcontractors": [],
    "no_exclusivity": False,
    "consents": {},
    "documents": [],
    "hands": {},
    "peaks": {},
}
WHILE_WRITING = {"hands", "peaks"}

MOST_DOCUMENTS = 20
MOST_BYTES = 100_000_000
MOST_SUBCONTRACTORS = 50
MOST_PAYMENT_DAYS = 30

# What an entry says where it was written before all of it was asked.
UNSAID = {
    "supplier": None,
    "email": "",
    "role": "",
    "categories": [],
    "areas": [],
    "share_percent": None,
    "volume": None,
    "payment_days": None,
    "starts_on": None,
    "relied_on": False,
    "salt": "",
}
# What of it must be said before its consent can be asked.
MUST_SAY = ("role", "categories", "areas", "share_percent", "volume", "payment_days", "starts_on")


# What lies in an envelope of its own where price is opened after quality.
# Signed consents lie there too: they name pounds, from which the price could be computed.
PRICED = ("price", "price_note", "consents")


def without_price(content):
    """What is opened first where price is opened after quality."""
    return {name: value for name, value in content.items() if name not in PRICED}


def price_alone(content):
    """What is opened once the quality scores are locked."""
    return {name: content[name] for name in PRICED if name in content}


def part_salt(salt, part):
    """The salt of one of two envelopes, which tells nothing of the other's.

    A price is soon guessed: whoever has opened the quality must not be able to try prices against
    the commitment of the other envelope, or of the whole.
    """
    return hmac.digest(salt, str(part).encode(), "sha256")


def empty():
    """The offer of somebody who has just begun."""
    return deepcopy(EMPTY)


def fingerprint(value):
    """What a form carries of the value it was shown, so that somebody else's change is noticed."""
    return hashlib.sha256(canonical(value)).hexdigest()[:32]


def answer_text(content, question):
    """The answer to `question`, or an empty text."""
    return content["answers"].get(str(question.reference), {}).get("text", "")


def price_of(content):
    """What the page of the price shows and saves, as one value."""
    return {"price": content["price"], "price_note": content["price_note"]}


def price_value(price, note):
    """The same of what was typed. No price takes it away."""
    return {
        "price": None if price is None else f"{price:.2f}",
        "price_note": note.replace("\r\n", "\n"),
    }


def find(entries, reference):
    """The entry of a list of subcontractors or documents with this reference, or None."""
    return next((each for each in entries if each["reference"] == str(reference)), None)


def share_total(content):
    """The part of the price, in per cent, that goes to the subcontractors named."""
    return sum(
        (Decimal(each.get("share_percent") or 0) for each in content["subcontractors"]),
        start=Decimal(0),
    )


def named_in(content):
    """The key subcontractors of an offer, each with every key."""
    return [UNSAID | entry for entry in content["subcontractors"]]


def unsaid(entry):
    """What is not said of a subcontractor yet, by key; `supplier` where nobody could be asked."""
    missing = [key for key in MUST_SAY if entry.get(key) in (None, "", [])]
    return missing if entry.get("supplier") or entry.get("email") else ["supplier", *missing]


def pounds_of(content, entry):
    """A subcontractor's share in pounds, to the penny, as text; None where there is no price."""
    if not content.get("price") or entry.get("share_percent") is None:
        return None
    pounds = Decimal(content["price"]) * Decimal(entry["share_percent"]) / 100
    return f"{pounds.quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}"


def says_the_same(one, other):
    """Whether two offers are the same but for who typed what when."""
    return _said(one) == _said(other)


def as_submitted(content):
    """The offer without what only serves the writing of it."""
    return {key: value for key, value in content.items() if key not in WHILE_WRITING}


def _said(content):
    answers = {key: answer["text"] for key, answer in content["answers"].items() if answer["text"]}
    said = {**as_submitted(content), "answers": answers}
    said.pop("consents", None)  # what others said of it
    return canonical(said)


@dataclass(frozen=True)
class Part:
    """One part of an offer, as the task list shows it."""

    kind: str  # answer, price, subcontractors or documents
    state: str  # completed, in_progress, not_started or optional
    question: object = None
    number: int = 0

    @property
    def is_missing(self):
        return self.state in ("not_started", "in_progress")


def parts(content, questions, *, is_priced, is_consented=True):
    """All parts of an offer, in the order in which they are asked for.

    `is_consented`: every subcontractor named has agreed to what the offer says of it.
    """
    return [
        *(
            Part("answer", answer_state(content, question), question, number)
            for number, question in enumerate(questions, start=1)
        ),
        *([Part("price", "completed" if content["price"] else "not_started")] if is_priced else []),
        Part("subcontractors", subcontractors_state(content, is_consented)),
        Part("documents", "completed" if content["documents"] else "optional"),
    ]


def answer_state(content, question):
    """Whether the question is answered, within its word limit."""
    words = count_words(answer_text(content, question))
    if not words:
        return "not_started"
    return "in_progress" if words > question.word_limit else "completed"


def subcontractors_state(content, is_consented=True):
    """Whether it is said who else delivers, and they agreed; or that nobody does."""
    if content["uses_subcontractors"] is None:
        return "not_started"
    if not content["uses_subcontractors"]:
        return "completed"
    named = content["subcontractors"]
    whole = named and content["no_exclusivity"] and share_total(content) <= 100
    whole = whole and is_consented and not any(unsaid(entry) for entry in named)
    return "completed" if whole else "in_progress"
