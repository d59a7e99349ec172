"""The watcher: asks the portal over HTTP whether a bid could be submitted, again and again.

It needs neither database nor broker. Instants come from the database: each good look is a row
that the database stamps, and an outage lies between two of them. The watcher's own clock is only
noted beside it.
"""

import json
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter

from framework_portal.watch.states import Trouble

EVERY = 15  # seconds from one look to the next
PATIENCE = 10  # seconds in which an answer must have come
LONGEST_ANSWER = 10_000
# Through no proxy that the environment names: it is the portal that is looked at.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Bad(Exception):
    """A look that failed: what it found, and the words for it."""

    def __init__(self, what, detail):
        super().__init__(detail)
        self.what, self.detail = what, detail


class Watcher:
    """One watcher, with a name of its own and a journal of its own."""

    def __init__(self, address, *, key, journal, name, host="", patience=PATIENCE, say=print):
        self.address, self.key, self.journal, self.name = address, key, journal, name
        self.host, self.patience, self.say = host, patience, say
        self.last_good = None
        self.outage = self.failures = None
        if found := journal.under_way():
            first, failures = found
            self.last_good = first["last_good"]
            self.outage, self.failures = first, failures

    def look(self):
        """Look once. Answers "good", "failed", or "back" when a look ended an outage."""
        told = self.telling()
        try:
            answer = self.ask(told)
        except Bad as bad:
            self.failed(bad)
            return "failed"
        self.last_good = answer["reference"]
        if told is None:
            return "good"
        self.journal.add("told", outage=told["reference"], at=answer["at"])
        self.outage = self.failures = None
        self.say(f"The portal takes bids again: {told['tries']} looks had failed")
        return "back"

    def failed(self, bad):
        """Keep it, together with the last look that was good."""
        if self.outage is None:
            self.outage = {
                "reference": str(uuid.uuid4()),
                "last_good": self.last_good,
                "watcher_time": time.time(),
            }
            self.failures = []
            self.journal.add("outage", reference=self.outage["reference"], last_good=self.last_good)
            self.say(f"The portal cannot take bids: {bad}")
        failure = {"what": str(bad.what), "detail": bad.detail}
        self.failures.append(failure)
        self.journal.add("failed", **failure)

    def telling(self):
        """What the next good look tells of the failed ones, or None."""
        if not self.failures:
            return None
        most = Counter(failure["what"] for failure in self.failures).most_common(1)[0][0]
        detail = next(f["detail"] for f in self.failures if f["what"] == most)
        return {
            "reference": self.outage["reference"],
            "what": most,
            "detail": detail[:200],
            "tries": len(self.failures),
            "seconds": max(0, round(time.time() - self.outage["watcher_time"])),
        }

    def ask(self, told):
        """One request; gives the look's row as the portal answered it, or raises Bad."""
        body = {
            "reference": str(uuid.uuid4()),
            "follows": self.last_good,
            "seen_by": self.name,
            "outage": told,
        }
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "User-Agent": "portal-watch",
        }
        if self.host:
            headers["Host"] = self.host
        request = urllib.request.Request(  # noqa: S310 - the command takes http and https only
            f"{self.address}/watch/look/", json.dumps(body).encode(), headers, method="POST"
        )
        began = time.monotonic()
        try:
            with DIRECTLY.open(request, timeout=self.patience) as answer:
                said = json.loads(answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            raise Bad(*_told_by(error)) from None
        except TimeoutError:
            raise Bad(Trouble.SLOW, f"no answer in {self.patience} s") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            slow = isinstance(reason, TimeoutError)
            what = Trouble.SLOW if slow else Trouble.UNREACHABLE
            raise Bad(what, type(reason).__name__) from None
        took = time.monotonic() - began
        if took > self.patience:
            raise Bad(Trouble.SLOW, f"answered after {took:.0f} s")
        if not isinstance(said, dict) or said.get("reference") != body["reference"]:
            raise Bad(Trouble.OTHER, "an answer that is not the portal's")
        return said


def _told_by(error):
    """What an answer with an error says went wrong."""
    try:
        said = json.loads(error.read(LONGEST_ANSWER)).get("what")
    except (OSError, ValueError, AttributeError):
        said = None
    what = said if said in Trouble.values else Trouble.OTHER
    return what, f"HTTP {error.code}"
