import signal
import subprocess
import time

import pytest

from launcher import children
from launcher.lock import Busy, Lock
from launcher.supervisor import Supervisor
from tests.launcher.conftest import is_alive, wait_until


class Sleeper(children.Service):
    name = "the sleeper"
    log = "nowhere"

    def start(self, pause):
        self.process = children.spawn(["sleep", "1000"])


class Clapper:
    """A bell that nobody rings."""

    def pause(self, seconds):
        time.sleep(seconds)


@pytest.fixture
def supervisor(tmp_path):
    said = []
    supervisor = Supervisor(Clapper(), children.Roll(tmp_path / "running.json"), said.append)
    supervisor.said = said
    yield supervisor
    supervisor.stop()


def test_what_dies_is_started_again_after_a_wait_that_grows(supervisor):
    sleeper = Sleeper()
    supervisor.start(sleeper)
    waits = []

    for _ in range(4):
        sleeper.process.kill()
        sleeper.process.wait()
        supervisor.tend(sleeper)
        waits.append(round(supervisor.due[sleeper] - time.monotonic()))
        supervisor.due[sleeper] = 0
        supervisor.tend(sleeper)
        assert not sleeper.died()

    assert waits == [1, 2, 4, 8]
    assert len([words for words in supervisor.said if "ended by itself" in words]) == 4


def test_what_ran_well_for_a_while_starts_again_soon(supervisor):
    sleeper = Sleeper()
    supervisor.start(sleeper)
    supervisor.falls[sleeper] = 5
    supervisor.started[sleeper] -= 3600
    sleeper.process.kill()
    sleeper.process.wait()

    supervisor.tend(sleeper)

    assert round(supervisor.due[sleeper] - time.monotonic()) == 1


def test_stopping_ends_what_was_started_and_nothing_else(supervisor):
    stranger = children.spawn(["sleep", "1000"])
    sleeper = Sleeper()
    supervisor.start(sleeper)

    supervisor.stop()

    assert sleeper.died()
    assert is_alive(stranger.pid)
    children.end(stranger)


def test_what_a_killed_launcher_left_is_ended_by_the_next(tmp_path):
    roll = children.Roll(tmp_path / "running.json")
    left, stranger = children.spawn(["sleep", "1000"]), children.spawn(["sleep", "1000"])
    roll.enter(left)
    roll.present[stranger.pid] = "a number that now belongs to another program"
    roll.write()

    children.Roll(tmp_path / "running.json").end_leftovers()

    assert left.wait(5) == -signal.SIGTERM
    assert is_alive(stranger.pid)
    children.end(stranger)


def test_what_a_child_left_behind_ends_with_it():
    parent = children.spawn(["sh", "-c", "sleep 1000 & echo $!; exec sleep 1"], log=subprocess.PIPE)
    grandchild = int(parent.stdout.readline())
    parent.stdout.close()

    children.end(parent)

    wait_until(lambda: not is_alive(grandchild))


def test_a_child_that_ignores_the_request_is_ended_by_force():
    stubborn = children.spawn(["sh", "-c", "trap '' TERM; echo; while :; do sleep 0.1; done"])
    wait_until(lambda: is_alive(stubborn.pid))
    time.sleep(0.2)

    children.end(stubborn, patience=0.3)

    assert not is_alive(stubborn.pid)


def test_a_folder_has_one_launcher_and_the_second_hears_about_the_first(tmp_path):
    first = Lock(tmp_path / "lock", "process 1, at http://localhost:8000")

    with pytest.raises(Busy, match="process 1, at http://localhost:8000"):
        Lock(tmp_path / "lock", "process 2")

    first.release()
    Lock(tmp_path / "lock", "process 2").release()
