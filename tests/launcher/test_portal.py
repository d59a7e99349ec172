"""`make run` as a whole, on a database of its own."""

import signal
import socket
import urllib.request

import pytest

from launcher.postgres import Postgres
from tests.launcher.conftest import is_alive, pids, wait_until
from tests.launcher.test_postgres import ask


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def var(tmp_path):
    """A folder for one portal; nothing of its database stays."""
    folder = tmp_path / "var"
    folder.mkdir()
    yield folder
    Postgres(folder / "postgres").erase()


def heard(process, words):
    """Read what the launcher says until it says `words`."""
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(f"It never said {words!r}, but:\n{said}")


def test_it_starts_serves_stops_and_keeps_its_rows(launch, var, port):
    first = launch("run", var=var, PORT=str(port), DEMONSTRATION="0")
    heard(first, f"The portal is at http://localhost:{port}")
    heard(first, "Ctrl-C stops everything")
    started = pids(var / "running.json")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/built/portal.css") as answer:
        assert answer.status == 200
    ask(Postgres(var / "postgres"), "CREATE TABLE kept AS SELECT 1 AS row")

    second = launch("run", var=var, PORT="1", DEMONSTRATION="0")
    refusal = second.communicate(timeout=30)[0]
    first.send_signal(signal.SIGTERM)
    farewell = first.communicate(timeout=60)[0]

    assert f"already running from this folder (http://localhost:{port}" in refusal
    assert second.returncode == 1
    assert "Everything is kept" in farewell
    assert first.returncode == 0
    assert len(started) == 6
    assert not any(map(is_alive, started))

    third = launch("run", var=var, PORT=str(port), DEMONSTRATION="0")
    heard(third, "Ctrl-C stops everything")
    assert ask(Postgres(var / "postgres"), "SELECT row FROM kept") == [(1,)]

    third.kill()
    started = pids(var / "running.json")
    wait_until(lambda: not any(map(is_alive, started)))


def test_a_taken_port_is_said_before_anything_is_started(launch, var):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = launch("run", var=var, PORT=str(taken.getsockname()[1]))
        said = process.communicate(timeout=30)[0]

    assert process.returncode == 1
    assert "is taken by another program" in said
    assert "Traceback" not in said
    assert not (var / "postgres").exists()


def test_a_database_that_is_not_there_is_told_in_a_sentence(launch, var, port):
    nowhere = "postgres://portal@127.0.0.1:1/portal"
    process = launch("run", var=var, PORT=str(port), DATABASE_URL=nowhere)
    said = process.communicate(timeout=60)[0]

    assert process.returncode == 1
    assert "Preparing the database failed" in said
    assert "Connection refused" in said
    assert "Traceback" not in said


def test_a_command_on_a_fresh_database_leaves_nothing_even_when_it_is_killed(launch, var):
    process = launch("with", "sh", "-c", "echo here; exec sleep 1000", var=var)
    heard(process, "here")
    (folder,) = var.glob("test-*")
    wait_until(lambda: len(pids(folder / "running.json")) == 3)
    started = pids(folder / "running.json")

    process.kill()
    wait_until(lambda: not any(map(is_alive, started)))
    launch("with", "true", var=var).communicate(timeout=60)

    assert list(var.glob("test-*")) == []
