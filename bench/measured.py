"""What is measured, in the order of the table."""

import time

from django.test import Client

from bench import background, dashboards, data, pages, people, uploads
from bench.load import _connect, answer, get
from bench.pages import beside, queries, rate
from framework_portal.accounts.models import User
from lots.models import Competition

CROWD = 16
LIST = "/opportunities/?per_page=100"


def _fill(quick, **more):
    size = {"suppliers": 200, "competitions": 50, "bids": 200} if quick else {}
    data.fill(**size, **more)
    data.settle()


def public_pages(table, *, quick, serve):
    """The list and a competition beside bare rows, what they ask of the database, and 304s."""
    _fill(quick)
    seconds, rounds = (1, 1) if quick else (4, 5)
    competition = Competition.objects.filter(title="Bench competition 7").get()
    page = f"/opportunities/{competition.reference}/"
    with serve() as server:
        bare = rate(server.port, "/bare/list/", seconds=seconds, crowd=CROWD)
        rates = {}
        for words, path, least in (
            ("Opportunities, 100 rows", LIST, 0.6),
            ("Competition page", page, 0.3),
        ):
            measured = rate(server.port, path, seconds=seconds, crowd=CROWD)
            portal, limit = beside(measured, bare, rounds=rounds)
            rates[path] = portal / limit
            table.add(
                words, f"{portal:.0f}/s", f"{limit:.0f}/s bare", ratio=portal / limit, least=least
            )
        fresh(table, server, page=LIST, seconds=seconds, rounds=rounds)
        table.add("From start to first page", f"{server.started_in:.1f} s")
        parent, *workers = server.memory()
        table.add("Web parent", f"{parent:.0f} MB")
        table.add(
            "Web worker, the largest", f"{max(workers):.0f} MB", figure=max(workers), most=120
        )
    _rendered_anew(table, serve, page, seconds=seconds, rounds=rounds)
    counts = _queries(table, page)
    _ten_times(table, quick, serve, page, rates, counts, seconds=seconds, rounds=rounds)


def _rendered_anew(table, serve, page, *, seconds, rounds):
    """The same pages where no process keeps any: what the first to ask in a minute waits for."""
    with serve(PUBLIC_PAGES_KEPT="0") as server:
        bare = rate(server.port, "/bare/list/", seconds=seconds, crowd=CROWD)
        for words, path in (("Opportunities", LIST), ("Competition page", page)):
            measured = rate(server.port, path, seconds=seconds, crowd=CROWD)
            portal, limit = beside(measured, bare, rounds=rounds)
            table.add(
                f"{words}, rendered anew",
                f"{portal:.0f}/s",
                f"{limit:.0f}/s bare",
                ratio=portal / limit,
            )


def fresh(table, server, *, page, seconds, rounds):
    """A page that has not changed beside a bare 304."""
    known = {"crowd": CROWD, "seconds": seconds, "wanted": 304}

    def unchanged():
        # The ETag names the minute: the round must end in the one it began in.
        if (left := 60 - time.time() % 60) < seconds + 3:
            time.sleep(left + 0.5)
        etag = _etag(server, page)
        return rate(server.port, page, headers=[f"If-None-Match: {etag}"], **known)()

    bare = rate(server.port, "/bare/fresh/", headers=['If-None-Match: "bare"'], **known)
    portal, limit = beside(unchanged, bare, rounds=rounds)
    table.add(
        "Unchanged list (304)",
        f"{portal:.0f}/s",
        f"{limit:.0f}/s bare",
        ratio=portal / limit,
        least=0.5,
    )


def _etag(server, page):
    connection = _connect(server.port)
    connection.sendall(get(page, server.port))
    head = answer(connection)[1].lower()
    connection.close()
    return head.split(b"etag: ")[1].split(b"\r\n")[0].decode()


def _queries(table, page):
    stranger, somebody = Client(HTTP_HOST="localhost"), Client(HTTP_HOST="localhost")
    somebody.force_login(User.objects.get(email="bench3@bench.example"))
    counts = {}
    for words, path in (("Opportunities", LIST), ("Competition page", page)):
        for who, client, most in (("signed out", stranger, 8), ("signed in", somebody, 12)):
            count = counts[path, who] = queries(client, path)
            table.add(f"{words}: queries, {who}", count, figure=count, most=most)
    return counts


def _ten_times(table, quick, serve, page, rates, counts, *, seconds, rounds):
    _fill(quick, times=10)
    with serve() as server:
        bare = rate(server.port, "/bare/list/", seconds=seconds, crowd=CROWD)
        for words, path in (("Opportunities", LIST), ("Competition page", page)):
            measured = rate(server.port, path, seconds=seconds, crowd=CROWD)
            portal, limit = beside(measured, bare, rounds=rounds)
            slower = rates[path] / (portal / limit)
            table.add(
                f"{words} at ten times the data: time",
                f"{portal:.0f}/s",
                "itself",
                ratio=slower,
                most=1.2,
            )
    same = all(
        queries(Client(HTTP_HOST="localhost"), path) == counts[path, "signed out"]
        for path in (LIST, page)
    )
    table.add(
        "At ten times the data: the same queries", "yes" if same else "no", figure=same, least=1
    )


def journey(table, *, quick, serve):
    """A bidder's seven steps and the last of them."""
    _fill(quick)
    journeys, rounds = (1, 1) if quick else (3, 3)
    with serve() as server:
        portal, bare = [], []
        for number in range(rounds):
            first = number * CROWD
            work = people.bidders(CROWD, first=first, journeys=journeys)
            portal.append(pages.clients("bench.steps", {"port": server.port, "people": work}))
            work = people.bare_walkers(CROWD, first=first, journeys=journeys)
            bare.append(pages.clients("bench.steps", {"port": server.port, "people": work}))
        _add_journey(table, portal, bare)


def _add_journey(table, portal, bare):
    import statistics

    own, limit = (statistics.median(each["rate"] for each in side) for side in (portal, bare))
    table.add(
        "Seven steps of a bid", f"{own:.2f}/s", f"{limit:.2f}/s bare", ratio=own / limit, least=0.4
    )
    own, limit = (statistics.median(each["last_ms"] for each in side) for side in (portal, bare))
    table.add(
        "The last step", f"{own:.0f} ms", f"{limit:.0f} ms bare", ratio=limit / own, least=0.25
    )


def in_the_background(table, *, quick, serve):
    """Reminders and compliance checks."""
    _fill(quick)
    background.reminders(table, count=500 if quick else 10_000)
    background.checks(table, suppliers=2_000 if quick else 100_000)


def files(table, *, quick, serve):
    """A file that comes in pieces, each of them encrypted and durable before it is acknowledged."""
    _fill(quick)
    size, rounds = (4, 1) if quick else (24, 3)
    with serve() as server:
        uploads.seconds(server.port, 1)  # what the first one loads
        sent = [uploads.seconds(server.port, size) for _ in range(rounds)]
        bare = min(uploads.bare_seconds(size) for _ in range(rounds))
    own, ending = min(own for own, _ending in sent), min(ending for _own, ending in sent)
    table.add(
        f"A file of {size} MiB arriving in pieces",
        f"{size / own:.0f} MiB/s",
        f"{size / bare:.0f} MiB/s written",
        ratio=bare / own,
    )
    table.add("its end: checked, encrypted anew, attached", f"{ending:.1f} s")


def supply_chains(table, *, quick, serve):
    """Dashboards and registers over thousands of contracts, rendered anew in this process."""
    _fill(quick)
    dashboards.measure(
        table, contracts=500 if quick else dashboards.CONTRACTS, rounds=1 if quick else 5
    )


ALL = {
    "pages": public_pages,
    "journey": journey,
    "files": files,
    "background": in_the_background,
    "chains": supply_chains,
}
