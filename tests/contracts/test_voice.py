"""A subcontractor says something in confidence, and the integrity officer answers."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from contracts.actions.anchoring import VERB, anchor_confidence, digest_of
from contracts.actions.voice import add_words, answer_report, close_report, note_reading
from contracts.actions.voice_reminders import ask_for_listeners, remind_listeners
from contracts.confidence import words_of
from contracts.models import (
    ConfidentialAnchor,
    ConfidentialMessage,
    ConfidentialReading,
    ConfidentialReport,
    IntegrityFinding,
)
from contracts.selectors.voice import conversation
from framework_portal import clock, wording
from framework_portal.accounts.starting import first_page
from framework_portal.audit import grants
from framework_portal.audit.evidence import CHECKS, Chain
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications.models import Message
from framework_portal.notifications.tasks import sweep
from framework_portal.reference.calendar import add_working_days
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from suppliers.states import MemberRole
from tests.contracts.building import signed_contract
from tests.contracts.voices import WORDS, line_of, listener, periods, reported
from tests.factories import MembershipFactory, OfficerFactory, UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NAMES = ["supplier:note", "integrity:report"]
GIVEN = {"kind": "pressure", "words": WORDS, "shared": "no"}


@pytest.fixture
def contract():
    periods()
    return signed_contract()


@pytest.fixture
def officer(contract):
    return listener(contract)


@pytest.fixture
def line(contract):
    return line_of(contract)


def test_a_report_is_written_read_answered_and_closed_by_the_pages(client, line, officer):
    sign_in(client, line.person)
    sent = client.post(reverse("supplier:note_write", args=[line.reference]), GIVEN)
    report = ConfidentialReport.objects.get()
    assert sent.url == reverse("supplier:note", args=[report.reference])
    assert WORDS in client.get(sent.url).content.decode()
    client.post(sent.url, {"words": "And again in May"})

    sign_in(client, officer)
    assert line.supplier.name in client.get(reverse("integrity:report_list")).content.decode()
    page = client.get(reverse("integrity:report", args=[report.reference])).content.decode()
    assert WORDS in page
    assert "And again in May" in page
    client.post(
        reverse("integrity:report_answer", args=[report.reference]), {"words": "We look into it"}
    )
    client.post(
        reverse("integrity:report_close", args=[report.reference]),
        {"words": "They paid", "outcome": "put_right"},
    )

    sign_in(client, line.person)
    page = client.get(sent.url).content.decode()
    assert "We look into it" in page
    assert "It was put right" in page
    report.refresh_from_db()
    assert report.closed_by == officer
    assert report.answered_at < report.closed_at
    with pytest.raises(Refused):
        add_words(report=report, words="Too late", by=line.person)


def test_the_answer_is_due_in_twenty_working_days(line):
    report = reported(line)

    due = add_working_days(timezone.localdate(report.made_at), 20)
    assert timezone.localdate(report.answer_due) == due
    assert not report.is_overdue(report.answer_due)
    assert report.is_overdue(report.answer_due + timedelta(microseconds=1))


def test_who_finds_a_report_and_who_does_not(contract, line, officer):
    report = reported(line)
    editor = MembershipFactory(supplier=line.supplier, role=MemberRole.EDITOR).user
    other_line = line_of(contract, 2)
    strangers = [editor, contract.person, contract.officers[0], other_line.person]
    strangers += [OfficerFactory(role="integrity").user, UserFactory(is_superuser=True)]

    def found(person):
        rows = ConfidentialReport.objects
        return [*rows.of(person), *rows.watched_by(person)]

    assert found(line.person) == [report]
    assert found(officer) == [report]
    assert [found(person) for person in strangers] == [[]] * len(strangers)


def test_what_is_shared_is_shared_with_editors_but_not_with_people_of_the_lead(contract, line):
    editor = MembershipFactory(supplier=line.supplier, role=MemberRole.EDITOR).user
    reader = MembershipFactory(supplier=line.supplier, role=MemberRole.READER).user
    both = MembershipFactory(supplier=line.supplier, role=MemberRole.EDITOR).user
    MembershipFactory(supplier=contract.supplier, user=both)
    shared = reported(line, only_author=False)
    theirs = reported(line, only_author=False, by=both)

    seen = ConfidentialReport.objects.of
    assert set(seen(editor)) == {shared, theirs}
    assert set(seen(reader)) == set()
    assert set(seen(both)) == {theirs}


def test_who_leaves_the_organisation_leaves_the_report(line):
    reported(line)
    line.supplier.memberships.all().delete()

    assert not ConfidentialReport.objects.of(line.person).exists()


def test_an_officer_who_belongs_to_the_lead_is_not_the_one_who_hears(contract, line):
    biased = listener(contract)
    MembershipFactory(supplier=contract.supplier, user=biased)
    report = reported(line)

    assert not ConfidentialReport.objects.watched_by(biased).exists()
    assert not Message.objects.filter(to=biased.email).exists()
    assert ConfidentialReport.objects.watched_by(listener(contract)).get() == report


def test_an_officer_who_comes_later_reads_what_nobody_has_read(contract, line, client):
    report = reported(line)

    sign_in(client, listener(contract))
    page = client.get(reverse("integrity:report", args=[report.reference]))
    assert WORDS in page.content.decode()


@pytest.mark.parametrize("name", ["note", "note_write"])
def test_to_the_lead_a_reference_that_is_there_and_one_that_is_not_are_the_same(
    client, contract, line, name
):
    report = reported(line)
    known = report.reference if name == "note" else line.reference
    sign_in(client, contract.person)
    answers, asked = [], []
    for reference in (known, UserFactory.build().reference):
        for ask in (client.get, client.post):
            with connection.execute_wrapper(kept(asked)):
                answers.append(ask(reverse(f"supplier:{name}", args=[reference])))
        asked.append("-")

    assert {answer.status_code for answer in answers} == {404}
    half = len(asked) // 2
    assert asked[:half] == asked[half:]


def kept(asked):
    def wrapper(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    return wrapper


def test_words_lie_under_a_key_and_bound_to_their_row(line, officer):
    report = reported(line)
    answer_report(report=report, words="Another", by=officer, at=clock.now())
    first, second = report.messages.order_by("pk")

    assert WORDS.encode() not in bytes(first.words)
    assert len(bytes(first.words)) == len(bytes(second.words))
    assert [words for _message, words in conversation(report)] == [WORDS, "Another"]
    first.words = second.words
    with pytest.raises(InvalidSeal):
        words_of(first)


def test_mails_say_nothing_and_go_to_two_people_alone(line, officer, mailoutbox):
    report = reported(line)
    answer_report(report=report, words="Another", by=officer, at=clock.now())
    sweep()

    sent = {
        mail.to[0]: mail for mail in mailoutbox if mail.to[0] in (officer.email, line.person.email)
    }
    about = [mail for mail in mailoutbox if "account" in mail.subject or "waits" in mail.subject]
    assert {mail.to[0] for mail in about} == {officer.email, line.person.email}
    assert sent[line.person.email].subject == "There is something new in your account"
    assert line.supplier.contact_email not in {mail.to[0] for mail in about}
    for mail in about:
        told = f"{mail.subject}{mail.body}"
        for secret in (line.name, line.supplier.name, str(report.reference), WORDS):
            assert secret not in told
    assert "report" not in sent[line.person.email].body


def test_nothing_is_in_the_trail_but_one_event_a_day_whether_anybody_reports_or_not(line, officer):
    before = AuditEvent.objects.count()
    report = reported(line)
    answer_report(report=report, words="Another", by=officer, at=clock.now())
    close_report(report=report, words="Done", outcome="advised", by=officer, at=clock.now())
    assert AuditEvent.objects.count() == before

    tomorrow = clock.now() + timedelta(days=1)
    anchor_confidence(at=tomorrow)
    anchor_confidence(at=tomorrow)

    event = AuditEvent.objects.order_by("seq").last()
    assert AuditEvent.objects.count() == before + 1
    assert event.verb == VERB
    assert event.actor is None
    assert set(event.details) == {"digest"}


def test_rows_that_were_changed_behind_the_trail_are_found(line):
    reported(line)
    anchor_confidence(at=clock.now() + timedelta(days=1))
    assert found_by_the_check() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE contracts_confidentialmessage DISABLE TRIGGER refuse_update")
        cursor.execute("UPDATE contracts_confidentialmessage SET words = 'x'::bytea")

    (broken,) = found_by_the_check()
    assert broken.endswith("is not as it was")


def found_by_the_check():
    return list(CHECKS["confidential rows"](Chain()))


@pytest.mark.parametrize(
    ("sql", "refused"),
    [
        ("UPDATE contracts_confidentialreport SET kind = 'no_work'", "kept as it was made"),
        ("UPDATE contracts_confidentialreport SET only_author = false", "kept as it was made"),
        ("DELETE FROM contracts_confidentialreport", "kept as it was made"),
        ("UPDATE contracts_confidentialmessage SET words = 'x'::bytea", "keeps what was written"),
        ("DELETE FROM contracts_confidentialmessage", "keeps what was written"),
    ],
)
def test_the_database_keeps_what_was_said(line, sql, refused):
    reported(line)

    refusal = pytest.raises(DatabaseError, match=refused)
    with refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_hears_nothing_after_the_closing(line, officer):
    report = reported(line)
    close_report(report=report, words="Done", outcome="advised", by=officer, at=clock.now())

    with pytest.raises(IntegrityError, match="last words"), transaction.atomic():
        ConfidentialMessage.objects.create(report=report, words=b"x", made_by=officer)


def test_reports_read_nothing_of_it():
    hidden = [ConfidentialReport, ConfidentialMessage, IntegrityFinding, ConfidentialReading]

    assert [grants.reader_sees(model) for model in hidden] == [[], [], [], []]


def test_a_reading_leaves_a_record_that_officers_see_and_the_writer_without_a_name(
    client, contract, line, officer
):
    report = reported(line)
    colleague = listener(contract)
    note, page = (reverse(name, args=[report.reference]) for name in NAMES)
    assert "Not yet" in sign_in(client, line.person).get(note).content.decode()
    events = AuditEvent.objects.count()

    sign_in(client, officer).head(page)
    assert not ConfidentialReading.objects.exists()
    for address in (page, page, reverse("integrity:report_answer", args=[report.reference])):
        assert client.get(address).status_code == 200
    read = ConfidentialReading.objects.get()
    assert (read.report, read.officer) == (report, officer)
    sign_in(client, colleague).get(page)

    seen = client.get(page).content.decode()
    assert officer.name in seen and colleague.name in seen and "Read by" in seen
    told = sign_in(client, line.person).get(note).content.decode()
    assert wording.moment(read.read_at) in told and officer.name not in told
    verbs = AuditEvent.objects.order_by("seq").values_list("verb", flat=True)[events:]
    assert not [verb for verb in verbs if "read" in verb or "confid" in verb]


def test_a_later_reading_is_another_and_nobody_without_the_page_leaves_one(
    client, contract, line, officer
):
    report = reported(line)
    at = clock.now()

    for later in (timedelta(), timedelta(minutes=9), timedelta(minutes=10)):
        note_reading(report=report, by=officer, at=at + later)
    assert list(ConfidentialReading.objects.values_list("read_at", flat=True)) == [
        *(at, at + timedelta(minutes=10)),
    ]
    stranger = OfficerFactory(role="integrity").user
    for person in (stranger, contract.officers[0], contract.person):
        answer = sign_in(client, person).get(reverse(NAMES[1], args=[report.reference]))
        assert answer.status_code in (403, 404)
    assert ConfidentialReading.objects.count() == 2


@pytest.mark.parametrize("sql", ["UPDATE {} SET read_at = now()", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_keeps_readings(line, officer, sql):
    note_reading(report=reported(line), by=officer, at=clock.now())

    with (
        pytest.raises(DatabaseError, match="refused|append"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql.format("contracts_confidentialreading"))


def test_a_reading_goes_into_the_daily_digest_and_older_digests_stay(line, officer):
    report = reported(line, at=clock.now() - timedelta(days=3))
    before = clock.now() - timedelta(days=1)
    anchor_confidence(at=before)
    older = ConfidentialAnchor.objects.get()
    older.reaches.pop("confidentialreading")  # as if made before readings were kept
    note_reading(report=report, by=officer, at=before)

    anchor_confidence(at=clock.now())

    newer = ConfidentialAnchor.objects.latest("day")
    assert newer.reaches["confidentialreading"] == ConfidentialReading.objects.get().pk
    assert [digest_of(anchor) for anchor in (older, newer)] == [older.digest, newer.digest]
    newer.reaches["confidentialreading"] = 0
    assert digest_of(newer) != newer.digest


def test_officers_are_reminded_once_a_week_from_seven_days_before_the_answer_is_due(line, officer):
    report = reported(line)
    at = report.answer_due - timedelta(days=7)

    assert remind_listeners(at=at - timedelta(days=1)) == 0
    assert remind_listeners(at=at) == 1
    assert remind_listeners(at=at) == 0
    assert remind_listeners(at=at + timedelta(days=7)) == 1
    answer_report(report=report, words="Here", by=officer, at=at)
    assert remind_listeners(at=at + timedelta(days=21)) == 0


def test_a_body_without_an_officer_is_asked_for_one_whether_anybody_reports_or_not(contract):
    at = clock.now()

    assert ask_for_listeners(at=at) == 1
    assert ask_for_listeners(at=at) == 0
    listener(contract)
    assert ask_for_listeners(at=at + timedelta(days=7)) == 0


def test_an_officer_of_the_lead_is_none_and_whoever_writes_is_told_so(client, contract):
    line = line_of(contract)
    page = reverse("supplier:note_write", args=[line.reference])
    listener(contract, user=contract.person)
    sign_in(client, line.person)

    assert ask_for_listeners(at=clock.now()) == 1
    assert "has named no integrity officer for this yet" in client.get(page).content.decode()

    listener(contract)
    assert ask_for_listeners(at=clock.now() + timedelta(days=7)) == 0
    assert "has named no integrity officer" not in client.get(page).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_report_or_three(
    client, contract, officer, count, django_assert_max_num_queries
):
    line = line_of(contract)
    for _ in range(count):
        reported(line)
    for person, name, cost in (
        (line.person, "supplier:note_list", 9),
        (officer, "integrity:report_list", 8),
    ):
        sign_in(client, person)
        with django_assert_max_num_queries(cost) as asked:
            client.get(reverse(name))
        print(name, len(asked))


def test_a_date_that_is_shown_is_the_one_that_counts():
    assert add_working_days(date(2026, 11, 2), 20) == date(2026, 11, 30)


def test_an_integrity_officer_begins_at_the_reports(officer):
    assert first_page(officer) == reverse("integrity:report_list")
