"""Nothing of a bid lies in clear on the server: rows, files of the database, its log, Redis, disk.

Marker words are written into a bid through the pages, and submitted. Then they are looked for,
also as other encodings write them: in every row of every table as it reads, in the bytes of the
database's own files and of its write-ahead log, in sessions and the cache unpacked, in every key
and value of Redis, and in the portal's folder. A word that is public is found by the same search,
so that it is known to search.

What the test cannot see: PostgreSQL's own text log, swap, and the memory of processes.
"""

import base64
import os
import re
import secrets
import zlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from bids.selectors.bidding import questions_of
from bids.selectors.unsaved import unsaved_of
from framework_portal import background, clock
from suppliers.actions.vaults import vault_to_fill
from tests.accounts.test_stash import asked_long_ago
from tests.bids import consenting
from tests.bids.bidding import read_by, stand_by
from tests.factories import BidFactory, OpenLotFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

# Of this run alone: what other tests wrote lies on in dead rows.
RUN = secrets.token_hex(4)
BIRDS = ["Oystercatcher", "Whimbrel", "Dunlin", "Sanderling", "Turnstone", "Garganey"]
MARKS = [f"{bird}{RUN}" for bird in BIRDS]
ANSWER, PARTNER, FILE, NOTE, UNSENT, UNSAVED = MARKS
PRICE = f"77{secrets.randbelow(10**8):08}.37"
SECRETS = [*MARKS, PRICE]
PUBLIC = f"Guillemot{RUN}"


def spellings(word):
    """How a word may lie in bytes: as it is, wide, in hex, and in base64 wherever it begins."""
    plain = word.encode()
    yield plain
    yield word.encode("utf-16-le")
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    for shift in range(3):
        # Without the letters that the neighbours of the word have a part in.
        whole = base64.b64encode(b"\0" * shift + plain)
        yield whole[4 if shift else 0 : -4]


def found_in(data, words):
    return {word for word in words if any(each in data for each in spellings(word))}


@pytest.fixture
def superuser():
    """Tests own the server that `make test` starts; another may not let its files be read."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW is_superuser")
        if cursor.fetchone()[0] != "on":
            pytest.skip("The role of this server may not read its files")


@pytest.fixture
def begun(superuser):
    """Where the write-ahead log stands now; from here on it is kept until the test has ended."""
    slot = f"nothing_in_clear_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT lsn FROM pg_create_physical_replication_slot(%s, true)", [slot])
        yield cursor.fetchone()[0]
        cursor.execute("SELECT pg_drop_replication_slot(%s)", [slot])


def write_ahead_log(since):
    """The bytes of the segments written from `since` on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_switch_wal()")  # what was written is in a file
        cursor.execute(
            "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
            " AND name BETWEEN pg_walfile_name(%s) AND pg_walfile_name(pg_current_wal_lsn())"
            " ORDER BY name",
            [since],
        )
        for (name,) in cursor.fetchall():
            cursor.execute("SELECT pg_read_binary_file('pg_wal/' || %s)", [name])
            yield f"pg_wal/{name}", bytes(cursor.fetchone()[0])


def database_files():
    """The files in which this database keeps its tables and indexes, dead rows and all."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '5min'")  # a busy disk may take its time
        cursor.execute("CHECKPOINT")
        cursor.execute("RESET statement_timeout")
        cursor.execute("SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()")
        folder = cursor.fetchone()[0]
        cursor.execute("SELECT name FROM pg_ls_dir(%s) AS name", [folder])
        for (name,) in cursor.fetchall():
            if not re.match(r"\d+(\.\d+)?$", name):
                continue
            cursor.execute("SELECT pg_read_binary_file(%s, 0, 1 << 29, true)", [f"{folder}/{name}"])
            yield f"{folder}/{name}", bytes(cursor.fetchone()[0] or b"")


def rows():
    """Every row of every table as text, unpacked where the database packs it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield table, "\n".join(text for (text,) in cursor.fetchall()).encode()


def unpacked():
    """What Django packs: sessions, and what is cached."""
    for session in Session.objects.all():
        yield "a session", str(session.get_decoded()).encode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM portal_cache")
        for (value,) in cursor.fetchall():
            packed = base64.b64decode(value)
            yield "the cache", packed
            try:
                yield "the cache", zlib.decompress(packed)
            except zlib.error:
                continue


def redis():
    """Every key of the broker, and every value that it holds."""
    broker = background._broker()
    read = {
        b"string": broker.get,
        b"list": lambda key: broker.lrange(key, 0, -1),
        b"hash": broker.hgetall,
        b"set": broker.smembers,
        b"zset": lambda key: broker.zrange(key, 0, -1, withscores=True),
        b"stream": broker.xrange,
    }
    for key in broker.keys("*"):
        yield "Redis", key + repr(read[broker.type(key)](key)).encode()


def disk():
    for path in settings.VAR_DIR.rglob("*"):
        if path.is_file():
            yield str(path), path.name.encode() + path.read_bytes()


def told(places, words=SECRETS):
    """Where any of the words lies: {place: words}."""
    return {place: found for place, data in places if (found := found_in(data, words))}


def everywhere():
    for place in (rows, unpacked, redis, disk):
        yield from place()


def write(client, bid):
    """A draft through the pages: answers as they are typed, price and note, a partner, a file."""

    def page(name, *more):
        return reverse(f"supplier:{name}", args=[bid.reference, *more])

    sign_in(client, bid.person)
    for question in questions_of(bid.lot.competition):
        shown = client.get(page("bid_answer", question.reference)).context["form"]
        typed = {"shown": shown["shown"].value(), "base": shown["base"].value()}
        for name, text in (
            ("answer_autosave", f"{ANSWER} typed"),
            ("bid_answer", f"{ANSWER} said"),
        ):
            client.post(page(name, question.reference), {**typed, "text": text})
    shown = client.get(page("bid_price")).context["form"]
    typed = {"shown": shown["shown"].value(), "base": shown["base"].value()}
    client.post(page("bid_price"), {**typed, "price": PRICE, "price_note": NOTE})
    upload = SimpleUploadedFile(f"{FILE}.csv", f"{FILE},1\n".encode() * 300, "text/csv")
    client.post(page("bid_files"), {"files": upload})
    consenting.named(read_by(bid.person, bid), name=PARTNER, email="partner@portal.example")
    # What is typed of another partner and not saved, and what was sent of it and refused.
    client.post(page("subcontractor_add_autosave"), {"name": UNSAVED, "role": UNSAVED})
    client.post(
        page("bid_subcontractor_add"), {"name": UNSAVED, "email": f"{UNSAVED}@", "base": "1"}
    )
    # A form sent with an ended session is kept until its person is back.
    client.post("/account/logout/")
    client.post(page("bid_price"), {**typed, "price": PRICE, "price_note": UNSENT})


def submit_by_the_page(client, bid):
    sign_in(client, bid.person)
    page = reverse("supplier:bid_submit", args=[bid.reference])
    key = client.get(page).context["form"]["key"].value()
    asked_long_ago(client, 2 * 3600)
    client.post(page, {"key": key, "declared": "on"})  # held until the password
    sign_in(client, bid.person)
    return client.post(page, {"key": key, "declared": "on"})


def test_nothing_of_a_bid_lies_in_clear_anywhere(client, begun):
    lot = OpenLotFactory(title=PUBLIC)
    bid = BidFactory(lot=lot)
    bid.person = bid.started_by
    bid.supplier.memberships.create(user=bid.person, role="owner", joined_at=clock.now())
    vault_to_fill(bid.supplier)

    write(client, bid)
    assert unsaved_of(bid, None, bid.person).typed["name"] == UNSAVED
    assert told(everywhere()) == {}, "while it is written"
    stand_by(bid)
    read_by(bid.person, bid)
    answer = submit_by_the_page(client, bid)
    bid.refresh_from_db()

    assert told(everywhere()) == {}, "once it is submitted"
    assert told(database_files()) == {}
    assert told(write_ahead_log(begun)) == {}
    # The search finds what is there.
    assert told(rows(), [PUBLIC]).keys() >= {"lots_lot"}
    assert told(database_files(), [PUBLIC])
    assert told(write_ahead_log(begun), [PUBLIC])
    assert (answer.status_code, bid.state) == (302, "submitted")


def test_the_search_knows_the_spellings():
    for word in SECRETS:
        for packed in (
            word.encode(),
            word.encode("utf-16"),
            f"a{word}b".encode().hex().encode(),
            *(base64.b64encode(b"x" * n + word.encode() + b"yz") for n in range(3)),
        ):
            assert found_in(b"before" + packed + b"after", SECRETS) == {word}


def test_redis_is_searched():
    background._broker().set("a marker for the search", ANSWER, ex=timedelta(seconds=20))
    try:
        assert told(redis())
    finally:
        background._broker().delete("a marker for the search")
