"""Triggers that let a table grow and nothing else. For any app's migrations."""

from django.db import migrations

REFUSE = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '% refused: % keeps what was written', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$body$
"""


def append_only(table, *, delete_unless=None):
    """The operations that refuse UPDATE, DELETE and TRUNCATE on `table`.

    `delete_unless` is an SQL condition over OLD: rows for which it does not hold may be deleted.
    Mark the model with `append_only = True` as well, so that `apply_grants` takes the rights away
    too; a test holds the two together.
    """
    spared = f" WHEN ({delete_unless})" if delete_unless else ""
    refuse = "EXECUTE FUNCTION refuse_change()"
    forward = [
        REFUSE,
        f"CREATE TRIGGER refuse_update BEFORE UPDATE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER refuse_delete BEFORE DELETE ON {table} FOR EACH ROW{spared} {refuse}",
        f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    ]
    backward = [
        f"DROP TRIGGER refuse_{what} ON {table}" for what in ("update", "delete", "truncate")
    ]
    return [migrations.RunSQL(forward, backward)]
