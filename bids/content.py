"""What an offer holds, as plain values: what is sealed, shown, compared and checked.

answers             {reference of the question: {text, saved_at, saved_by}}
price, price_note   pounds as text with two decimals, or None; words beside it
uses_subcontractors None until it was said
subcontractors      [{reference, name, supplier, role, share_percent, relied_on}]
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
from decimal import Decimal

from framework_portal.forms import count_words
from framework_portal.sealing.canonical import canonical

EMPTY = {
    "answers": {},
    "price": None,
    "price_note": "",
    "uses_subcontractors": None,
    "subcontractors": [],
    "no_exclusivity": False,
    "documents": [],
    "hands": {},
    "peaks": {},
}
WHILE_WRITING = {"hands", "peaks"}

MOST_DOCUMENTS = 20
MOST_BYTES = 100_000_000
MOST_SUBCONTRACTORS = 50


# What lies in an envelope of its own where price is opened after quality.
PRICED = ("price", "price_note")


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
        (Decimal(each["share_percent"]) for each in content["subcontractors"]), start=Decimal(0)
    )


def says_the_same(one, other):
    """Whether two offers are the same but for who typed what when."""
    return _said(one) == _said(other)


def as_submitted(content):
    """The offer without what only serves the writing of it."""
    return {key: value for key, value in content.items() if key not in WHILE_WRITING}


def _said(content):
    answers = {key: answer["text"] for key, answer in content["answers"].items() if answer["text"]}
    return canonical({**as_submitted(content), "answers": answers})


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


def parts(content, questions, *, is_priced):
    """All parts of an offer, in the order in which they are asked for."""
    return [
        *(
            Part("answer", answer_state(content, question), question, number)
            for number, question in enumerate(questions, start=1)
        ),
        *([Part("price", "completed" if content["price"] else "not_started")] if is_priced else []),
        Part("subcontractors", subcontractors_state(content)),
        Part("documents", "completed" if content["documents"] else "optional"),
    ]


def answer_state(content, question):
    """Whether the question is answered, within its word limit."""
    words = count_words(answer_text(content, question))
    if not words:
        return "not_started"
    return "in_progress" if words > question.word_limit else "completed"


def subcontractors_state(content):
    """Whether it is said who else delivers, or that nobody does."""
    if content["uses_subcontractors"] is None:
        return "not_started"
    if not content["uses_subcontractors"]:
        return "completed"
    whole = content["subcontractors"] and content["no_exclusivity"] and share_total(content) <= 100
    return "completed" if whole else "in_progress"
