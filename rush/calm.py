"""Submissions a second when nothing is killed, beside the bare durable commit of the same bytes."""

import threading
import time
from contextlib import closing

from bids.models import Submission
from rush.pressing import press

AT_ONCE = 16


def calm(table, servers, work):
    """Add the rows of an undisturbed rush: all press as fast as they are answered."""
    for number, each in enumerate(work):
        each |= {"press_at": number * 0.001, "until": 120}
    began = []
    told = press(servers.port, work, lambda: began.append(time.monotonic()), in_seconds=0)
    pressed = [each for each in told if each["receipt"]]
    start = min(each["pressed_at"] for each in pressed)
    took = max(each["pressed_at"] + each["waited"] for each in pressed) - start
    rate = len(pressed) / took
    size = _stored_bytes()
    limit = bare(servers, size, len(work))
    table.add(
        "submissions, nothing killed",
        f"{rate:.0f}/s",
        f"{limit:.0f}/s commits of {size} bytes",
        ratio=rate / limit,
    )
    waits = sorted(each["waited"] for each in pressed)
    middle, most = waits[len(waits) // 2], waits[int(len(waits) * 0.95)]
    table.add("all at once: button to receipt", f"{middle:.1f} s", f"95 %: {most:.1f} s")


def last_seconds(table, servers, work):
    """REL-07: of 400 bidders in ten minutes the last 55, 40 of these within five seconds."""
    for number, each in enumerate(work):
        at = number * 25 / 15 if number < 15 else 25 + (number - 15) / 8
        each |= {"press_at": at, "until": 120}
    told = press(servers.port, work, lambda: None, in_seconds=0)
    waits = sorted(each["waited"] for each in told)
    last = waits[int(len(waits) * 0.95)]
    table.add("40 in the last five seconds: 95 %", f"{last:.2f} s", figure=last, most=2)
    table.add("the slowest of them", f"{waits[-1]:.2f} s", figure=waits[-1], most=10)
    failures = sum(each["failures"] + (not each["receipt"]) for each in told)
    table.add("of them failed", failures, figure=failures, most=0)


def _stored_bytes():
    """What one submission writes: its envelope, as the database keeps it."""
    offer = Submission.objects.select_related("offer").latest("pk").offer
    return len(bytes(offer.ciphertext)) + len(bytes(offer.wrapped_key))


def bare(servers, size, count):
    """Durable commits a second of rows with as many bytes, over as many connections at once."""
    payload, left = b"x" * size, iter(range(count))
    turn = threading.Lock()
    with closing(servers.connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("CREATE TABLE bare_commit (id serial, payload bytea)")

    def commit():
        connection = servers.connect()
        connection.autocommit = True
        with connection.cursor() as cursor:
            while True:
                with turn:
                    if next(left, None) is None:
                        break
                cursor.execute("INSERT INTO bare_commit (payload) VALUES (%s)", [payload])
        connection.close()

    crowd = [threading.Thread(target=commit) for _ in range(AT_ONCE)]
    began = time.monotonic()
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return count / (time.monotonic() - began)
