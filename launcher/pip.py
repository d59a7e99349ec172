"""Finds a pip that can fill another environment; a bare Debian has a Python without one."""

import shutil
import subprocess
import sys
from pathlib import Path

from launcher import ROOT
from launcher.trouble import Trouble, explained

OLDEST = (22, 3)  # the first that knows --python
DEBIAN_WHEELS = Path("/usr/share/python-wheels")
DEBIAN_PACKAGE = "python3-pip-whl"
TOOLS = ROOT / "var/tools"
QUIET = ["--disable-pip-version-check", "--no-input", "--no-warn-script-location"]
NONE = (
    "No pip here, and none could be fetched. On Debian: apt-get install python3-pip. Elsewhere, "
    "install pip 22.3 or newer for this Python. Then run the same command again."
)


def pip():
    """A command: this Python's own pip, Debian's wheel of it, or that wheel fetched for us."""
    for found in ([sys.executable, "-m", "pip"], *wheels(DEBIAN_WHEELS), *wheels(TOOLS)):
        if is_new_enough(found):
            return found
    print(f"This Python has no pip: fetching Debian's {DEBIAN_PACKAGE} …", flush=True)
    fetch()
    for found in wheels(TOOLS):
        if is_new_enough(found):
            return found
    raise Trouble(NONE)


def wheels(folder):
    """pip runs straight out of its wheel."""
    return [[sys.executable, str(wheel / "pip")] for wheel in folder.glob("pip-*.whl")]


def is_new_enough(command):
    answer = subprocess.run([*command, "--version"], capture_output=True, text=True, cwd="/")
    try:
        return tuple(int(part) for part in answer.stdout.split()[1].split(".")[:2]) >= OLDEST
    except (IndexError, ValueError):
        return False


def fetch():
    """The package, checked by apt and unpacked beside our things: nothing is installed as root.

    apt keeps its lists where only root writes, or has none yet; then it gets a folder of ours.
    """
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Trouble(NONE)
    work = TOOLS / "apt"
    with explained(TOOLS):
        shutil.rmtree(work, ignore_errors=True)
        for part in ("lists/partial", "cache/archives/partial"):
            (work / part).mkdir(parents=True)
        ours = ["-o", f"Dir::State::lists={work / 'lists'}", "-o", f"Dir::Cache={work / 'cache'}"]
        download = ["download", DEBIAN_PACKAGE]
        if not said_yes(["apt-get", *download], work):
            said_yes(["apt-get", *ours, "update"], work)
            said_yes(["apt-get", *ours, *download], work)
        for package in work.glob("*.deb"):
            said_yes(["dpkg-deb", "-x", str(package), str(work / "unpacked")], work)
        for wheel in work.glob("unpacked/usr/share/python-wheels/pip-*.whl"):
            wheel.replace(TOOLS / wheel.name)
        shutil.rmtree(work, ignore_errors=True)


def said_yes(command, folder):
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True)
    return done.returncode == 0
