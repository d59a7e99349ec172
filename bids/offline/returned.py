"""A pack that came back, beside the draft: what each answer would become."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.comparing import differences
from bids.offline.marks import PRICE
from framework_portal.forms import MoneyField, count_words
from framework_portal.forms.characters import REFUSED
from framework_portal.wording import pounds


@dataclass(frozen=True)
class Item:
    """One box: what the draft says and what the file says."""

    box: Any
    text: str  # of the file
    shown: str  # the fingerprint of what the draft says now
    state: str  # same, empty, missing, new, changed, conflict or unusable
    problems: list
    pieces: list

    @property
    def can_be_taken(self):
        return self.state in ("new", "changed", "conflict")

    @property
    def words(self):
        return count_words(self.text)


STATES = {
    "same": gettext_lazy("No change"),
    "empty": gettext_lazy("Empty in the file: what is written here stays"),
    "missing": gettext_lazy("Not in the file: what is written here stays"),
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "conflict": gettext_lazy("Changed in the file, and here since you downloaded it"),
    "unusable": gettext_lazy("Cannot be taken over"),
}


def items(boxes, found):
    """The boxes of the draft as it is now, each with what the file has for it."""
    return [_item(box, found.get(box.mark.key)) for box in boxes]


def _item(box, each):
    if each is None:
        return Item(box, "", box.mark.held, "missing", [], [])
    text, problems = each.text, list(each.problems)
    if text is not None and REFUSED.search(text):
        text = REFUSED.sub("", text)
        problems.append(_("%(place)s: control characters are left out") % {"place": each.place})
    if text is not None and box.mark.key == PRICE:
        text = _amount(text, each.place, problems)
    if text is None:
        return Item(box, "", box.mark.held, "unusable", problems, [])
    if box.limit and (over := count_words(text)) > box.limit:
        words = _("%(place)s: %(said)d words, %(limit)d allowed")
        problems.append(words % {"place": each.place, "said": over, "limit": box.limit})
    state = _state(box, each, text)
    pieces = differences(box.answer, text) if state in ("changed", "conflict") else []
    return Item(box, text, box.mark.held, state, problems, pieces)


def _state(box, each, text):
    if _plain(text) == _plain(box.answer):
        return "same"
    if not text.strip():
        return "empty"
    if not box.answer.strip():
        return "new"
    return "changed" if each.held == box.mark.held else "conflict"


def _plain(text):
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n")


def _amount(text, place, problems):
    """The price as it is kept, or None where it is no amount."""
    try:
        amount = MoneyField(label=_("Total price"), required=False).clean(text)
    except ValidationError as error:
        words = _("%(place)s: %(problem)s")
        problems.append(words % {"place": place, "problem": " ".join(error.messages)})
        return None
    return "" if amount is None else f"{amount:.2f}"


def shown_price(text):
    """£1,234.50 of 1234.50."""
    return pounds(text) if text else ""
