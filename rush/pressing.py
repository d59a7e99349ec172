"""When bidders press, the process in which they do, and a second press for who was told nothing."""

import json
import secrets
import subprocess
import sys
import time

from bench.server import ROOT

BEFORE, AFTER = 20, 6  # seconds around closing in which buttons are pressed and things are killed
LONGEST = 120  # seconds after closing for which a bidder goes on pressing


def planned(work, before):
    """When each presses: most in the last seconds, one in ten after closing."""
    for number, each in enumerate(work):
        if number % 10 == 9:
            at = 0.5 + secrets.randbelow(AFTER * 1000) / 1000
        elif number % 5 == 0:
            at = -secrets.randbelow(before * 1000) / 1000
        else:
            at = -secrets.randbelow(min(before, 8) * 1000) / 1000
        each |= {"press_at": at, "until": LONGEST}
    return work


def press(port, work, begin, *, in_seconds, killer=None):
    """Let the bidders press, with `begin` called when they are ready; what each was told."""
    process = subprocess.Popen(  # noqa: S603 - our own clients
        [sys.executable, "-m", "rush.bidders"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        plan = {"port": port, "bidders": work, "in_seconds": in_seconds}
        process.stdin.write(json.dumps(plan))
        process.stdin.close()
        said = process.stderr.readline()
        if said.strip() != "ready":
            raise SystemExit(f"The bidders could not begin: {said}{process.stderr.read()}")
        began = time.monotonic()
        begin()
        if killer is not None:
            killer.rage(until=began + in_seconds + AFTER)
        told = process.stdout.read()
        if process.wait(LONGEST + 60):
            raise SystemExit(f"The bidders stopped: {process.stderr.read()}")
        return json.loads(told)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def again(port, told, work):
    """Whoever was told nothing presses the same button once more, in calm, long after closing."""
    cookies = {each["bid"]: each["cookies"] for each in work}
    lost = [
        {
            "bid": each["bid"],
            "cookies": cookies[each["bid"]],
            "form": each["form"],
            "press_at": 0,
            "until": 30,
        }
        for each in told
        if not each["receipt"] and not each["refused"]
    ]
    if not lost:
        return told
    found = {each["bid"]: each for each in press(port, lost, lambda: None, in_seconds=0)}
    return [found.get(each["bid"], each) for each in told]
