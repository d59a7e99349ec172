import socket
import time

import pytest

from framework_portal import background
from framework_portal.background import Breaker, publish
from framework_portal.notifications.models import Message
from framework_portal.notifications.outbox import queue
from framework_portal.notifications.tasks import sweep

SWEEP = "framework_portal.notifications.tasks.sweep"


@pytest.fixture(autouse=True)
def fresh_breaker(monkeypatch):
    monkeypatch.setattr(background, "broker", Breaker(30))
    background._broker.cache_clear()
    yield
    background._broker.cache_clear()


@pytest.fixture
def dead_redis(settings):
    with socket.socket() as taken:  # a port where nobody listens
        taken.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        yield


@pytest.fixture
def hanging_redis(settings, tmp_path):
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "s"))
        mute.listen(5)
        settings.REDIS_URL = f"redis+socket://{tmp_path / 's'}?virtual_host=3"
        yield


def took(call):
    started = time.monotonic()
    call()
    return time.monotonic() - started


@pytest.mark.parametrize("redis", ["dead_redis", "hanging_redis"])
def test_a_dead_broker_costs_less_than_a_second_once(redis, request):
    request.getfixturevalue(redis)

    assert took(lambda: publish(SWEEP)) < 1
    assert took(lambda: [publish(SWEEP) for _ in range(100)]) < 0.05
    assert publish(SWEEP) is False


def test_after_the_pause_it_is_asked_again(dead_redis):
    background.broker.pause = 0
    publish(SWEEP)

    assert not background.broker.is_open


@pytest.mark.django_db(transaction=True)
def test_with_a_dead_broker_queueing_works_and_the_sweep_sends(dead_redis, letters, mailoutbox):
    queue("welcome", to="a@example.org")
    assert Message.objects.waiting().count() == 1

    sweep()

    assert [mail.to for mail in mailoutbox] == [["a@example.org"]]
