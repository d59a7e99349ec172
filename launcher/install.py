"""The virtual environment: made without ensurepip, filled from a hash-locked file, once."""

import os
import shutil
import sys
from pathlib import Path

from launcher import ROOT, stamps
from launcher.pip import QUIET, pip
from launcher.trouble import explained, run


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
        [*pip(), "--python", into, "install", "--quiet", *QUIET, *options],
        doing=f"Installing what {locked.name} lists",
    )
