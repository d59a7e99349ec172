"""python -m launcher COMMAND: see the Makefile."""

import sys
import traceback
from importlib import import_module

from launcher import places
from launcher.trouble import Trouble, explained

COMMANDS = {
    "install": ("launcher.install", "main"),
    "assets": ("launcher.assets", "main"),
    "run": ("launcher.portal", "main"),
    "manage": ("launcher.manage", "main"),
    "test": ("launcher.fresh", "test"),
    "with": ("launcher.fresh", "main"),
    "lint": ("launcher.lint", "main"),
    "lock": ("launcher.requirements", "main"),
}


def main(arguments):
    command, *rest = arguments
    try:
        with explained(places.var()):
            module, function = COMMANDS[command]
            return getattr(import_module(module), function)(*rest)
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        print(f"\nThis should not have happened: {error!r}. {details()}", file=sys.stderr)
        return 1


def details():
    """Keep the traceback for whoever mends it; nobody else has to read it."""
    log = places.var() / "log/launcher.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as file:
            traceback.print_exc(file=file)
    except OSError:
        return "Run the same command again."
    return f"The details are in {log}; running the same command again is safe."


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
