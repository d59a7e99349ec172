"""Makes the database ready, in one process: python -m launcher.prepare LOG SIGN_INS.

Runs as the owner of the tables. Commands that this version of the portal has not got are passed by.
"""

import io
import os
import sys
import traceback
from pathlib import Path

# Command, arguments, what is said about it.
READY = [
    ("migrate", ["--noinput"], "Bringing the database up to date"),
    ("createcachetable", [], None),
    ("apply_grants", [], None),
    ("load_reference", [], "Loading the reference data"),
    ("load_joining_questions", [], None),
    ("load_day_one", [], "Loading the awards of the first day"),
]
DEMONSTRATION = [("seed_demo", [], "Preparing the demonstration (takes a while the first time)")]
COLLECT = ("collectstatic", ["--noinput", "--verbosity=0"], None)


def main(log_path, sign_ins_path):
    doing = "Loading the settings"
    with open(log_path, "a") as log:
        try:
            commands, call = django_commands()
            for name, arguments, saying in steps():
                if name not in commands:
                    continue
                doing = saying or f"The command {name}"
                if saying:
                    print(f"{saying} …", flush=True)
                carry_out(call, name, arguments, log)
            Path(sign_ins_path).write_text(sign_ins(commands, call))
        except Exception as error:
            traceback.print_exc(file=log)
            print(f"{doing} failed: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    return 0


def carry_out(call, name, arguments, log):
    from django.conf import settings
    from django.core.management import CommandError

    try:
        call(name, *arguments, stdout=log, stderr=log)
    except CommandError as error:
        # On a server of the user's own one role may do for a look around; never in production.
        if name != "apply_grants" or not settings.DEBUG:
            raise
        print(f"Note: {error}", flush=True)


def django_commands():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "framework_portal.settings")
    import django
    from django.core.management import call_command, get_commands

    django.setup()
    return get_commands(), call_command


def steps():
    from django.conf import settings

    yield from READY
    if settings.DEMONSTRATION:
        yield from DEMONSTRATION
    if not settings.DEBUG:
        yield COLLECT


def sign_ins(commands, call):
    """Who can sign in to the demonstration, as the portal itself tells it."""
    from django.conf import settings

    told = io.StringIO()
    if settings.DEMONSTRATION and "demonstration_sign_ins" in commands:
        call("demonstration_sign_ins", stdout=told)
    return told.getvalue()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
