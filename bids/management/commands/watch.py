"""`manage.py watch`: look at the portal from outside, every quarter of a minute, for ever."""

import logging
import signal
import socket
import threading
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connection

from bids.actions import incidents
from framework_portal import clock
from framework_portal.watch.journal import Journal
from framework_portal.watch.key import watch_key
from framework_portal.watch.watcher import EVERY, PATIENCE, Watcher

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """Runs beside the other processes, or on another machine with the same WATCH_KEY.

    It asks over HTTP and needs nothing else. When the portal is back after an outage it also
    applies the incident rule, where it can reach the database; otherwise the worker does.
    """

    help = "Watch whether bids can be submitted, and write down when they could not."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--address", default=settings.PORTAL_ADDRESS, help="where to look")
        parser.add_argument("--name", default=socket.gethostname(), help="who is looking")
        parser.add_argument("--journal", type=Path, default=settings.WATCH_JOURNAL)
        parser.add_argument("--every", type=float, default=EVERY, metavar="SECONDS")
        parser.add_argument("--patience", type=float, default=PATIENCE, metavar="SECONDS")
        parser.add_argument("--once", action="store_true", help="look once, and say how it went")

    def handle(self, *, address, name, journal, every, patience, once, **options):
        if urlsplit(address).scheme not in ("http", "https"):
            raise CommandError("--address begins with http:// or https://")
        watcher = Watcher(
            address.rstrip("/"),
            key=watch_key(),
            journal=Journal(journal),
            name=name[:60],
            host=urlsplit(settings.PORTAL_ADDRESS).netloc,
            patience=patience,
            say=self.say,
        )
        if once:
            if self.look(watcher) == "failed":
                raise CommandError("The portal cannot take bids in")
            self.say("The portal can take bids in")
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.is_set():
            self.look(watcher)
            stop.wait(every)

    def look(self, watcher):
        """One look; whatever goes wrong in the looking must not end the watch."""
        try:
            found = watcher.look()
        except Exception:
            logger.exception("The watch could not look")
            return "failed"
        if found == "back":
            catch_up()
        return found

    def say(self, words):
        self.stdout.write(words)
        self.stdout.flush()


def catch_up():
    """Apply the rule at once; where the database is out of our reach, the worker does it."""
    try:
        moves = incidents.settle(at=clock.now())
        logger.warning("After an outage %d deadlines were moved", len(moves))
    except (DatabaseError, InterfaceError):
        logger.warning("The worker will apply the incident rule: no database from here")
    finally:
        connection.close()
