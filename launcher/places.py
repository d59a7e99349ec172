"""Where things lie: under var/, unless something in the way of it forces another place."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from launcher import ROOT
from launcher.trouble import Trouble

SOCKET_PATH_LIMIT = 90  # the kernel's is 107, and the server adds its own file name
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")


def var():
    """PORTAL_VAR, or var/ beside the code."""
    return Path(os.environ.get("PORTAL_VAR") or ROOT / "var").absolute()


def key_of(path):
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def sockets(wanted):
    """Where sockets go: `wanted`, or a short path when the kernel or an address cannot take it."""
    for folder in (wanted, Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{key_of(wanted)}"):
        if len(str(folder)) <= SOCKET_PATH_LIMIT and PLAIN.fullmatch(str(folder)):
            return folder
    return Path("/tmp") / folder.name  # noqa: S108 - make_private checks whose it is


def make_private(folder, *, owner=None):
    """Make the folder, for us alone; refuse one that somebody else put in its place."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if owner:
        os.chown(folder, *owner, follow_symlinks=False)
    found = folder.lstat()
    mine = owner[0] if owner else os.getuid()
    if folder.is_symlink() or found.st_uid != mine or found.st_mode & 0o077:
        raise Trouble(f"{folder} is somebody else's. Remove it, then run the same command again.")
