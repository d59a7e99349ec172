"""`make run`: database, broker, web, worker, beat and watch, from nothing to the first page."""

import os
import sys
import time

from launcher import ROOT, children, places, ports
from launcher.broker import Broker
from launcher.environment import environment
from launcher.lock import Busy, Lock
from launcher.postgres import Postgres
from launcher.supervisor import Bell, Stopped, Supervisor
from launcher.trouble import Trouble, explained, failed


class Web(children.Service):
    name = "the web server"

    def __init__(self, env, log, port):
        self.env, self.log, self.port = env, log, port
        self.host = os.environ.get("LISTEN")
        self.sockets = ports.listen(port, self.host)

    @property
    def address(self):
        return f"http://{self.host or 'localhost'}:{self.port}"

    def start(self, pause):
        descriptors = [listener.fileno() for listener in self.sockets]
        binds = [option for fd in descriptors for option in ("--bind", f"fd://{fd}")]
        self.spawn(
            [sys.executable, "-m", "gunicorn", *binds, "framework_portal.wsgi:application"],
            env=self.env,
            cwd=ROOT,
            pass_fds=descriptors,
        )
        self.await_ready(self.is_ready, pause, seconds=120)

    def is_ready(self):
        """The listening sockets are ours from the start, so whoever answers on them is ours."""
        return not self.died() and ports.answers(self.port, self.host) is not None


class Celery(children.Service):
    """The worker or beat; the pages do not wait for either."""

    def __init__(self, name, arguments, env, log):
        self.name, self.arguments, self.env, self.log = name, arguments, env, log

    def start(self, pause):
        command = [sys.executable, "-m", "celery", "-A", "framework_portal.celery"]
        self.spawn([*command, *self.arguments], env=self.env, cwd=ROOT)


class Watch(children.Service):
    """Looks at the pages from outside them. Stopped before them, so that stopping is no outage."""

    name = "the watch"

    def __init__(self, web, env, log):
        self.web, self.env, self.log = web, env, log

    def start(self, pause):
        everywhere = self.web.host in (None, "0.0.0.0", "::")  # noqa: S104 - it is compared only
        host = "localhost" if everywhere else self.web.host
        address = f"http://{f'[{host}]' if ':' in host else host}:{self.web.port}"
        self.spawn(
            [sys.executable, "manage.py", "watch", "--address", address], env=self.env, cwd=ROOT
        )


def main():
    began = time.monotonic()
    var = places.var()
    with explained(var):
        (var / "log").mkdir(parents=True, exist_ok=True)
        lock = only_one(var)
        roll = children.Roll(var / "running.json")
        roll.end_leftovers()
    supervisor = Supervisor(Bell(), roll, say)
    try:
        start(supervisor, var, lock, began)
        supervisor.watch()
    except Stopped:
        say("\nStopping …")
    finally:
        supervisor.stop()
        roll.path.unlink(missing_ok=True)
    say("Stopped. Everything is kept; make run continues from here.")


def only_one(var):
    try:
        return Lock(var / "running.lock", f"process {os.getpid()}, still starting")
    except Busy as busy:
        raise Trouble(
            f"The portal is already running from this folder ({busy}). Use that one, or stop it "
            f"with Ctrl-C where it was started."
        ) from None


def start(supervisor, var, lock, began):
    port = ports.number(os.environ.get("PORT") or "8000")
    env = environment(var, port)
    # The port first: when it is taken, nothing has been started yet.
    web = Web(env, var / "log/web.log", port)
    owner_url = os.environ.get("DATABASE_OWNER_URL") or os.environ.get("DATABASE_URL")
    if not owner_url:
        postgres = Postgres(var / "postgres")
        elsewhere = "" if postgres.folder.is_relative_to(var) else f" in {postgres.folder}"
        say(f"Starting PostgreSQL{elsewhere} …")
        supervisor.start(postgres)
        owner_url, env["DATABASE_URL"] = postgres.url("portal_owner"), postgres.url("portal_app")
    if not env.get("REDIS_URL"):
        broker = Broker(var / "broker")
        say("Starting the message broker …")
        supervisor.start(broker)
        env["REDIS_URL"] = broker.url
    sign_ins = prepare(supervisor, var, env | {"DATABASE_URL": owner_url})
    say("Starting the pages …")
    supervisor.start(web)
    for service in [*background(var, env), Watch(web, env, var / "log/watch.log")]:
        supervisor.start(service)
    lock.tell(f"{web.address}, process {os.getpid()}")
    say(f"\nThe portal is at {web.address} ({time.monotonic() - began:.1f} s)\n")
    if sign_ins:
        say(sign_ins)
    say(f"Logs are in {var / 'log'}. Ctrl-C stops everything; the data is kept.")


def prepare(supervisor, var, env):
    """Migrate, load and seed as the owner of the tables; returns the demonstration's sign-ins."""
    log, sign_ins, errors = (var / "log" / name for name in ("prepare.log", "sign-ins", "errors"))
    children.open_log(log).close()
    command = [sys.executable, "-m", "launcher.prepare", log, sign_ins]
    with errors.open("wb") as stderr:
        code = supervisor.run(command, env=env, cwd=ROOT, errors=stderr)
    if code:
        said = children.tail(errors).strip()
        raise failed(
            "Preparing the database",
            f"{said}\nRun the same command again when that is mended; details are in {log}",
            code,
        )
    return sign_ins.read_text().strip()


def background(var, env):
    worker = ["worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "INFO"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = ["--schedule", str(var / "beat-schedule"), "--pidfile", ""]
    yield Celery("the worker", [*worker, *alone], env, var / "log/worker.log")
    yield Celery("the timetable", ["beat", *schedule], env, var / "log/beat.log")


def say(words):
    try:
        print(words, flush=True)
    except BrokenPipeError:  # nobody reads any more; that is no reason to stop
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
