"""Pages over many contracts: how long each takes when it is rendered anew, and its statements."""

import statistics
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bench import chains, data
from contracts.models import Contract, KeySubcontractor, QuarterLine
from framework_portal.accounts.actions.factors import give_factor

CONTRACTS = 5_000
# Seconds that nobody has to wait for a page longer than.
MOST = 1
STRANGER = [
    ("Register of contracts", "/contracts/"),
    ("Register, the last page", "/contracts/?per_page=100&page=50"),
    ("Register, narrowed", "/contracts/?subcontractor=supplier+1&lead=bench&chain=named&year=2025"),
    ("Promise and delivery", "/contracts/delivery/"),
]
OFFICER = [
    ("Contracts of a commissioner", "/commissioner/contracts/"),
    ("Across contracts: never used", "/commissioner/supply-chains/?show=unused"),
    ("Across contracts: drift", "/commissioner/supply-chains/?show=drift"),
    ("Across contracts: one team", "/commissioner/supply-chains/?show=team"),
    ("Across contracts: dependence", "/commissioner/supply-chains/?show=dependence"),
]


def measure(table, *, contracts, rounds):
    """Each page at a tenth of the contracts and at all of them: the time, and the same queries."""
    counts = {}
    for size in (contracts // 10, contracts):
        chains.fill(size)
        data.settle()
        counts[size] = _pages(table if size == contracts else None, rounds)
    few, many = counts.values()
    table.add(
        "Contracts, subcontractors, lines of quarters",
        " / ".join(
            str(model.objects.count()) for model in (Contract, KeySubcontractor, QuarterLine)
        ),
    )
    same = few == many
    table.add(
        "At ten times the contracts: the same queries",
        "yes" if same else "no",
        figure=same,
        least=1,
    )


def _pages(table, rounds):
    stranger, officer = Client(HTTP_HOST="localhost"), _officer()
    pages = [(stranger, *page) for page in _public()] + [(officer, *page) for page in OFFICER]
    counts = {}
    with override_settings(PUBLIC_PAGES_KEPT=0):  # as it is rendered, not as it is kept
        for client, words, path in pages:
            seconds, counts[words] = _time(client, path, rounds)
            if table:
                table.add(
                    words,
                    f"{seconds * 1000:.0f} ms, {counts[words]} queries",
                    figure=seconds,
                    most=MOST,
                )
    return counts


def _public():
    told = Contract.objects.exclude(reports=None).filter(is_history=False).first()
    return [*STRANGER, ("One contract", f"/contracts/{told.reference}/")]


def _time(client, path, rounds):
    """(the middle of the times, statements) of a page, asked once before it counts."""
    times = []
    for _ in range(rounds + 1):
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            answer = client.get(path, secure=True)
            times.append(time.perf_counter() - began)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
    return statistics.median(times[1:]), len(captured)


def _officer():
    user, client = chains.officer(), Client(HTTP_HOST="localhost")
    give_factor(user=user)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
