import contextlib
import os
import signal
import time

import psycopg2
import pytest

from launcher.postgres import Postgres
from launcher.trouble import Trouble


def ask(postgres, question, *, role="portal_owner", database="portal"):
    """Run a statement; its rows, or nothing."""
    address = {"host": str(postgres.sockets), "user": role, "dbname": database}
    with contextlib.closing(psycopg2.connect(**address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(question)
            return cursor.fetchall() if cursor.description else []


def test_a_restart_after_the_server_was_killed_keeps_every_committed_row(postgres):
    postgres.start(time.sleep)
    ask(postgres, "CREATE TABLE kept AS SELECT 1 AS row")
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait()

    postgres.start(time.sleep)

    assert ask(postgres, "SELECT row FROM kept") == [(1,)]


def test_the_application_owns_nothing_and_nobody_but_the_owner_makes_tables(postgres):
    postgres.start(time.sleep)

    rights = ask(
        postgres,
        "SELECT rolname, rolsuper, rolcreatedb FROM pg_roles "
        "WHERE rolname LIKE 'portal%' ORDER BY rolname",
    )

    assert rights == [
        ("portal_app", False, False),
        ("portal_owner", False, True),
        ("portal_reader", False, False),
    ]
    for role in ("portal_app", "portal_reader"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(postgres, "CREATE TABLE mine ()", role=role)


def test_commits_reach_the_disk_before_they_are_acknowledged(postgres):
    postgres.start(time.sleep)

    settings = ask(
        postgres,
        "SELECT name, setting FROM pg_settings WHERE name IN "
        "('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums') ORDER BY name",
    )

    assert {setting for _, setting in settings} == {"on"}
    assert len(settings) == 4


def test_a_stale_pid_file_that_names_another_program_is_no_obstacle(postgres):
    postgres.start(time.sleep)
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait()
    lock = postgres.cluster / "postmaster.pid"
    lines = lock.read_text().split("\n")
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    postgres.start(time.sleep)

    assert ask(postgres, "SELECT 1") == [(1,)]


def test_an_unfinished_first_run_is_begun_again(postgres):
    half = postgres.folder / "pgdata.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    postgres.start(time.sleep)

    assert ask(postgres, "SELECT 1") == [(1,)]
    assert not half.exists()


def test_data_of_another_version_is_left_alone_and_named(postgres):
    postgres.cluster.mkdir(mode=0o700)
    (postgres.cluster / "PG_VERSION").write_text("9\n")

    with pytest.raises(Trouble) as trouble:
        postgres.start(time.sleep)

    assert "belongs to PostgreSQL 9" in str(trouble.value)


def test_an_old_fault_in_the_log_is_not_taken_for_the_new_one(postgres):
    postgres.start(time.sleep)
    postgres.stop()
    with postgres.log.open("a") as log:
        log.write("FATAL: could not write: No space left on device\n")
    (postgres.cluster / "postgresql.conf").write_text("nonsense\n")

    with pytest.raises(Trouble) as trouble:
        postgres.start(time.sleep)

    assert "contains errors" in str(trouble.value)
    assert "disk is full" not in str(trouble.value)


def test_a_long_path_or_one_with_spaces_gets_a_short_socket(tmp_path):
    folder = tmp_path / ("a rather long name " * 5) / "postgres"
    folder.mkdir(parents=True)
    server = Postgres(folder)
    try:
        server.start(time.sleep)

        assert ask(server, "SELECT 1") == [(1,)]
        assert len(str(server.sockets)) < 90
    finally:
        server.stop()
        server.erase()
    assert not server.sockets.exists()
