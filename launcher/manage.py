"""`make manage`: a management command on the demonstration's database, running or not."""

import os
import subprocess
import sys
from contextlib import contextmanager

from launcher import ROOT, children, places
from launcher.environment import environment
from launcher.lock import Busy, Lock
from launcher.postgres import Postgres
from launcher.supervisor import Bell, Supervisor


def main(*arguments):
    """As the owner of the tables."""
    var = places.var()
    var.mkdir(parents=True, exist_ok=True)
    env = environment(var)
    command = [sys.executable, "manage.py", *arguments]
    given = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if given:
        return subprocess.run(command, env=env | {"DATABASE_URL": given}, cwd=ROOT).returncode
    with database(var) as postgres:
        env["DATABASE_URL"] = postgres.url("portal_owner")
        return subprocess.run(command, env=env, cwd=ROOT).returncode


@contextmanager
def database(var):
    """The private database: the one `make run` has running, or started for us."""
    postgres = Postgres(var / "postgres")
    try:
        lock = Lock(var / "running.lock", f"a management command, process {os.getpid()}")
    except Busy:
        yield postgres
        return
    roll = children.Roll(var / "running.json")
    supervisor = Supervisor(Bell(), roll)
    try:
        roll.end_leftovers()
        supervisor.start(postgres)
        yield postgres
    finally:
        supervisor.stop()
        lock.release()
