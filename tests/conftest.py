"""What every test stands on."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
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


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_emptied():
    """Let the tables that refuse TRUNCATE be emptied after a test with real transactions."""
    flush = TransactionTestCase._fixture_teardown

    def teardown(self):
        marked = [m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)]
        _switch("DISABLE", marked)
        flush(self)
        _switch("ENABLE", marked)

    def _switch(how, tables):
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {how} TRIGGER refuse_truncate")

    TransactionTestCase._fixture_teardown = teardown
    yield
    TransactionTestCase._fixture_teardown = flush
