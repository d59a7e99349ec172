"""A production start-up refuses what is unsafe, and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from framework_portal import safety

ROOT = Path(__file__).resolve().parents[2]
KEY = "kX9-vT2mQ7_wLp4RzB8nYc1HdJ6sGfU3aEo5iKtNqWxMbPrVgZy0"
SAFE = {
    "DEBUG": False,
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["portal.example"],
    "PORTAL_ADDRESS": "https://portal.example",
    "SESSION_COOKIE_SECURE": True,
    "SESSION_COOKIE_NAME": "__Host-session",
    "CSRF_COOKIE_SECURE": True,
    "CSRF_COOKIE_NAME": "__Host-csrf",
}


def settings_with(**changed):
    return type("Settings", (), SAFE | changed)


def test_the_safe_settings_are_safe():
    assert safety.unsafe_settings(settings_with()) == []


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"DEBUG": True}, "DEBUG is on"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY is shorter than 50 characters, or too plain"),
        ({"SECRET_KEY_FALLBACKS": ["short"]}, "SECRET_KEY is shorter"),
        (
            {"SECRET_KEY": "only-for-the-demonstration-never-where-it-matters-0123456789"},
            "SECRET_KEY is the demonstration's",
        ),
        ({"ALLOWED_HOSTS": []}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS holds a wildcard"),
        ({"PORTAL_ADDRESS": "http://portal.example"}, "PORTAL_ADDRESS"),
        ({"SESSION_COOKIE_SECURE": False}, "The session cookie"),
        ({"CSRF_COOKIE_NAME": "csrf"}, "The csrf cookie"),
    ],
)
def test_each_unsafe_setting_is_named(changed, said):
    found = safety.unsafe_settings(settings_with(**changed))

    assert len(found) == 1
    assert found[0].startswith(said)
    with (
        pytest.raises(ImproperlyConfigured, match="The portal does not start")
        if not changed.get("DEBUG")
        else pytest.raises(AssertionError)
    ):
        safety.refuse_unsafe_start(settings_with(**changed))
        raise AssertionError


@pytest.mark.django_db
def test_a_privileged_database_role_is_named():
    found = " ".join(safety.unsafe_role())

    assert "is a superuser" in found  # the role that tests run with
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE plain_test_role")
        cursor.execute("SET LOCAL ROLE plain_test_role")
        plain = safety.unsafe_role()
        cursor.execute("RESET ROLE")
    assert plain == []


@pytest.mark.django_db
def test_an_owner_of_the_evidence_is_named_though_it_is_no_superuser():
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE owning_test_role")
        cursor.execute("ALTER TABLE audit_auditevent OWNER TO owning_test_role")
        cursor.execute("SET LOCAL ROLE owning_test_role")
        found = safety.unsafe_role()
        cursor.execute("RESET ROLE")

    assert [sentence for sentence in found if "owns the tables" in sentence] == found != []


def manage(*words, **changed):
    """`manage.py` as production has it."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        "SEALING_KEY_FILE": "/nonexistent/keys",
        "RECEIPT_KEY_FILE": "/nonexistent/receipt-keys",
        "DOCUMENT_DIR": "/nonexistent/documents",
        "PORTAL_ADDRESS": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://portal@localhost/portal",
        "REDIS_URL": "redis://localhost:6379/0",
    } | changed
    environment = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_check_deploy_is_clean_in_production():
    done = manage("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr


@pytest.mark.parametrize(
    "missing",
    [
        *("SECRET_KEY", "SEALING_KEY_FILE", "RECEIPT_KEY_FILE", "DOCUMENT_DIR"),
        *("PORTAL_ADDRESS", "DATABASE_URL"),
    ],
)
def test_a_missing_secret_stops_everything_and_is_named(missing):
    done = manage("check", **{missing: None})

    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr


def test_the_server_does_not_start_with_a_wildcard_host():
    code = "import framework_portal.wsgi"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": KEY,
            "SEALING_KEY_FILE": "/nonexistent/keys",
            "RECEIPT_KEY_FILE": "/nonexistent/receipt-keys",
            "DOCUMENT_DIR": "/nonexistent/documents",
            "PORTAL_ADDRESS": "https://portal.example",
            "ALLOWED_HOSTS": "*",
            "DATABASE_URL": "postgres://portal@localhost/portal",
            "REDIS_URL": "redis://localhost:6379/0",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "ALLOWED_HOSTS holds a wildcard" in done.stderr
