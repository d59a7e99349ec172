"""Bidders who press the button in the last seconds and press again until they are answered.

Run as `python -m rush.bidders`, a process of its own with the work on standard input as JSON and
what each bidder was told on standard output. One press carries one key, however often it is sent.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from urllib.parse import urlencode

from bench.load import _connect
from bench.steps import HIDDEN, Person

PATIENCE = 0.4  # seconds between a failed press and the next
REFUSED = b"govuk-error-summary"


@dataclass
class Told:
    """What one bidder knows in the end."""

    bid: str
    receipt: str = ""  # the address of the receipt, once acknowledged
    refused: bool = False
    presses: int = 0
    failures: int = 0
    pressed_at: float = 0.0
    took: float = 0.0  # seconds of the press that was answered
    waited: float = 0.0  # seconds from the first press to the answer
    odd: list = field(default_factory=list)  # answers that no bidder should get


class Bidder(threading.Thread):
    """Opens the page in good time, presses at `press_at`, gives up at `until` (monotonic)."""

    def __init__(self, port, work):
        super().__init__(daemon=True)
        self.path = f"/supplier/bids/{work['bid']}/submit/"
        self.press_at, self.until = work["press_at"], work["until"]
        self.told = Told(work["bid"])
        self.port, self.person = port, Person(port, work["cookies"], [])
        self.form = work["form"].encode() if work.get("form") else None

    def prepare(self):
        """Read the page; what it carries is what every press sends."""
        status, _head, body = self.person.ask("GET", self.path)
        if status != 200:
            raise RuntimeError(f"GET {self.path} answered {status}")
        sent = {name.decode(): value.decode() for name, value in HIDDEN.findall(body)}
        self.form = urlencode(sent | {"declared": "on"}).encode()
        self.person.connection.close()  # nobody keeps a line open while reading the page
        self.person.connection = None

    def run(self):
        time.sleep(max(0.0, self.press_at - time.monotonic()))
        self.told.pressed_at = began = time.monotonic()
        while time.monotonic() < self.until:
            pressed = time.monotonic()
            self.told.presses += 1
            if self.press():
                self.told.took = time.monotonic() - pressed
                break
            self.told.failures += 1
            time.sleep(PATIENCE)
        self.told.waited = time.monotonic() - began

    def press(self):
        """One press; whether it was answered by a receipt or a refusal."""
        try:
            self.person.connection = self.person.connection or _connect(self.port)
            status, head, body = self.person.ask("POST", self.path, self.form)
        except OSError:  # nobody there, or gone in the middle: the bidder cannot know
            self.person.connection = None
            return False
        if status == 302:
            place = head.lower().split(b"location: ")[1].split(b"\r\n")[0].decode()
            self.told.receipt = place if "/receipts/" in place else ""
            if not self.told.receipt:
                self.told.odd.append(f"302 to {place}")
            return bool(self.told.receipt)
        if status == 200 and REFUSED in body:
            self.told.refused = b"closed before your bid arrived" in body or self.is_locked(body)
            if not self.told.refused and b"press again" not in body:
                self.told.odd.append("refused for another reason")
            return self.told.refused
        if status == 200 and self.is_locked(body):
            self.told.refused = True
            return True
        if status not in (500, 502, 503):
            self.told.odd.append(f"answered {status}")
        return False

    @staticmethod
    def is_locked(body):
        return b"can no longer be changed" in body


def rush(*, port, bidders, in_seconds):
    """Let all of them go; `in_seconds` from now is the instant 0 of their plans."""
    crowd = [Bidder(port, work) for work in bidders]
    for bidder in crowd:
        if bidder.form is None:
            bidder.prepare()
    zero = time.monotonic() + in_seconds
    print("ready", file=sys.stderr, flush=True)
    for bidder in crowd:
        bidder.press_at += zero
        bidder.until += zero
        bidder.start()
    for bidder in crowd:
        bidder.join()
    return [asdict(bidder.told) | {"form": bidder.form.decode()} for bidder in crowd]


if __name__ == "__main__":
    json.dump(rush(**json.load(sys.stdin)), sys.stdout)
