"""Who may do what with which table: the rights of the two roles that are not the owner.

A model says itself what is special about it, by class attributes that need no registration:
`append_only` (rows are added, never changed or deleted), `discardable` (with it: rows may be
deleted, where the table's own trigger lets them), `hidden_from_reports` (the reader sees nothing
of it) and `hidden_columns` (it sees all but these). Everything else is read and written by the
application and read by reports.
"""

from django.apps import apps
from django.db import connection, models

APPLICATION = "portal_app"
READER = "portal_reader"

# Sessions, second factors and mail confirmations of other people's apps: no reports on these.
HIDDEN_APPS = {"sessions", "usersessions", "mfa", "account"}
HIDDEN_COLUMNS = {"password"}
# Views of what is hidden otherwise, without what reports must not see.
VIEWS = ["opened_bids"]
# Tables without a model that only functions of the owner's touch: no rights to anybody.
BEHIND_FUNCTIONS = {"public_edition"}
LOCK = 724_002


def apply_grants():
    """Give both roles exactly what they need, and take away the rest. Repeating changes nothing."""
    statements = [
        f"SELECT pg_advisory_xact_lock({LOCK})",
        *_nothing(),
        *_application(),
        *_reader(),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing_roles():
    """Which of the two roles this server does not have."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [[APPLICATION, READER]]
        )
        return {APPLICATION, READER} - {row[0] for row in cursor.fetchall()}


def create_roles():
    """Make the roles that are missing, without any right but to sign in."""
    with connection.cursor() as cursor:
        for role in sorted(missing_roles()):
            cursor.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")


def application_may(model):
    """What the role that serves pages may do with the model's table."""
    if not getattr(model, "append_only", False):
        return ["SELECT", "INSERT", "UPDATE", "DELETE"]
    if getattr(model, "discardable", False):
        return ["SELECT", "INSERT", "DELETE"]
    return ["SELECT", "INSERT"]


def reader_sees(model):
    """The columns that reports may read: no keys, ciphertexts or passwords."""
    hidden = getattr(model, "hidden_from_reports", False)
    if hidden or model._meta.app_label in HIDDEN_APPS:
        return []
    unseen = HIDDEN_COLUMNS | getattr(model, "hidden_columns", set())
    return [
        field.column
        for field in model._meta.local_concrete_fields
        if not isinstance(field, models.BinaryField) and field.column not in unseen
    ]


def tables():
    """Every model with a table of its own, those of many-to-many fields included."""
    managed = apps.get_models(include_auto_created=True)
    return [model for model in managed if model._meta.managed and not model._meta.proxy]


def _nothing():
    """Both roles start with nothing; nobody makes tables or functions beside the owner."""
    database = _quoted(connection.settings_dict["NAME"])
    roles = f"{APPLICATION}, {READER}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {roles}"
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {roles}"
    yield f"GRANT USAGE ON SCHEMA public TO {roles}"
    yield f"GRANT CONNECT ON DATABASE {database} TO {roles}"


def _application():
    for model in tables():
        rights = ", ".join(application_may(model))
        yield f"GRANT {rights} ON {_quoted(model._meta.db_table)} TO {APPLICATION}"
    for table in _present("portal_cache"):
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {_quoted(table)} TO {APPLICATION}"
    for table in _present("django_migrations"):
        yield f"GRANT SELECT ON {_quoted(table)} TO {APPLICATION}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION}"


def _reader():
    for model in tables():
        if columns := reader_sees(model):
            listed = ", ".join(_quoted(column) for column in columns)
            yield f"GRANT SELECT ({listed}) ON {_quoted(model._meta.db_table)} TO {READER}"

    for view in _present(*VIEWS):
        yield f"GRANT SELECT ON {_quoted(view)} TO {READER}"


def _present(*names):
    with connection.cursor() as cursor:
        there = connection.introspection.table_names(cursor, include_views=True)
    return [name for name in names if name in there]


def _quoted(name):
    return connection.ops.quote_name(name)
