"""The background: what is on the timetable exists, and every mail has a subject."""

import pytest

from framework_portal.celery import app
from tests.architecture.test_imports import ROOT

LETTERS = sorted((ROOT / "templates" / "emails").glob("*.txt"))


def test_every_task_on_the_timetable_exists():
    app.loader.import_default_modules()

    assert {line["task"] for line in app.conf.beat_schedule.values()} - set(app.tasks) == set()


def test_what_waits_in_the_queue_too_long_is_not_run_twice_over():
    assert all(line["options"]["expires"] > 0 for line in app.conf.beat_schedule.values())


@pytest.mark.parametrize("letter", LETTERS, ids=lambda path: path.stem)
def test_every_mail_begins_with_its_subject_and_goes_through_gettext(letter):
    first, _, body = letter.read_text().partition("\n")
    subject = first.partition("Subject:")

    assert subject[1] and "translate" in subject[2]
    assert "translate" in body
