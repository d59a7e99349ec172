import re

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from framework_portal.audit import trail
from framework_portal.audit.management.commands import verify_audit
from framework_portal.audit.models import AuditEvent
from tests.ground.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def tamper():
    """Run SQL as somebody who may switch the triggers off: the owner of the database."""
    subject = person()
    for number in range(7):
        trail.record(f"verb{number}", subject, by=subject, number=number)

    def run(*statements):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")

    return run


def verify(*args):
    call_command("verify_audit", *args)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(verify_audit, "BATCH", 3)


def test_an_untouched_chain_is_unbroken_and_its_head_is_named(tamper, capsys):
    verify()

    head = AuditEvent.objects.last()
    assert f"7 events, unbroken. Head 7:{head.hash}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "column, value",
    [
        ("at", "at + interval '1 microsecond'"),
        ("actor_id", "NULL"),
        ("verb", "'other'"),
        ("subject_type", "'other'"),
        ("subject_reference", "'other'"),
        ("outcome", "'refused'"),
        ("detail_text", "detail_text || ' '"),
        ("prev_hash", "repeat('a', 64)"),
        ("hash", "repeat('a', 64)"),
    ],
)
@pytest.mark.parametrize("seq", [1, 3, 4, 7])
def test_any_changed_field_of_any_row_is_found(tamper, column, value, seq):
    tamper(f"UPDATE audit_auditevent SET {column} = {value} WHERE seq = {seq}")

    with pytest.raises(CommandError, match=f"breaks at event {seq}:"):
        verify()


@pytest.mark.parametrize("seq", [1, 3, 4, 6])
def test_a_deleted_row_is_found(tamper, seq):
    tamper(f"DELETE FROM audit_auditevent WHERE seq = {seq}")

    with pytest.raises(CommandError, match=f"breaks at event {seq + 1}:"):
        verify()


def test_a_deleted_row_is_found_also_when_those_after_it_were_renumbered(tamper):
    tamper(
        "DELETE FROM audit_auditevent WHERE seq = 4",
        "UPDATE audit_auditevent SET seq = seq - 1 WHERE seq = 5",
        "UPDATE audit_auditevent SET seq = seq - 1 WHERE seq = 6",
        "UPDATE audit_auditevent SET seq = seq - 1 WHERE seq = 7",
    )

    with pytest.raises(CommandError, match="breaks at event 4:"):
        verify()


def test_an_inserted_row_is_found(tamper):
    tamper(
        "UPDATE audit_auditevent SET seq = 8 WHERE seq = 7",
        "INSERT INTO audit_auditevent (seq, at, verb, subject_type, subject_reference, outcome,"
        " detail_text, prev_hash, hash) SELECT 7, at, 'forged', subject_type, subject_reference,"
        " outcome, detail_text, hash, repeat('b', 64) FROM audit_auditevent WHERE seq = 6",
    )

    with pytest.raises(CommandError, match="breaks at event 7:"):
        verify()


def test_two_swapped_rows_are_found(tamper):
    tamper(
        "UPDATE audit_auditevent SET seq = 100 WHERE seq = 3",
        "UPDATE audit_auditevent SET seq = 3 WHERE seq = 5",
        "UPDATE audit_auditevent SET seq = 5 WHERE seq = 100",
    )

    with pytest.raises(CommandError, match="breaks at event 3:"):
        verify()


def test_a_cut_off_end_is_found_by_the_head_that_somebody_holds(tamper):
    head = AuditEvent.objects.last()
    known = f"--known={head.seq}:{head.hash}"
    verify(known)
    tamper("DELETE FROM audit_auditevent WHERE seq = 7")

    with pytest.raises(CommandError, match=re.escape("does not contain the known head 7:")):
        verify(known)
