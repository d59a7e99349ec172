"""What a subcontractor says in confidence shows nowhere but to itself and the integrity officer.

Each page that somebody can reach is read twice, with the clock standing still: before anything is
said, and after it was said, answered and closed, a finding raised and everybody written to. Not a
letter may differ, and for the lead not a query.
"""

import base64
import re
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import resolve, reverse

from contracts.actions.anchoring import anchor_confidence
from contracts.actions.integrity import raise_integrity_finding, settle_integrity_finding
from contracts.actions.retaliation import find_retaliation
from contracts.actions.voice import add_words, answer_report, close_report
from contracts.actions.voice_reminders import ask_for_listeners, remind_listeners
from contracts.models import ConfidentialMessage, IntegrityFinding
from contracts.states import CaseKind, IntegrityKind
from framework_portal import background, clock
from framework_portal.audit.models import AuditEvent
from framework_portal.notifications import outbox
from framework_portal.notifications.tasks import sweep
from suppliers.states import MemberRole
from tests.contracts.building import named, signed_contract
from tests.contracts.cases import heard, raised
from tests.contracts.voices import line_of, listener, periods, reported
from tests.factories import (
    AssessorFactory,
    MembershipFactory,
    OfficerFactory,
    UserFactory,
)
from tests.journeys.onlooking import (
    OWN,
    Onlooker,
    admin_addresses,
    difference,
    read_for_reports,
)

pytestmark = pytest.mark.django_db

WORDS = "Marker-Words-Dotterel"
MORE = "Marker-More-Dunlin"
ANSWER = "Marker-Answer-Redshank"
REASON = "Marker-Reason-Greenshank"
VIEW = "Marker-View-Lapwing"  # of a subcontractor, on what its lead asks for
CHAIN = "Marker-Chain-Turnstone"  # what another bidder says of its own subcontractors
# Once a minute, whoever looks at whatever: when a session was last seen.
OF_THE_SESSION = re.compile(r"SAVEPOINT|usersessions_usersession|UPDATE .django_session")
LOGGED = re.compile(rb"\b[0-9A-F]{8}\b")  # what an error page and the log are matched by
NAMES = ["supplier:note", "supplier:note_write", "integrity:report", "integrity:finding"]
SECRETS = [WORDS, MORE, ANSWER, REASON]


@pytest.fixture
def contract():
    """Signed, with two named; another bidder named its own and lost."""
    periods()
    return signed_contract(2, more=[{"subcontractors": [named(role=CHAIN)]}])


@pytest.fixture
def line(contract):
    return line_of(contract)


@pytest.fixture
def listening(contract):
    return listener(contract)


@pytest.fixture
def onlookers(contract, line):
    """Everybody but the writer and the officer who hears; the lead comes first."""
    body = contract.commissioner
    other_line = line_of(contract, 2)
    rival = contract.lot.bids.exclude(supplier=contract.supplier).get().supplier
    colleague = MembershipFactory(supplier=line.supplier, role=MemberRole.EDITOR)
    return [
        Onlooker("the lead", "public", "supplier", user=contract.person),
        Onlooker(
            "another bidder",
            *("public", "supplier"),
            user=MembershipFactory(supplier=rival, role=MemberRole.OWNER).user,
        ),
        Onlooker("another subcontractor", "public", "supplier", user=other_line.person),
        Onlooker("a colleague of the writer", "public", "supplier", user=colleague.user),
        Onlooker("an officer who runs the contract", "commissioner", user=contract.officers[0]),
        Onlooker("another body's officer", "commissioner", user=OfficerFactory().user),
        Onlooker(
            "another body's integrity officer",
            "integrity",
            user=OfficerFactory(role="integrity").user,
        ),
        Onlooker("an assessor", "assessor", user=AssessorFactory(commissioner=body).user),
        Onlooker("a stranger", "public"),
        Onlooker(
            "an administrator",
            *("public", "supplier", "commissioner", "assessor", "integrity"),
            user=UserFactory(is_staff=True, is_superuser=True),
        ),
    ]


@pytest.fixture
def asked_of_workers(monkeypatch):
    """What tasks were asked for, with their arguments."""
    asked = []
    for module in (background, outbox):
        monkeypatch.setattr(module, "publish", lambda *args: asked.append(args))
    return asked


def things_of(contract):
    """What addresses may name."""
    line = contract.subcontractors.get(position=1)
    of = (contract, line, contract.lot, contract.lot.competition, contract.award.bid)
    return [each.reference for each in of]


def say_everything(line, listening, at):
    """One report that is closed, one that is overdue, and a finding of each kind, one settled."""
    closed = reported(line, words=WORDS, kind="pressure", at=at)
    add_words(report=closed, words=MORE, by=line.person)
    answer_report(report=closed, words=ANSWER, by=listening, at=at)
    close_report(report=closed, outcome="advised", words=REASON, by=listening, at=at)
    left = reported(line, words=WORDS, kind="exclusivity", only_author=True, at=at)
    about = {
        name: getattr(left, f"{name}_id") for name in ("commissioner", "supplier", "lead", "lot")
    }
    for kind in IntegrityKind.values:
        raise_integrity_finding(
            kind,
            key=f"{kind}:walk",
            at=at,
            report=left,
            **{name: getattr(left, name) for name in about},
        )
    finding = IntegrityFinding.objects.first()
    settle_integrity_finding(finding=finding, words=REASON, by=listening, at=at)
    remind_listeners(at=left.answer_due + timedelta(days=1))
    ask_for_listeners(at=at)
    return closed, left


class Asked:
    """The statements that were put to the database, without their values."""

    def __init__(self):
        self.statements = []

    def __call__(self, execute, sql, params, many, context):
        if not OF_THE_SESSION.search(sql):
            self.statements.append(sql)
        return execute(sql, params, many, context)


def queries_of(onlooker):
    """What each page of theirs asks the database."""
    found = {}
    for address in onlooker.reached:
        asked = Asked()
        with connection.execute_wrapper(asked):
            onlooker.client.get(address)
        found[address] = asked.statements
    return found


def never_the_same_twice(address):
    """All but what is made anew with every look: keys that the browser's journal lies under."""
    return not address.endswith("/keys/")


def of_contracts(address):
    """Pages that name nothing, and those of contracts: the others know of no contract."""
    is_general = not re.search(r"[0-9a-f]{8}-", address)
    return is_general or resolve(address).func.__module__.startswith("contracts.")


def test_nobody_but_the_two_parties_is_told_of_a_report(
    contract,
    line,
    listening,
    onlookers,
    asked_of_workers,
    caplog,
    django_capture_on_commit_callbacks,
    mailoutbox,
):
    at = clock.now()
    references = things_of(contract)
    anchor_confidence(at=at)
    for onlooker in onlookers:
        only = never_the_same_twice if onlooker is onlookers[0] else of_contracts
        onlooker.explore(references, [contract.lot.reference], only)
    onlookers[-1].reached += admin_addresses(line.name, rows=1)
    lead = onlookers[0]
    own = reverse("supplier:contract", args=[contract.reference])
    assert own in lead.reached
    call_command("apply_grants", "--create-roles", verbosity=0)
    sweep()
    mailoutbox.clear()
    reports, events = read_for_reports(), AuditEvent.objects.count()
    with clock.fixed_at(at):
        before = {onlooker: onlooker.look() for onlooker in onlookers}
        asked_before = queries_of(lead)
        with django_capture_on_commit_callbacks(execute=True):
            closed, left = say_everything(line, listening, at)
        after = {onlooker: onlooker.look() for onlooker in onlookers}
        asked_after = queries_of(lead)

    for onlooker in onlookers:
        told = {
            address: found
            for address, page in before[onlooker].items()
            if (found := difference(page, after[onlooker][address]))
        }
        assert sorted(told) == [], f"{onlooker.name} sees that there is a report"
    assert asked_before == asked_after, "the lead's pages ask something else"
    assert AuditEvent.objects.count() == events
    assert read_for_reports() == reports

    theirs = [closed.reference, left.reference]
    theirs += [row.reference for row in ConfidentialMessage.objects.all()]
    theirs += [row.reference for row in IntegrityFinding.objects.all()]

    # Tasks, logs, mails and caches.
    with clock.fixed_at(at):
        sweep()
    outside = f"{asked_of_workers}{caplog.text}"
    hidden = [*SECRETS, *map(str, theirs)]
    assert not [secret for secret in hidden if secret in outside]
    assert {address for mail in mailoutbox for address in mail.to} == {
        line.person.email,
        listening.email,
    }
    for mail in mailoutbox:
        told = f"{mail.subject}{mail.body}{mail.message()}"
        assert not [secret for secret in (*hidden, line.name) if secret in told], mail.subject
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM portal_cache")
        kept = "".join(f"{key}{base64.b64decode(value)}" for key, value in cursor.fetchall())
    assert not [secret for secret in hidden if secret in kept]

    # Nor does a reference help: it is as unknown as one that is nobody's.
    for onlooker in onlookers:
        for name in (
            "supplier:note",
            "supplier:note_write",
            "integrity:report",
            "integrity:finding",
        ):
            for reference in theirs:
                tried = (reference, uuid.uuid4())
                answers = [onlooker.client.get(reverse(name, args=[each])) for each in tried]
                assert_alike(answers, tried, f"{onlooker.name} reads {name}")

    # And it was there to be found: the two parties read it at the same addresses.
    seen = Onlooker("the writer", "supplier", user=line.person)
    heard = Onlooker("the officer who hears", "integrity", user=listening)
    for onlooker in (seen, heard):
        onlooker.explore(theirs, [], of_contracts)
        whole = b"".join(body for _status, _etag, body in onlooker.look().values()).decode()
        assert [secret for secret in SECRETS if secret not in whole] == [], onlooker.name


def assert_alike(answers, references, words):
    assert {answer.status_code for answer in answers} <= {302, 403, 404, 405}, words
    bodies = [
        LOGGED.sub(b"", OWN.sub(b"", answer.content)).replace(str(reference).encode(), b"")
        for answer, reference in zip(answers, references, strict=True)
    ]
    assert answers[0].status_code == answers[1].status_code, words
    assert bodies[0] == bodies[1], words


def test_another_bidders_chain_is_shown_to_the_buying_side_alone(contract, onlookers):
    rivals = contract.lot.bids.exclude(supplier=contract.supplier).get()
    references = [contract.lot.reference, rivals.reference]
    found = []
    for onlooker in (onlookers[0], onlookers[4]):
        onlooker.explore(references, [contract.lot.reference], never_the_same_twice)
        told = [address for address, page in onlooker.look().items() if CHAIN.encode() in page[2]]
        found += [onlooker.name] if told else []

    assert found == ["an officer who runs the contract"]


def test_a_subcontractors_view_of_a_case_is_read_by_itself_and_the_commissioner(
    contract, line, onlookers
):
    case = raised(contract, CaseKind.END, line=line)
    heard(case, words=VIEW)
    references = [contract.reference, case.reference, line.reference]
    writer = Onlooker("who gave the view", "supplier", user=case.affected)
    found = set()
    for onlooker in (*onlookers, writer):
        onlooker.explore(references, [contract.lot.reference], of_contracts)
        if any(VIEW.encode() in body for _status, _etag, body in onlooker.look().values()):
            found.add(onlooker.name)

    assert found == {
        *(writer.name, "a colleague of the writer", "an officer who runs the contract"),
    }


def test_the_walk_tells_of_a_single_number_on_a_page(contract, line, listening):
    """What the officer's list says before and after is a difference, so the walk is one."""
    heard = Onlooker("the officer who hears", "integrity", user=listening)
    heard.explore([], [])
    before = heard.look()
    reported(line)
    after = heard.look()

    told = [address for address in before if difference(before[address], after[address])]
    assert told == [reverse("integrity:report_list")]


def test_an_end_asked_of_another_body_tells_its_officers_nothing_of_the_report(contract, line):
    """Who took the report has a finding that it came; who is asked for the end has none."""
    other = signed_contract([named(line.supplier)], lead=contract.supplier)
    raised(other, CaseKind.END, line=line_of(other))
    hears = Onlooker("who took the report", "integrity", user=listener(contract))
    asked = [
        Onlooker("the integrity officer of who is asked", "integrity", user=listener(other)),
        Onlooker("the officer of who is asked", "commissioner", user=other.officers[0]),
    ]
    at = clock.now()
    for onlooker in (hears, *asked):
        onlooker.explore([other.reference], [])
    with clock.fixed_at(at):
        before = {onlooker: onlooker.look() for onlooker in (hears, *asked)}
        reported(line, at=at - timedelta(days=3))
        assert find_retaliation(at=at) == 1
        after = {onlooker: onlooker.look() for onlooker in (hears, *asked)}

    told = {
        onlooker.name: {
            address
            for address in onlooker.reached
            if difference(before[onlooker][address], after[onlooker][address])
        }
        for onlooker in (hears, *asked)
    }
    assert told.pop(hears.name) == {
        reverse("integrity:report_list"),
        reverse("integrity:finding_list"),
    }
    assert set(map(frozenset, told.values())) == {frozenset()}
