"""A new database and broker for one command, thrown away after it: tests and measurements."""

import os
import shutil
import signal
import sys
from pathlib import Path

from launcher import ROOT, children, places
from launcher.broker import Broker
from launcher.lock import Busy, Lock
from launcher.postgres import Postgres
from launcher.supervisor import Bell, Stopped, Supervisor

# One process for each core, as far as the memory of a small machine goes.
SPREAD = ["-n", "auto", "--maxprocesses", "4"]


def test(*arguments):
    """pytest, spread over the cores unless `-n` says otherwise."""
    spread = [] if "-n" in arguments else SPREAD
    return main(sys.executable, "-m", "pytest", *spread, *arguments)


def main(*command):
    """Run `command`; DATABASE_URL and REDIS_URL that are set already are used as they are."""
    folder = places.var() / f"test-{os.getpid()}"
    sweep(folder.parent)
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / "lock", f"process {os.getpid()}")
    supervisor = Supervisor(Bell(), children.Roll(folder / "running.json"))
    try:
        env = dict(os.environ) | {"PORTAL_VAR": str(folder), "PYTHONUNBUFFERED": "1"}
        env |= servers(supervisor, folder)
        return supervisor.run(command, env=env, cwd=ROOT, stop_signal=signal.SIGINT)
    except Stopped:
        return 130
    finally:
        supervisor.stop()
        throw_away(folder)
        lock.release()


def servers(supervisor, folder):
    """Start what is not given; returns the addresses."""
    addresses = {}
    if not os.environ.get("DATABASE_URL"):
        # Tests tamper with evidence and make roles, to see that both are noticed.
        postgres = Postgres(folder / "postgres", owner_may="SUPERUSER")
        supervisor.start(postgres)
        addresses["DATABASE_URL"] = postgres.url("portal_owner")
        addresses["DATABASE_APP_URL"] = postgres.url("portal_app")
    if not os.environ.get("REDIS_URL"):
        broker = Broker(folder / "broker")
        supervisor.start(broker)
        addresses["REDIS_URL"] = broker.url
    return addresses


def sweep(var):
    """Remove what runs that were killed have left."""
    for folder in var.glob("test-*"):
        try:
            lock = Lock(folder / "lock", "being removed")
        except (Busy, OSError):
            continue
        children.Roll(folder / "running.json").end_leftovers()
        throw_away(folder)
        lock.release()


def throw_away(folder: Path):
    for kind, part in ((Postgres, "postgres"), (Broker, "broker")):
        if (folder / part).exists():
            kind(folder / part).erase()
    shutil.rmtree(folder, ignore_errors=True)
