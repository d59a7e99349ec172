"""A line between a browser and the portal that a test can cut in the middle of a byte stream."""

import socket
import struct
import threading
from contextlib import contextmanager

CHUNK = 16 * 1024
AT_ONCE = struct.pack("ii", 1, 0)  # closing says RST, as when a cable is pulled


class Wire:
    """Carries everything until `bytes_left` of what the browser sends are used up."""

    def __init__(self, port):
        self.portal, self.bytes_left = port, None
        self.listening = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self.listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def is_cut(self):
        return self.bytes_left is not None and self.bytes_left <= 0

    def mend(self):
        self.bytes_left = None

    def _accept(self):
        while True:
            try:
                browser, _address = self.listening.accept()
            except OSError:
                return
            if self.is_cut:
                _pull(browser)
                continue
            portal = socket.create_connection(("localhost", self.portal))
            for ways in ((browser, portal, True), (portal, browser, False)):
                threading.Thread(target=self._carry, args=ways, daemon=True).start()

    def _carry(self, start, end, counts):
        try:
            while data := start.recv(CHUNK):
                if counts and self.bytes_left is not None:
                    self.bytes_left -= len(data)
                if self.is_cut:
                    break
                end.sendall(data)
        except OSError:
            pass
        _pull(start), _pull(end)


def _pull(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


@contextmanager
def wire_to(url):
    """A Wire to the server at `url`."""
    wire = Wire(int(url.rpartition(":")[2]))
    yield wire
    wire.listening.close()
