"""The production server as a child, with production's settings."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.load import _connect, answer, get

ROOT = Path(__file__).resolve().parent.parent


def production():
    """An environment without DEBUG, for the server and for the bench itself."""
    var = Path(os.environ["PORTAL_VAR"])
    return os.environ | {
        "DEBUG": "0",
        "DEMONSTRATION": "0",
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "SEALING_KEY_FILE": str(var / "sealing.keys"),
        "RECEIPT_KEY_FILE": str(var / "receipts.keys"),
        "DOCUMENT_DIR": str(var / "documents"),
        "PORTAL_ADDRESS": "https://localhost",
        "ALLOWED_HOSTS": "localhost",
        "LOG_LEVEL": "WARNING",
    }


class Server:
    """gunicorn on a free port, as its configuration file says; ended by its own process id."""

    def __init__(self, env):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.env = env | {"DATABASE_URL": env.get("DATABASE_APP_URL") or env["DATABASE_URL"]}

    def __enter__(self):
        log = open(Path(self.env["PORTAL_VAR"]) / "bench-server.log", "wb")  # noqa: SIM115
        began = time.perf_counter()
        command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(  # noqa: S603 - our own server
            [sys.executable, *command, "framework_portal.wsgi:application"],
            cwd=ROOT,
            env=self.env,
            stdout=log,
            stderr=log,
        )
        while not self._answers("/"):
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                raise SystemExit(f"The server did not start; see {log.name}")
            time.sleep(0.05)
        self.started_in = time.perf_counter() - began
        return self

    def __exit__(self, *failure):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def _answers(self, path):
        try:
            connection = _connect(self.port)
            connection.sendall(get(path, self.port))
            return answer(connection)[0] == 200
        except OSError:
            return False

    def memory(self):
        """Megabytes (PSS) of the server's processes: the parent first, then each worker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [megabytes(pid) for pid in [self.process.pid, *map(int, children.split())]]


def megabytes(pid):
    """The proportional share of memory of a process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
