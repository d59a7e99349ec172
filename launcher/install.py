"""The virtual environment: made without ensurepip, filled from a hash-locked file, once."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from launcher import ROOT, stamps
from launcher.trouble import Trouble, explained, run

OLDEST = (3, 11)
PIP_OLDEST = (22, 3)  # the first that installs into another environment
NO_PIP = (
    "pip is missing or older than 22.3. On Debian: apt-get install python3-pip. "
    "Then run the same command again."
)


def main(requirements, environment=None):
    """Fill `environment` (VENV, or .venv) with what `requirements` locks, if that changed."""
    venv = Path(environment or os.environ.get("VENV") or ".venv")
    venv = venv if venv.is_absolute() else ROOT / venv
    locked = ROOT / requirements
    stamp = venv / f".installed-{locked.stem}"
    made_of = stamps.digest(locked)
    if stamps.is_fresh(stamp, made_of) and (venv / "bin/python").exists():
        return
    with explained(venv):
        print(f"Installing {locked.name} into {venv} (first use, or it changed) …", flush=True)
        if not (venv / "bin/python").exists():
            shutil.rmtree(venv, ignore_errors=True)
            run(
                [sys.executable, "-m", "venv", "--without-pip", venv],
                doing="Making the virtual environment",
            )
        install(locked, into=venv / "bin/python")
        stamps.put(stamp, made_of)


def install(locked, *, into):
    options = ["--only-binary", ":all:", "--require-hashes", "--requirement", locked]
    run(
        [*pip(), "--python", into, "install", "--quiet", *quiet(), *options],
        doing=f"Installing what {locked.name} lists",
    )


def quiet():
    return ["--disable-pip-version-check", "--no-input", "--no-warn-script-location"]


def pip():
    """The pip beside this Python, as a command."""
    command = [sys.executable, "-m", "pip"]
    answer = subprocess.run([*command, "--version"], capture_output=True, text=True)
    try:
        version = tuple(int(part) for part in answer.stdout.split()[1].split(".")[:2])
    except (IndexError, ValueError):
        raise Trouble(NO_PIP) from None
    if version < PIP_OLDEST:
        raise Trouble(NO_PIP)
    return command
