"""What is marked append-only is kept so by the database, and the other way round."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

TRIGGERS = {"refuse_update", "refuse_delete", "refuse_truncate"}


@pytest.mark.django_db
def test_marked_models_and_guarded_tables_are_the_same():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname = ANY(%s)",
            [list(TRIGGERS)],
        )
        guarded = {}
        for table, trigger in cursor.fetchall():
            guarded.setdefault(table, set()).add(trigger)
    marked = {
        model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)
    }

    assert guarded == dict.fromkeys(marked, TRIGGERS)


# Bits of pg_trigger.tgtype.
DELETE, TRUNCATE = 8, 32


@pytest.mark.django_db
def test_no_table_of_contracts_can_be_emptied_and_none_but_options_loses_a_row():
    """Rows that move from state to state are kept as well: cases, lines, reports and findings."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgtype FROM pg_trigger WHERE tgenabled = 'O'"
        )
        guarded = {}
        for table, kind in cursor.fetchall():
            guarded[table] = guarded.get(table, 0) | kind
    tables = {model._meta.db_table for model in apps.get_app_config("contracts").get_models()}

    assert [table for table in tables if not guarded.get(table, 0) & TRUNCATE] == []
    assert [table for table in tables if not guarded.get(table, 0) & DELETE] == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table",
    ["changecase", "chainfinding", "quarterline", "supplychainreport", "integrityfinding"],
)
def test_a_table_of_cases_lines_reports_or_findings_refuses_truncate(table):
    with (
        pytest.raises(DatabaseError, match="its rows stay"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE contracts_{table} CASCADE")
