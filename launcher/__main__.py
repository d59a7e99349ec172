"""python -m launcher install|assets: see the Makefile."""

import sys

from launcher import assets, install
from launcher.trouble import Trouble

COMMANDS = {"install": install.main, "assets": assets.main}


def main(arguments):
    command, *rest = arguments
    try:
        return COMMANDS[command](*rest)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
