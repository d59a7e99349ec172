"""The watcher: it asks from outside, remembers on paper, and tells when the portal is back."""

import json
import uuid

import pytest

from framework_portal.watch import looking
from framework_portal.watch.journal import Journal
from framework_portal.watch.key import watch_key
from framework_portal.watch.models import Outage, Probe
from framework_portal.watch.watcher import Bad, Watcher

pytestmark = pytest.mark.django_db
LOOK = "/watch/look/"


def ask(client, key=None, **said):
    body = {"reference": str(uuid.uuid4()), "follows": None, "seen_by": "t", "outage": None}
    return client.post(
        LOOK,
        json.dumps(body | said),
        content_type="application/json",
        headers={"authorization": f"Bearer {key or watch_key()}"},
    )


class Through(Watcher):
    """A watcher whose wire is the test client; `cut` is what goes wrong on it."""

    def __init__(self, client, path, **more):
        super().__init__("", key="", journal=Journal(path), name="test", say=list, **more)
        self.client, self.cut = client, None

    def ask(self, told):
        if self.cut == "before":
            raise Bad("unreachable", "ConnectionRefusedError")
        reference = str(uuid.uuid4())
        answer = ask(self.client, reference=reference, follows=self.last_good, outage=told)
        if self.cut == "after":
            raise Bad("slow", "the answer was lost")
        if answer.status_code != 200:
            raise Bad(answer.json()["what"], f"HTTP {answer.status_code}")
        return answer.json()


@pytest.fixture
def watcher(client, tmp_path):
    return Through(client, tmp_path / "journal.jsonl")


def test_a_good_look_is_a_row_that_follows_the_one_before(watcher):
    assert [watcher.look(), watcher.look()] == ["good", "good"]

    first, second = Probe.objects.order_by("pk")
    assert (first.follows, second.follows) == (None, first.reference)
    assert not watcher.journal.path.exists()


def test_without_the_key_there_is_nothing(client):
    for key in ("wrong", "ключ"):
        assert ask(client, key=key.encode().decode("latin-1")).status_code == 404
    assert client.get(LOOK).status_code == 405
    assert not Probe.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "{", '{"reference": 1}', "[" * 5000, '{"follows":{}}'])
def test_nonsense_is_answered_plainly(client, body):
    answer = client.post(
        LOOK,
        body,
        content_type="application/json",
        headers={"authorization": f"Bearer {watch_key()}"},
    )

    assert answer.status_code == 400


def test_failed_looks_become_one_outage_when_the_portal_is_back(watcher):
    watcher.look()
    watcher.cut = "before"
    assert [watcher.look(), watcher.look()] == ["failed", "failed"]
    watcher.cut = None

    assert [watcher.look(), watcher.look()] == ["back", "good"]
    outage = Outage.objects.get()
    assert (outage.what, outage.tries, outage.detail) == (
        "unreachable",
        2,
        "ConnectionRefusedError",
    )
    first, last = Probe.objects.order_by("pk")[:2]
    assert (outage.began_at, outage.ended_at) == (first.at, last.at)
    assert watcher.journal.under_way() is None


def test_a_restarted_watcher_goes_on_with_the_outage_in_its_journal(watcher, client):
    watcher.look()
    watcher.cut = "before"
    watcher.look()

    later = Through(client, watcher.journal.path)
    assert later.look() == "back"
    assert Outage.objects.get().tries == 1


def test_an_answer_that_is_lost_makes_no_second_outage(watcher):
    watcher.look()
    watcher.cut = "before"
    watcher.look()
    watcher.cut = "after"  # the portal took it, and we did not hear of it
    watcher.look()
    watcher.cut = None

    assert watcher.look() == "back"
    assert Outage.objects.count() == 1


def test_a_torn_line_of_the_journal_loses_nothing_else(watcher, client):
    watcher.look()
    watcher.cut = "before"
    watcher.look()
    with watcher.journal.path.open("a") as file:
        file.write('{"event": "fai')

    assert Through(client, watcher.journal.path).telling()["tries"] == 1


def test_a_watcher_that_was_only_away_writes_no_outage(client, tmp_path):
    Through(client, tmp_path / "one").look()
    assert Through(client, tmp_path / "one").look() == "good"
    assert not Outage.objects.exists()


def test_what_a_submission_needs_is_what_is_tried(client, settings, tmp_path, monkeypatch):
    a_file = tmp_path / "full"
    a_file.write_text("no folder")
    settings.DOCUMENT_DIR = a_file
    answer = ask(client)
    assert (answer.status_code, answer.json()) == (503, {"what": "disk"})

    settings.DOCUMENT_DIR = tmp_path
    settings.SEALING_KEY_FILE = tmp_path / "gone"
    answer = ask(client)
    assert (answer.status_code, answer.json()) == (503, {"what": "sealing"})
    assert not Probe.objects.exists()
    assert len(looking._steps) == 1


def test_the_look_leaves_no_ticket_behind(client):
    from bids.models import Arrival
    from tests.factories import BidFactory

    BidFactory()
    assert ask(client).status_code == 200
    assert not Arrival.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_table_that_somebody_holds_shut_is_an_outage(client):
    import threading

    from django.db import connection, transaction

    held, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE bids_submission IN ACCESS EXCLUSIVE MODE")
            held.set()
            done.wait(20)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert held.wait(10)
        answer = ask(client)
    finally:
        done.set()
        holder.join()
    assert (answer.status_code, answer.json()) == (503, {"what": "database"})
