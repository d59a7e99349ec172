"""What every test stands on."""

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import settings as property_tests

from framework_portal.sealing.keys import add_key
from framework_portal.sealing.signing import first_key

pytest_plugins = ["tests.browser"]

# What holds must hold on a busy machine too: speed is measured by `make bench`, not here.
property_tests.register_profile("portal", deadline=None)
property_tests.load_profile("portal")


@pytest.fixture(scope="session", autouse=True)
def sealing_keys():
    """Key files for this run alone."""
    add_key(settings.SEALING_KEY_FILE)
    first_key(settings.RECEIPT_KEY_FILE)


# Made with the tables, alike for every test.
KEPT = {"django_content_type", "auth_permission"}


@pytest.fixture(scope="session", autouse=True)
def _only_what_was_written_is_taken_out():
    """After a test with real transactions: the rows of the tables that have some, append-only ones
    included. Truncating all tables and making the permissions anew took 0.6 s a test."""
    flush = TransactionTestCase._fixture_teardown

    def teardown(self):
        tables = connection.introspection.django_table_names(only_existing=True)
        names = sorted(connection.ops.quote_name(name) for name in set(tables) - KEPT)
        holds = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names
        )
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers
            cursor.execute(f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE")
            cursor.execute(holds)
            for (name,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {name}")

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = flush
