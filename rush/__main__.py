"""`make rush`: bidders submit in the last seconds while everything is killed by turns.

Everything runs on loopback and on sockets of its own, ends after a few minutes, and only processes
that were started here are killed, by their ids.
"""

import argparse
import os
import shutil
import socket
import sys
import time
from datetime import timedelta

from bench.ready import ready
from bench.server import production
from bench.table import Table
from launcher import places
from rush.pressing import AFTER, BEFORE, again, planned, press
from rush.servers import Killer, Servers


def main():
    parser = argparse.ArgumentParser(prog="rush")
    parser.add_argument("--bidders", type=int, default=200)
    parser.add_argument("--unopened", action="store_true", help="do not wait to open the bids")
    parser.add_argument("--before", type=int, default=BEFORE, help="seconds before closing")
    chosen = parser.parse_args()
    folder = places.var() / f"rush-{os.getpid()}"
    folder.mkdir(parents=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = Servers(folder, port)
    try:
        return run(servers, folder, chosen)
    finally:
        servers.stop()
        servers.erase()
        shutil.rmtree(folder, ignore_errors=True)


def run(servers, folder, chosen):
    count, before = chosen.bidders, chosen.before
    servers.data()
    os.environ["PORTAL_VAR"] = str(folder)
    os.environ["DATABASE_URL"] = servers.postgres.url("portal_owner")
    os.environ["REDIS_URL"] = servers.broker.url
    os.environ.update(production())
    ready()
    servers.portal(dict(os.environ))

    from rush import stage
    from rush.calm import calm, last_seconds
    from rush.judge import verdict

    table = Table()
    print(f"Writing {2 * count + min(count, 55)} bids …", flush=True)
    officers = stage.openers()
    first, second, third = stage.competitions(3, officers)
    crowd = stage.bidders(count)
    calm(table, servers, stage.ready(first, crowd))
    last_seconds(table, servers, stage.ready(third, crowd[:55]))

    work = planned(stage.ready(second, crowd), before)
    closing = {}

    def begin():
        closes_at = stage.database_now() + timedelta(seconds=before + 1)
        stage.close_at(second, closes_at)
        closing["at"] = closes_at

    killer = Killer(servers)
    told = press(servers.port, work, begin, in_seconds=before + 1, killer=killer)
    stage.database_now()  # up again
    second.refresh_from_db()
    told = again(servers.port, told, work)
    broken = False
    for what, figure, most in verdict(second, told):
        table.add(what, figure, figure=figure, **({} if most is None else {"most": most}))
        broken |= most is not None and figure > most
    if not chosen.unopened:
        broken |= open_all(table, second, officers, told)
    for name, outages in killer.kills.items():
        table.add(f"{name}: times killed", len(outages), f"back in {max(outages, default=0):.1f} s")
    waits = sorted(each["waited"] for each in told if each["receipt"])
    if waits:
        table.add("first press to receipt, 95 %", f"{waits[int(len(waits) * 0.95)]:.1f} s")
        table.add("presses that failed and were pressed again", sum(e["failures"] for e in told))
    print(f"\n{count} bidders, {before} s before closing to {AFTER} s after\n\n{table}")
    return broken


def open_all(table, competition, officers, told):
    """Wait until the bids can be opened, open them, and count; whether any was not read."""
    from bids.timing import GRACE
    from rush import stage

    wait = (competition.closes_at + GRACE - stage.database_now()).total_seconds()
    time.sleep(max(0.0, wait))
    found = stage.opened(competition, *officers[:2])
    missing = sum(bool(each["receipt"]) for each in told) - found["opened"]
    table.add("opened by two officers", found["opened"])
    table.add("acknowledged and not opened", missing, figure=missing, most=0)
    return missing != 0


if __name__ == "__main__":
    sys.exit(main())
