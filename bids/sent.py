"""What a page of a draft sends, beside what others sent meanwhile."""

import uuid
from dataclasses import dataclass

from bids.content import fingerprint


@dataclass(frozen=True)
class Hand:
    """A page that saves by itself: open in one `tab`, whose saves count up in `turn`.

    What a tab sent last is kept with the draft. So a save whose answer was lost on the way is no
    conflict of somebody with themselves, and a copy that comes late changes nothing.
    """

    tab: str
    turn: int

    MOST = 4  # tabs remembered for each part

    @classmethod
    def of(cls, fields):
        """Which page sent these fields, and its how manieth save; None where it does not say."""
        try:
            tab, turn = uuid.UUID(fields.get("tab", "")), int(fields.get("turn", ""))
        except ValueError:
            return None
        return cls(tab.hex, turn) if 0 <= turn < 10**9 else None

    def former(self, content, part):
        """What this tab sent before, with its turn, or None."""
        return content["hands"].get(part, {}).get(self.tab)

    def note(self, content, part, sent):
        """Keep in `content` what was sent, in place of the tab's last."""
        tabs = {
            tab: held for tab, held in content["hands"].get(part, {}).items() if tab != self.tab
        }
        latest = dict(list(tabs.items())[1 - self.MOST :])
        content["hands"][part] = latest | {self.tab: {"turn": self.turn, "sent": sent}}


class Overlap(Exception):
    """Two changes of the same words."""


@dataclass(frozen=True)
class Sent:
    """What a page sent for one part: the value, what it had shown, and which page it was."""

    value: object
    shown: str | None = None
    base: object = None
    hand: Hand | None = None

    def beside(self, now, content, part, merge):
        """What is to be kept where `now` is what the part says: the value, or the two merged."""
        former = self.hand and self.hand.former(content, part)
        if former and self.hand.turn <= former["turn"]:
            return now
        if self.value == now or self.shown in (None, fingerprint(now)):
            return self.value
        base = former["sent"] if former else self.base
        if base is None or not former and fingerprint(base) != self.shown:
            raise Overlap
        came = merge(base, self.value, now)
        if came.overlap:
            raise Overlap
        return came.text

    def note(self, content, part):
        """Remember with the draft what this page sent."""
        if self.hand:
            self.hand.note(content, part, self.value)
