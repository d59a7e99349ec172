"""One bidder's seven steps, many bidders at once, beside seven bare ones.

A step is a page that is shown and a form that is posted. Run as `python -m bench.steps`, with the
work on standard input as JSON and the outcome on standard output.
"""

import json
import re
import sys
import threading
import time
from urllib.parse import urlencode

from bench.load import _connect, answer

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
WORDS = "One named worker and one peer mentor for each person. " * 20


class Person(threading.Thread):
    """Somebody signed in who goes through the steps again and again."""

    def __init__(self, port, cookies, journeys):
        super().__init__(daemon=True)
        self.port, self.cookies, self.journeys = port, dict(cookies), journeys
        self.connection = _connect(port)
        self.took, self.last, self.failed = [], [], ""

    def run(self):
        try:
            for journey in self.journeys:
                began = time.perf_counter()
                for path, fields in journey:
                    place, seconds = self.step(path.replace("{bid}", self.bid), fields)
                    if place and "/bids/" in place:
                        self.bid_path = place
                self.last.append(seconds)
                self.took.append(time.perf_counter() - began)
        except Exception as error:  # noqa: BLE001 - told to whoever runs the bench
            self.failed = f"{error!r}"

    bid_path = ""

    @property
    def bid(self):
        found = re.search(r"/bids/([0-9a-f-]{36})/", self.bid_path)
        return found[1] if found else ""

    def step(self, path, fields):
        """Show the page, post its form; (where it leads, seconds of the post)."""
        status, _head, body = self.ask("GET", path)
        if status != 200:
            raise RuntimeError(f"GET {path} answered {status}")
        if fields is None:
            return "", 0.0
        sent = {name.decode(): value.decode() for name, value in HIDDEN.findall(body)}
        token = TOKEN.search(body)
        sent |= {"csrfmiddlewaretoken": token[1].decode()} | fields
        began = time.perf_counter()
        status, head, body = self.ask("POST", path, urlencode(sent).encode())
        seconds = time.perf_counter() - began
        if status != 302:
            wrong = re.findall(rb"govuk-error-summary__list.*?</ul>", body, re.S)
            raise RuntimeError(f"POST {path} answered {status} {wrong[:1]}")
        return head.lower().split(b"location: ")[1].split(b"\r\n")[0].decode(), seconds

    def ask(self, method, path, body=b"", headers=()):
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "X-Forwarded-Proto: https",
            f"Origin: https://localhost:{self.port}",
            f"Referer: https://localhost:{self.port}{path}",
            f"Cookie: {cookies}",
            *headers,
        ]
        if body and not headers:
            lines.append("Content-Type: application/x-www-form-urlencoded")
        if body or method != "GET":
            lines.append(f"Content-Length: {len(body)}")
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        status, head, answered, closes = answer(self.connection)
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"set-cookie:"):
                name, _, value = line[11:].strip().split(b";")[0].partition(b"=")
                self.cookies[name.decode()] = value.decode()
        if closes:
            self.connection.close()
            self.connection = _connect(self.port)
        return status, head, answered


def measure(*, port, people):
    """Journeys a second and the median milliseconds of the last post, over all `people`."""
    crowd = [Person(port, person["cookies"], person["journeys"]) for person in people]
    began = time.perf_counter()
    for person in crowd:
        person.start()
    for person in crowd:
        person.join(300)
    took = time.perf_counter() - began
    failed = [person.failed for person in crowd if person.failed]
    if failed:
        raise SystemExit(failed[0])
    last = sorted(each for person in crowd for each in person.last)
    return {
        "rate": sum(len(person.took) for person in crowd) / took,
        "last_ms": 1000 * last[len(last) // 2],
    }


if __name__ == "__main__":
    json.dump(measure(**json.load(sys.stdin)), sys.stdout)
