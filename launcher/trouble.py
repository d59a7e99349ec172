"""What goes wrong is told in a sentence, with a way on."""

import errno
import itertools
import os
import signal
import subprocess
from contextlib import contextmanager

FULL = "The disk is full: {where}. Make room, then run the same command again; nothing is lost."
FULL_MARKS = ("no space left on device", "enospc", "disk quota exceeded", "file too large")


class Trouble(Exception):
    """Its text is the sentence that the person at the keyboard reads."""


@contextmanager
def explained(where):
    """Turn what the operating system refuses into a sentence. `where` names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise Trouble(FULL.format(where=where)) from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Trouble(
                f"{error.filename or where} cannot be written by this account. Run the command as "
                f"the owner of the folder, or give the folder to yourself with chown."
            ) from None
        raise


def run(command, *, doing, **options):
    """Run `command` to its end and return its output; `doing` says what failed if it fails."""
    environment = os.environ | options.pop("env", {})
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=environment,
            **options,
        )
    except FileNotFoundError:
        raise Trouble(f"{doing} failed: there is no program {command[0]} here.") from None
    if done.returncode:
        raise failed(doing, done.stdout, done.returncode)
    return done.stdout


def failed(doing, output, code=1):
    """The trouble that the output and the exit code of a program tell of."""
    is_full = any(mark in output.lower() for mark in FULL_MARKS) or code == -signal.SIGXFSZ
    if is_full:
        return Trouble(f"{doing} failed. " + FULL.format(where="no space was left for it"))
    last = "\n".join(f"    {line}" for line in essence(output)[-15:])
    return Trouble(f"{doing} failed. It said:\n{last or f'    nothing (exit code {code})'}")


def essence(output):
    """Its lines; of a traceback only what it ends in."""
    lines = output.strip().splitlines()
    traces = [place for place, line in enumerate(lines) if line.startswith("Traceback (most")]
    if not traces:
        return lines
    told = itertools.dropwhile(
        lambda line: line.startswith((" ", "Traceback")), lines[traces[-1] :]
    )
    return list(told)[:3]
