"""`make bench`: the figures of the portal, each beside a limit measured in the same run."""

import argparse
import os
import subprocess
import sys

from bench.ready import ready
from bench.server import ROOT, Server, production


def main():
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="small data and short rounds")
    parser.add_argument("--only", default="", help="pages, journey, files, background or chains")
    chosen = parser.parse_args()
    os.environ.update(production())

    ready()

    from bench import measured
    from bench.table import Table

    table = Table()
    for name, measure in measured.ALL.items():
        if chosen.only in ("", name):
            measure(table, quick=chosen.quick, serve=serve)
    print(f"\n{machine()}\n")
    print(table)


def serve(**more):
    """The production server, with `more` in its environment."""
    return Server(os.environ | more)


def machine():
    """What the figures were measured on."""
    cores = os.cpu_count()
    version = sys.version.split()[0]
    commit = subprocess.run(  # noqa: S603
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.strip()
    return f"{cores} cores, Python {version}, commit {commit or 'unknown'}"


if __name__ == "__main__":
    main()
