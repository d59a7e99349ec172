"""The web address: we listen ourselves and hand the sockets on, so the answer there is ours."""

import errno
import http.client
import socket

from launcher.trouble import Trouble

LOOPBACK = [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]
NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def number(text):
    """The port that PORT names."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT={text} is no port. Choose a number: PORT=8001 make run")
    return int(text)


def listen(port, host=None):
    """Listening sockets on `port`: of this machine's own two addresses, or of `host`."""
    family = socket.AF_INET6 if host and ":" in host else socket.AF_INET
    sockets = []
    for kind, address in [(family, host)] if host else LOOPBACK:
        try:
            sockets.append(bound(kind, address, port))
        except OSError as error:
            if error.errno in NOT_HERE and not host:
                continue
            for opened in sockets:
                opened.close()
            raise explanation(error, port, address) from None
    return sockets


def bound(family, address, port):
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def explanation(error, port, address):
    if error.errno == errno.EADDRINUSE:
        other = next((p for p in range(port + 1, 65536) if is_free(p)), 8001)
        return Trouble(
            f"Port {port} is taken by another program. Stop that one, or choose another port: "
            f"PORT={other} make run"
        )
    if error.errno == errno.EACCES:
        return Trouble(f"This account may not use port {port}. Choose one above 1023: PORT=8000")
    return Trouble(f"Cannot listen on {address}, port {port}: {error.strerror}. Choose another.")


def is_free(port):
    try:
        for family, address in LOOPBACK:
            bound(family, address, port).close()
    except OSError as error:
        return error.errno in NOT_HERE
    return True


def answers(port, host):
    """The status that a GET of / is answered with, or None."""
    connection = http.client.HTTPConnection(host or "127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()
