"""`make lock`: requirements*.txt with the digest of every file, and package-lock.json."""

import json
import os
import shutil

from launcher import ROOT, assets
from launcher.pip import QUIET, pip
from launcher.trouble import run

TOOLS = ROOT / "var/tools"
SETS = ["requirements", "requirements-test", "requirements-node"]
# Universal, because one lock serves every Python from 3.11.2 on; no annotations and our own
# command in the header, so that no address of any index gets in.
HOW = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-annotate"]


def main(*arguments):
    program = uv()
    for name in SETS:
        source, locked = ROOT / f"{name}.in", ROOT / f"{name}.txt"
        command = [program, "pip", "compile", *HOW, "--custom-compile-command", "make lock"]
        run([*command, *arguments, source, "-o", locked], doing=f"Locking {name}", cwd=ROOT)
        print(f"{locked.name} is written.")
    options = ["--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts"]
    assets.npm("install", *options, doing="Locking the front-end packages")
    drop_addresses(ROOT / "package-lock.json")
    print("package-lock.json is written.")


def uv():
    found = shutil.which("uv")
    if found:
        return found
    if not (TOOLS / "bin/uv").exists():
        run([*pip(), "install", *QUIET, "--target", TOOLS, "uv"], doing="Fetching uv")
    return TOOLS / "bin/uv"


def drop_addresses(path):
    """npm writes where to send money; the file is to hold no address at all."""
    locked = json.loads(path.read_text())
    for package in locked["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(locked, indent=2) + "\n")
    os.replace(new, path)
