"""Launchers of their own, in folders of their own."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from launcher import ROOT, children
from launcher.postgres import Postgres

OURS = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_APP_URL",
    "REDIS_URL",
    "PORTAL_VAR",
    "DEBUG",
)


@pytest.fixture
def launch():
    """`launch("run", var=folder, PORT="8123")` starts a launcher and returns its process."""
    running = []

    def launch(*arguments, var, **variables):
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        process = subprocess.Popen(
            [sys.executable, "-m", "launcher", *arguments],
            cwd=ROOT,
            env=kept | {"PORTAL_VAR": str(var)} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(process)
        return process

    yield launch
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


@pytest.fixture
def postgres(tmp_path):
    """A private server that has not been started; nothing of it stays."""
    server = Postgres(tmp_path / "postgres")
    yield server
    server.stop()
    server.erase()


def pids(roll):
    """The processes that a launcher says it has started."""
    return [int(pid) for pid in json.loads(roll.read_text())]


def wait_until(holds, seconds=30):
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.05)


def is_alive(pid):
    found = children.state_and_start(pid)
    return found is not None and found[0] != "Z"
