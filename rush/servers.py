"""The portal's processes, each killed with SIGKILL by its own id and started again at once."""

import os
import signal
import time
from itertools import cycle

import psycopg2

from launcher.broker import Broker
from launcher.portal import Celery, Web
from launcher.postgres import DATABASE, Postgres
from launcher.trouble import Trouble

BACK_WITHIN = 30  # seconds


class Servers:
    """Database, broker, web and worker on loopback and sockets of their own."""

    def __init__(self, folder, port):
        self.folder = folder
        self.postgres = Postgres(folder / "postgres", owner_may="SUPERUSER")
        self.broker = Broker(folder / "broker")
        self.port = port
        self.started = []
        self.web = self.worker = None

    def data(self):
        """Start what holds data."""
        for service in (self.postgres, self.broker):
            self._start(service)

    def portal(self, env):
        """Start what serves: as the application's role, like in production."""
        env = env | {"DATABASE_URL": self.postgres.url("portal_app"), "REDIS_URL": self.broker.url}
        self.web = Web(env, self.folder / "web.log", self.port)
        arguments = ["worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"]
        self.worker = Celery("the worker", arguments, env, self.folder / "worker.log")
        for service in (self.web, self.worker):
            self._start(service)

    @property
    def killable(self):
        """Who is killed by turns, by the word of the table."""
        return {
            "PostgreSQL": self.postgres,
            "web": self.web,
            "Redis": self.broker,
            "worker": self.worker,
        }

    def kill(self, service):
        """SIGKILL to the process and what it started; answers the seconds until it serves again."""
        began = time.monotonic()
        os.killpg(service.process.pid, signal.SIGKILL)
        service.process.wait()
        while True:
            try:
                service.start(time.sleep)
            except Trouble:  # what it started is not gone yet; whoever supervises tries again
                if time.monotonic() - began > BACK_WITHIN:
                    raise
                time.sleep(0.2)
            else:
                return time.monotonic() - began

    def connect(self):
        """A connection to the database as its owner."""
        postgres = self.postgres
        return psycopg2.connect(host=str(postgres.sockets), user="portal_owner", dbname=DATABASE)

    def stop(self):
        """Everything started here, the last first."""
        for service in reversed(self.started):
            service.stop()

    def erase(self):
        """Leave nothing on disk."""
        self.postgres.erase()
        self.broker.erase()

    def _start(self, service):
        self.started.append(service)
        service.start(time.sleep)


class Killer:
    """Kills one after the other, with a breath between, for as long as it is asked to.

    Not in a thread: the kernel ends children with the thread that started them.
    """

    BREATH = 1.0

    def __init__(self, servers):
        self.servers = servers
        self.kills = {name: [] for name in servers.killable}
        self.turns = cycle(servers.killable.items())

    def rage(self, *, until):
        """By turns, until the instant `until` (monotonic)."""
        while time.monotonic() < until:
            name, service = next(self.turns)
            self.kills[name].append(self.servers.kill(service))
            time.sleep(self.BREATH)
