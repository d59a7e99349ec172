"""A competition with a bidder for each lot's place, each bid complete and waiting for its press."""

import time
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from bench import data, people
from bids.actions.drafting import save_answer, save_price, start_bid
from bids.actions.opening import approve_opening, open_bids
from bids.actions.subcontracting import declare_subcontracting
from framework_portal import clock
from framework_portal.accounts.actions.people import create_person
from framework_portal.accounts.models import User
from framework_portal.reference.models import Commissioner, Officer
from framework_portal.reference.states import OfficerRole
from lots.actions.keys import make_keys
from lots.actions.openers import make_opener_key
from lots.models import Competition, Opener, Question
from suppliers.models import Supplier

WORDS = "One named worker and one peer mentor for each person. " * 40

# Opens a database that is thrown away.
PASSPHRASE = "four random words of nobody"  # noqa: S105


def competitions(count, openers):
    """Published competitions, of ten lots each, whose keys these three hold together."""

    def keys(competition):
        for user in openers:
            Opener.objects.create(competition=competition, user=user)
        make_keys(competition)

    data.fill(suppliers=1, competitions=count, bids=0, keys=keys)
    return list(Competition.objects.filter(title__startswith="Bench competition").order_by("pk"))


def openers():
    """Three officers with opening passphrases."""
    data.fill(suppliers=1, competitions=0, bids=0)
    body, _made = Commissioner.objects.get_or_create(
        name="Bench Commissioning", defaults={"contact_email": "bench@bench.example"}
    )
    three = []
    for number in range(3):
        user = create_person(
            email=f"officer{number}@rush.example", name=f"Rush Officer {number}", password=None
        )
        Officer.objects.create(commissioner=body, user=user, role=OfficerRole.COMMISSIONER)
        make_opener_key(by=user, passphrase=PASSPHRASE, at=timezone.now())
        three.append(user)
    return three


def bidders(count):
    """(organisation, its person) of `count` qualified organisations."""
    data.fill(suppliers=count, competitions=0, bids=0)
    suppliers = Supplier.objects.filter(name__startswith="Bench Supplier").order_by("pk")[:count]
    users = {user.pk: user for user in User.objects.filter(email__endswith="@bench.example")}
    return [(supplier, users[supplier.registered_by_id]) for supplier in suppliers]


def complete_bid(lot, supplier, person):
    """A bid with nothing missing but its submission."""
    at = timezone.now()
    bid = start_bid(lot=lot, supplier=supplier, by=person, at=at)
    for question in Question.objects.filter(criterion__competition=lot.competition_id):
        save_answer(bid=bid, question=question, text=WORDS, by=person, at=at)
    save_price(bid=bid, price=Decimal("99000"), by=person, at=at)
    declare_subcontracting(bid=bid, uses=False, by=person, at=at)
    return bid


def ready(competition, crowd):
    """One complete bid for each of `crowd` over the lots of `competition`; what each sends."""
    lots = list(competition.lots.order_by("position"))
    work = []
    for number, (supplier, person) in enumerate(crowd):
        bid = complete_bid(lots[number % len(lots)], supplier, person)
        work.append({"bid": str(bid.reference), "cookies": people.cookies(person)})
    return work


def opened(competition, first, second):
    """Two officers open; how many bids could be read and how many could not."""
    for officer, act in ((first, approve_opening), (second, open_bids)):
        done = act(competition=competition, by=officer, passphrase=PASSPHRASE, at=clock.now())
    return Counter(entry["outcome"] for entry in done.record)


def close_at(competition, closes_at):
    """Set the deadline as only the owner of a database that is thrown away can."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Competition.objects.filter(pk=competition.pk).update(
            clarifications_close_at=closes_at - timedelta(days=1), closes_at=closes_at
        )


def database_now():
    """The database's clock, asked until it answers again."""
    while True:
        try:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT clock_timestamp()")
                return cursor.fetchone()[0]
        except Exception:  # noqa: BLE001 - it may be starting; the caller's time is bounded
            time.sleep(0.2)
