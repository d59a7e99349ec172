"""Public pages beside bare ones."""

import json
import statistics
import subprocess
import sys

from bench.server import ROOT


def clients(module, work):
    """What `module` measures, in a process of its own."""
    outcome = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", module],
        input=json.dumps(work),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
    )
    if outcome.returncode:
        raise SystemExit(outcome.stderr.strip() or outcome.stdout)
    return json.loads(outcome.stdout)


def beside(portal, bare, *, rounds):
    """Rates of both, by turns, so that a noisy minute is noisy for both: two medians."""
    pairs = [(portal()["rate"], bare()["rate"]) for _ in range(rounds)]
    return tuple(statistics.median(column) for column in zip(*pairs, strict=True))


def rate(port, path, *, seconds, crowd, headers=(), wanted=200):
    """A measurement of one path, to be taken when called."""
    work = {
        "port": port,
        "path": path,
        "seconds": seconds,
        "clients": crowd,
        "headers": list(headers),
        "wanted": wanted,
    }
    return lambda: clients("bench.load", work)


def queries(client, path):
    """How many SQL statements a page takes for `client`, when it is asked a second time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext, override_settings

    with override_settings(PUBLIC_PAGES_KEPT=0):  # as it is rendered, not as it is kept
        client.get(path, secure=True)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path, secure=True)
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")
    return len(captured)
