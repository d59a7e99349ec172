"""`make lint`: layout, lint, missing migrations, and the settings as production has them."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher import ROOT

# Django wants a database to compare with and goes on without one; that is all we silence.
NO_DATABASE = "ignore::RuntimeWarning:django.core.management.commands.makemigrations"


def main():
    python = [sys.executable]
    manage = [sys.executable, "-W", NO_DATABASE, "manage.py"]
    checks = [
        ([*python, "-m", "ruff", "format", "--check", "."], {}),
        ([*python, "-m", "ruff", "check", "."], {}),
        ([*manage, "makemigrations", "--check", "--dry-run"], {"DEBUG": "1"}),
    ]
    with tempfile.TemporaryDirectory() as folder:
        checks.append(
            ([*manage, "check", "--deploy", "--fail-level", "WARNING"], production(Path(folder)))
        )
        codes = [run(command, env) for command, env in checks]
    return max(codes)


def run(command, env):
    words = [word for word in command[1:] if word != NO_DATABASE and word not in ("-m", "-W")]
    print(f"$ {' '.join(words)}", flush=True)
    return abs(subprocess.run(command, env=os.environ | env, cwd=ROOT).returncode)


def production(folder):
    """The variables that a real installation must set, with throw-away secrets."""
    keys = folder / "sealing.keys"
    keys.touch(mode=0o600)
    return {
        "DEBUG": "0",
        "DEMONSTRATION": "0",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "SEALING_KEY_FILE": str(keys),
        "RECEIPT_KEY_FILE": str(keys),
        "DOCUMENT_DIR": str(folder),
        "PORTAL_ADDRESS": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": f"postgres://portal_app@/{folder}/portal",
        "REDIS_URL": f"redis+socket://{folder}/broker",
        "EMAIL_URL": "smtp+tls://mail.portal.example:587",
    }
