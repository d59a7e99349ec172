"""A server that speaks as much of clamd's protocol as INSTREAM needs, on a real socket."""

import socketserver
import struct
import threading
from contextlib import contextmanager

from tests.ground.documents.samples import pdf

VIRUS = pdf(b"(EICAR)")


class Clamd(socketserver.StreamRequestHandler):
    """Finds EICAR, and has its troubles with HUGE."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while (length := struct.unpack(">I", self.rfile.read(4))[0]) != 0:
            content += self.rfile.read(length)
        found = b"stream: Eicar FOUND\0" if b"EICAR" in content else b"stream: OK\0"
        self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0" if b"HUGE" in content else found)


@contextmanager
def scanner_running():
    """The address of a scanner that answers, as CLAMD_ADDRESS names it."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
