"""What every test stands on."""

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from framework_portal.sealing.keys import add_key

pytest_plugins = ["tests.browser"]


@pytest.fixture(scope="session", autouse=True)
def sealing_keys():
    """A key file for this run alone."""
    add_key(settings.SEALING_KEY_FILE)


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied():
    """Let the tables that refuse TRUNCATE be emptied after a test with real transactions.

    Only a superuser can set triggers aside, which the owner of the test database is.
    """
    flush = TransactionTestCase._fixture_teardown

    def teardown(self):
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        flush(self)
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = DEFAULT")

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = flush
