"""The production web server: read by gunicorn from the folder it starts in."""

import gc
import os

from gunicorn.glogging import Logger

from framework_portal.logs import without_keys


class DiscreetLogger(Logger):
    """The access log holds durations and statuses; no address, query, agent or key."""

    def atoms(self, *arguments):
        atoms = super().atoms(*arguments)
        return atoms | {"U": without_keys(atoms["U"])}


worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
# Each thread keeps one database connection.
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
control_socket_disable = True
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - the workers' heartbeat must not wait for a disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108
accesslog = "-"
logger_class = DiscreetLogger
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


def when_ready(server):
    """Load what the first request would load, once, before the workers are forked."""
    from django.urls import get_resolver

    from framework_portal import background, pieces

    _ = get_resolver().url_patterns
    background.load()
    pieces.load()
    gc.collect()
    gc.freeze()
