"""Clients on loopback, in a process of their own: how many answers in a bounded time.

Run as `python -m bench.load`, with the work on standard input as JSON and the outcome on standard
output. Sockets and no library, so that the clients cost little of the two cores.
"""

import json
import socket
import sys
import threading
import time

LONGEST = 30


class Client(threading.Thread):
    """One connection that is kept, asking again and again for one thing."""

    def __init__(self, port, request, until, wanted):
        super().__init__(daemon=True)
        self.port, self.request, self.until, self.wanted = port, request, until, wanted
        self.answers, self.wrong, self.times = 0, [], []

    def run(self):
        connection = _connect(self.port)
        while time.perf_counter() < self.until:
            began = time.perf_counter()
            connection.sendall(self.request)
            status, _head, _body, closes = answer(connection)
            self.times.append(time.perf_counter() - began)
            if status != self.wanted:
                self.wrong.append(status)
            self.answers += 1
            if closes:
                connection.close()
                connection = _connect(self.port)
        connection.close()


def _connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=LONGEST)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def answer(connection):
    """(status, head, body, whether the server closes) of one answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("The server closed in the middle of an answer")
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lower = head.lower()
    status = int(head[9:12])
    if b"content-length:" in lower:
        length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += connection.recv(65536)
    elif b"transfer-encoding: chunked" in lower:
        while not body.endswith(b"0\r\n\r\n"):
            body += connection.recv(65536)
    return status, head, body, b"connection: close" in lower


def get(path, port, headers=()):
    """The bytes of a GET as a browser behind a proxy would send it."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        "X-Forwarded-Proto: https",
        "Accept: text/html",
        *headers,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def rate(port, path, *, seconds, clients, headers=(), wanted=200):
    """Answers a second, and the median time of one in milliseconds."""
    until = time.perf_counter() + seconds
    crowd = [Client(port, get(path, port, headers), until, wanted) for _ in range(clients)]
    began = time.perf_counter()
    for client in crowd:
        client.start()
    for client in crowd:
        client.join(LONGEST + seconds)
    took = time.perf_counter() - began
    wrong = [status for client in crowd for status in client.wrong]
    if wrong:
        raise SystemExit(f"{path} answered {wrong[0]} and not {wanted}")
    times = sorted(each for client in crowd for each in client.times)
    return {
        "rate": sum(client.answers for client in crowd) / took,
        "median_ms": 1000 * times[len(times) // 2],
    }


if __name__ == "__main__":
    work = json.load(sys.stdin)
    json.dump(rate(**work), sys.stdout)
