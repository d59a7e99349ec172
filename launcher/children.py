"""Processes that end with us: in order when we stop, by the kernel's hand when we are killed."""

import ctypes
import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from launcher.trouble import Trouble, explained, failed

PR_SET_PDEATHSIG = 1
BOOT = Path("/proc/sys/kernel/random/boot_id")
libc = ctypes.CDLL(None)


def spawn(
    command,
    *,
    log=None,
    errors=subprocess.STDOUT,
    env=None,
    account=None,
    when_orphaned=signal.SIGTERM,
    **options,
):
    """Start `command` in a session of its own, so that Ctrl-C reaches us and only us."""
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=errors,
        env=env,
        start_new_session=True,
        # Must come after the change of account, which clears it; Popen does it in that order.
        preexec_fn=dying_with(os.getpid(), when_orphaned),  # noqa: PLW1509
        **(account or {}),
        **options,
    )


def dying_with(parent, signal_number):
    def prepare():
        libc.prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def is_over(process):
    """Has it ended? It is not reaped yet, so that its number stays its own."""
    if process.returncode is not None:
        return True
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, process.pid, look) is not None


def end(process, *, signal_number=signal.SIGTERM, patience=20):
    """Ask a child to end; insist after `patience` seconds. What it left behind ends with it."""
    if process is None or process.returncode is not None:
        return
    if not is_over(process):
        process.send_signal(signal_number)
    give_up = time.monotonic() + patience
    while not is_over(process):
        if time.monotonic() > give_up:
            process.kill()
        time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def state_and_start(pid):
    """One letter, and the tick the process began at; None when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return fields[0], fields[19]


def open_log(path):
    """Append to a log; one that grew past 10 MB is put aside first."""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > 10_000_000:
            path.replace(path.with_suffix(".old.log"))
        return path.open("ab")


def tail(path, *, since=0, size=4000):
    """The end of a log, of what was written from byte `since` on."""
    try:
        return path.read_bytes()[since:][-size:].decode(errors="replace")
    except FileNotFoundError:
        return ""


class Roll:
    """Who we started, on disk: the next launcher ends what a killed one may have left."""

    def __init__(self, path):
        self.path = path
        self.present = {}

    def enter(self, process):
        self.present[process.pid] = self.mark(process.pid)
        self.write()

    def strike(self, process):
        if self.present.pop(process.pid, None):
            self.write()

    def write(self):
        # On a full disk we go on without: what runs must still be stopped, and the kernel's
        # word to the children holds without this file.
        with suppress(OSError):
            new = self.path.with_suffix(".new")
            new.write_text(json.dumps(self.present))
            new.replace(self.path)

    def mark(self, pid):
        """Tells this process from a later one with the same number."""
        found = state_and_start(pid)
        return f"{BOOT.read_text().strip()} {found[1]}" if found and found[0] != "Z" else None

    def end_leftovers(self, patience=20):
        """End what an earlier launcher started and could not stop."""
        try:
            earlier = json.loads(self.path.read_text())
        except (FileNotFoundError, ValueError):
            return
        left = [int(pid) for pid, mark in earlier.items() if mark and self.mark(pid) == mark]
        for pid in reversed(left):  # the last started first
            os.kill(pid, signal.SIGTERM)
            give_up = time.monotonic() + patience
            while self.mark(pid) == earlier[str(pid)]:
                if time.monotonic() > give_up:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.05)
        self.path.unlink(missing_ok=True)


class Service:
    """One child that is kept running: see Supervisor."""

    name = "service"
    process = None
    log_began = 0

    def start(self, pause):
        """Start, and return when it serves. `pause(seconds)` waits, or raises when we must stop."""
        raise NotImplementedError

    def spawn(self, command, **options):
        """Start our process, which writes to our log."""
        with open_log(self.log) as log:
            self.log_began = log.tell()
            self.process = spawn(command, log=log, **options)

    def stop(self):
        end(self.process)

    def died(self):
        return self.process is not None and is_over(self.process)

    def await_ready(self, is_ready, pause, *, seconds=60):
        give_up = time.monotonic() + seconds
        while not is_ready():
            if self.died():
                end(self.process)
                said = tail(self.log, since=self.log_began)
                raise failed(f"Starting {self.name}", said, self.process.returncode)
            if time.monotonic() > give_up:
                raise Trouble(
                    f"Starting {self.name} took longer than {seconds} seconds. Run the same "
                    f"command again when the machine is less busy; the log is {self.log}."
                )
            pause(0.03)
