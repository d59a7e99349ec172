"""What is marked append-only is kept so by the database, and the other way round."""

import pytest
from django.apps import apps
from django.db import connection

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
