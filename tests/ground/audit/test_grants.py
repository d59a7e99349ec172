from contextlib import contextmanager

import psycopg2
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from framework_portal import clock
from framework_portal.accounts.models import User
from framework_portal.audit import grants, trail
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.safety import unsafe_role
from framework_portal.sealing.envelope import discard, read_own, seal, seal_to
from framework_portal.sealing.keypairs import fresh_pair
from framework_portal.sealing.models import SealedOffer
from tests.ground.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def granted(capsys):
    call_command("apply_grants", "--create-roles")


@contextmanager
def as_role(role):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


def refused(role, statement):
    """Whether the database refuses `statement` to `role`."""
    with as_role(role):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
        except (ProgrammingError, IntegrityError):
            return True
    return False


def test_the_application_does_its_daily_work(granted):
    with as_role("portal_app"):
        someone = person()
        event = trail.record("person.joined", someone, by=someone)
        row = seal({"a": "1"}, purpose="draft", bound_to={})
        assert read_own(row, bound_to={}) == {"a": "1"}
        discard(row)
        someone.name = "Changed"
        someone.save()
        Message.objects.create(kind="x", to="a@example.org").delete()

    assert AuditEvent.objects.get() == event
    assert User.objects.get().name == "Changed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET verb = 'x'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER USER",
        "DROP TRIGGER chain ON audit_auditevent",
        "DROP TABLE audit_auditevent CASCADE",
        "CREATE OR REPLACE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql AS"
        " 'SELECT now()'",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN RETURN OLD; END'",
        "ALTER FUNCTION portal_clock() OWNER TO portal_app",
        "DROP FUNCTION portal_clock() CASCADE",
        "CREATE TABLE public.mine (x int)",
        "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEMP TABLE audit_auditevent (x int)",
        "CREATE SCHEMA mine",
        "UPDATE sealing_sealedoffer SET digest = 'x'",
        "TRUNCATE sealing_sealedoffer CASCADE",
        "ALTER TABLE sealing_sealedoffer DISABLE TRIGGER USER",
        "SELECT * FROM pg_authid",
        "COPY audit_auditevent TO '/tmp/x'",
        "CREATE EXTENSION file_fdw",
        "ALTER ROLE portal_app SUPERUSER",
    ],
)
def test_the_application_cannot_reach_the_evidence_or_the_clock(granted, statement):
    trail.record("a", person())

    assert refused("portal_app", statement)


def test_the_application_deletes_drafts_but_no_offers(granted):
    seal_to(fresh_pair()[1], {}, purpose="offer", bound_to={})

    assert refused("portal_app", "DELETE FROM sealing_sealedoffer")
    assert SealedOffer.objects.count() == 1


def test_every_append_only_table_is_closed_to_the_application(granted):
    marked = [m for m in apps.get_models() if getattr(m, "append_only", False)]

    assert marked
    for model in marked:
        table = model._meta.db_table
        with connection.cursor() as cursor:
            for right in ("UPDATE", "TRUNCATE", "TRIGGER", "DELETE"):
                cursor.execute("SELECT has_table_privilege('portal_app', %s, %s)", [table, right])
                discardable = right == "DELETE" and getattr(model, "discardable", False)
                assert cursor.fetchone()[0] == discardable, (table, right)


def test_every_table_has_been_thought_of(granted):
    known = {model._meta.db_table for model in grants.tables()}

    rest = set(connection.introspection.table_names()) - known
    assert rest <= {"django_migrations", "portal_cache"} | grants.BEHIND_FUNCTIONS


def test_reports_read_no_offers_keys_sessions_factors_or_passwords(granted):
    for column in ("wrapped_key", "ciphertext", "pk"):
        assert refused("portal_reader", f"SELECT {column} FROM sealing_sealedoffer")
    for statement in (
        "SELECT count(*) FROM sealing_sealedoffer",
        "SELECT sealed_label FROM documents_document",
        "SELECT wrapped_key FROM documents_document",
        "SELECT password FROM accounts_user",
        "SELECT count(*) FROM django_session",
        "SELECT count(*) FROM mfa_authenticator",
        "SELECT count(*) FROM usersessions_usersession",
        "SELECT count(*) FROM account_emailconfirmation",
        "INSERT INTO accounts_user (email) VALUES ('x')",
        "UPDATE audit_auditevent SET verb = 'x'",
        "DELETE FROM notifications_message",
        "SELECT nextval('accounts_user_id_seq')",
        "SELECT seq, verb FROM audit_auditevent",
        "SELECT reference, purpose FROM documents_document",
        "SELECT supplier_id FROM bids_bid",
        "SELECT bid_id FROM bids_submission",
        "SELECT supplier_id FROM bids_clarificationasker",
    ):
        assert refused("portal_reader", statement), statement
    assert not refused("portal_reader", "SELECT email FROM accounts_user")
    assert not refused("portal_reader", "SELECT supplier, state FROM opened_bids")


@pytest.mark.parametrize(
    ("table", "column"),
    [("contracts_quarterreturn", "draft"), ("contracts_supplychainreport", "words")],
)
def test_reports_read_nothing_that_a_lead_is_still_writing(granted, table, column):
    assert refused("portal_reader", f"SELECT {column} FROM {table}")
    assert not refused("portal_reader", f"SELECT reference, due_on FROM {table}")


def test_a_hidden_column_is_one_of_the_table():
    for model in grants.tables():
        columns = {field.column for field in model._meta.local_concrete_fields}
        assert getattr(model, "hidden_columns", set()) <= columns, model


def test_applying_twice_changes_nothing(granted, capsys):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relacl::text FROM pg_class ORDER BY 1")
        before = cursor.fetchall()

    call_command("apply_grants")

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, relacl::text FROM pg_class ORDER BY 1")
        assert cursor.fetchall() == before


def test_rights_given_by_hand_are_taken_away_again(granted, capsys):
    with connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE, TRUNCATE ON audit_auditevent TO portal_app")
        cursor.execute("GRANT DELETE ON audit_auditevent TO PUBLIC")

    call_command("apply_grants")

    assert refused("portal_app", "UPDATE audit_auditevent SET verb = 'x'")
    assert refused("portal_app", "DELETE FROM audit_auditevent")


def test_the_start_up_refuses_the_owner_and_takes_the_application(granted):
    assert unsafe_role() != []

    with as_role("portal_app"):
        assert unsafe_role() == []


def test_the_clock_cannot_be_set_by_the_application(granted):
    with as_role("portal_app"):
        assert clock.now() is not None
        with pytest.raises(ProgrammingError), transaction.atomic(), clock.fixed_at(clock.now()):
            pass


@pytest.mark.parametrize(
    "statement",
    ["SET session_replication_role = replica", "SET ROLE pg_write_all_data", "SET ROLE {owner}"],
)
def test_signed_in_as_the_application_nothing_sets_the_triggers_aside(statement):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        owner = cursor.fetchone()[0]
    given = {**connection.get_connection_params(), "user": "portal_app"}
    given.pop("cursor_factory", None)
    try:
        link = psycopg2.connect(**given)
    except psycopg2.OperationalError as error:
        pytest.skip(f"portal_app cannot sign in to the test server: {error}")

    with link, link.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(statement.format(owner=owner))
    link.close()
