"""Encrypted files on disk, under random names, in chunks that cannot be dropped or reordered.

Layout, version 1: a mark, a random prefix of 7 bytes, then chunks of 1 MiB, each AES-256-GCM under
the nonce prefix ‖ counter ‖ whether it is the last, bound to the document they belong to.
"""

import errno
import os
import secrets
import struct
from contextlib import contextmanager
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal

MARK = b"PFD1"
PREFIX_BYTES = 7
CHUNK = 1024 * 1024
TAG_BYTES = 16
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def new_name():
    """A name that tells nothing and that nobody guesses."""
    return secrets.token_hex(32)


def path_of(name):
    """Where the file `name` lies: two levels of folders, so that none grows too full."""
    return Path(settings.DOCUMENT_DIR) / name[:2] / name[2:4] / name


def write(name, content, *, key, bound):
    """Encrypt `content` into the file `name`, durably; Refused when the disk is full."""
    path = path_of(name)
    part = path.with_name(f"{name}.part")
    try:
        with no_space_in_words():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.writelines(_encrypted(content, key, bound))
                file.flush()
                os.fsync(file.fileno())
            os.rename(part, path)
            sync_folder(path.parent)
    except (OSError, Refused):
        part.unlink(missing_ok=True)
        raise


@contextmanager
def no_space_in_words():
    """What is written inside finds a full disk: Refused, in words."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        words = _("There is no room for your file at the moment. Try again in a few minutes")
        raise Refused("no_space", words) from error


def read(name, *, key, bound):
    """The chunks again, one at a time; InvalidSeal at the first that was changed or is gone."""
    try:
        file = open(path_of(name), "rb")  # noqa: SIM115 (closed below, whatever happens)
    except FileNotFoundError:
        raise InvalidSeal("The file is gone") from None
    with file:
        head = file.read(len(MARK) + PREFIX_BYTES)
        if len(head) != len(MARK) + PREFIX_BYTES or not head.startswith(MARK):
            raise InvalidSeal("Not a document file")
        prefix, cipher, counter = head[len(MARK) :], AESGCM(key), 0
        stored = file.read(CHUNK + TAG_BYTES)
        while True:
            following = file.read(CHUNK + TAG_BYTES)
            nonce = _nonce(prefix, counter, last=not following)
            try:
                yield cipher.decrypt(nonce, stored, bound)
            except (InvalidTag, ValueError):
                raise InvalidSeal("The file was changed") from None
            if not following:
                return
            stored, counter = following, counter + 1


def remove(name):
    """Delete the file, if it is there."""
    path_of(name).unlink(missing_ok=True)


def _encrypted(content, key, bound):
    prefix, cipher, view = os.urandom(PREFIX_BYTES), AESGCM(key), memoryview(content)
    yield MARK + prefix
    chunks = max(1, -(-len(view) // CHUNK))
    for counter in range(chunks):
        nonce = _nonce(prefix, counter, last=counter == chunks - 1)
        yield cipher.encrypt(nonce, view[counter * CHUNK : (counter + 1) * CHUNK], bound)


def _nonce(prefix, counter, *, last):
    return prefix + struct.pack(">IB", counter, last)


def sync_folder(folder):
    """Make durable what was created or renamed in `folder`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
