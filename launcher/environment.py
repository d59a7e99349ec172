"""What every part of the portal is told. Secrets travel here, never on a command line."""

import os
import secrets


def environment(var, port=8000):
    env = dict(os.environ)
    env.setdefault("DEBUG", "1")
    is_debug = env["DEBUG"].lower() in ("1", "true", "yes", "on")
    env.setdefault("DEMONSTRATION", "1" if is_debug else "0")
    env.setdefault("PORTAL_ADDRESS", f"http://localhost:{port}")
    env["DJANGO_SETTINGS_MODULE"] = "framework_portal.settings"
    env["PORTAL_VAR"] = str(var)
    env["PYTHONUNBUFFERED"] = "1"
    if is_debug and not env.get("SECRET_KEY"):
        env["SECRET_KEY"] = kept_secret(var / "secret.key")
    return env


def kept_secret(path):
    """A secret of the demonstration, made on first use and readable by this account only."""
    if not path.exists() or not path.read_text().strip():
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()
