"""Every page, for everybody who may open it, under every hostile input: never a 500.

The pages are found in the addresses themselves, so a new one is tried without being named here.
"""

import logging
import re
import uuid
from html.parser import HTMLParser
from itertools import product

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from contracts.actions.integrity import raise_integrity_finding
from contracts.models import IntegrityFinding
from contracts.states import IntegrityKind
from framework_portal.accounts.models import User
from framework_portal.reference.states import OfficerRole
from tests.contracts import quarters, voices
from tests.contracts.building import made_contract
from tests.contracts.cases import raised
from tests.factories import (
    ApplicationFactory,
    AssessorFactory,
    BidFactory,
    CompetitionFactory,
    CriterionFactory,
    IdentifierFactory,
    InvitationFactory,
    JoiningQuestionFactory,
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    QuestionFactory,
    SubmittedApplicationFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

LONG = "x" * 5_000
HOSTILE = [
    "",
    "\x00",
    f"<script>alert(1)</script>{{{{ form }}}}\r\n\t\x0b\x1f\ufeff\u202e{LONG}",
    "9" * 4_400,
    "-1e999",
    str(uuid.UUID(int=0)),
    "9223372036854775808",
]
# Each field meets another value in each round.
ROUNDS = 3
ALWAYS = ["page", "next", "q", "o", "p", "edition", "reference", "words", "state", "order"]
# Where each role's own pages lie; strangers walk everything else.
HOME = {
    "supplier": "supplier/",
    "commissioner": "commissioner/",
    "assessor": "assessor/",
    "integrity": "integrity/",
    "administrator": "account/",
}
# Signing out would end the walk; the broken address is for browsers' reports and tested there.
LEFT_OUT = {"account_logout", "content_security"}


class Names(HTMLParser):
    """The names of all controls of a page."""

    def __init__(self, html):
        super().__init__()
        self.found, self.files = set(), set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag in ("input", "textarea", "select", "button") and attrs.get("name"):
            kind = self.files if attrs.get("type") == "file" else self.found
            kind.add(attrs["name"])


def patterns(resolver, before="", spaces=()):
    """Every address of the portal, like supplier/bids/<uuid:reference>/, but for the admin."""
    for each in resolver.url_patterns:
        address = before + str(each.pattern)
        if isinstance(each, URLResolver):
            own = (*spaces, each.namespace) if each.namespace else spaces
            yield from patterns(each, address, own)
        elif each.name not in LEFT_OUT and "admin" not in spaces:
            yield address


ADDRESSES = sorted(set(patterns(get_resolver())))


@pytest.fixture
def world():
    """One of each thing, and somebody in each role, all belonging together."""
    officer = OfficerFactory()
    draft = CompetitionFactory(commissioner=officer.commissioner)
    question = QuestionFactory(criterion=CriterionFactory(competition=draft))
    lot = LotFactory(competition=draft)
    bid = BidFactory()
    bid.lot.competition.commissioner.officers.create(user=officer.user, role="commissioner")
    supplier = bid.supplier
    member = MembershipFactory(supplier=supplier)
    application = ApplicationFactory(supplier=supplier)
    handed_in = SubmittedApplicationFactory()
    JoiningQuestionFactory()
    things = [
        draft,
        question,
        question.criterion,
        lot,
        bid,
        bid.lot,
        bid.lot.competition,
        supplier,
        application,
        handed_in,
        handed_in.supplier,
        InvitationFactory(supplier=supplier),
        IdentifierFactory(supplier=supplier),
        member,
        *contract_things(officer.user, member.user),
    ]
    people = {
        "stranger": None,
        "supplier": member.user,
        "commissioner": officer.user,
        "assessor": AssessorFactory().user,
        "integrity": OfficerFactory(
            commissioner=things[-1].commissioner, role=OfficerRole.INTEGRITY
        ).user,
        "administrator": User.objects.create_superuser("root@test.example", LONG[:30], name="Root"),
    }
    return things, people


def contract_things(officer, person):
    """A signed contract and one that is not, with all that hangs on the first.

    `officer` runs both. `person` belongs to the lead, and to the subcontractor of the first line.
    """
    voices.periods()
    contract = quarters.running(2)
    draft = made_contract(1)
    for each in (contract, draft):
        each.commissioner.officers.create(user=officer, role="commissioner")
        MembershipFactory(supplier=each.supplier, user=person)
    quarters.sent(contract, 1)
    line = contract.subcontractors.get(position=1)
    MembershipFactory(supplier=line.supplier, user=person)
    return [
        line,
        quarters.quarter_of(contract, 2),
        quarters.quarter_of(contract, 1),
        quarters.line_of(contract),
        quarters.report_of(contract),
        raised(contract, line=line),
        (report := voices.reported(line, by=person)),
        found_in_confidence(report),
        draft,
        contract,
    ]


def found_in_confidence(report):
    """A finding that waits for the integrity officer."""
    about = ("commissioner", "supplier", "lead", "lot")
    raise_integrity_finding(
        IntegrityKind.RETALIATION,
        key="hostile-walk",
        at=report.made_at,
        report=report,
        **{name: getattr(report, name) for name in about},
    )
    return IntegrityFinding.objects.get(key="hostile-walk")


def filled(address, things, found):
    """The address with each thing in each place where one may stand.

    `found` says which thing opened an address that begins alike; it is the one that fits here too.
    """
    places = re.findall(r"<(?:(\w+):)?\w+>", address)
    if not places and any(sign in address for sign in "(^\\"):
        return  # an expression of a library; its own tests have it
    known = [str(thing.reference) for thing in things if hasattr(thing, "reference")]
    kept = {"uuid": known, "int": ["1", "9" * 30], "slug": ["x"], "str": ["x", "%2e%2e"]}
    choices = [kept.get(kind or "str", ["x"]) for kind in places]
    if beginning(address) in found:
        choices[0] = [found[beginning(address)]]
    for values in product(*choices):
        tried = address
        for value in values:
            tried = re.sub(r"<[^>]+>", value, tried, count=1)
        yield values[:1], f"/{tried}"


def beginning(address):
    """The address up to its first place."""
    return address.partition(">")[0]


def answers(request, *args, **kwargs):
    """The answer, with whatever it changed taken back."""
    with transaction.atomic():
        answer = request(*args, **kwargs)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    return answer


@pytest.mark.parametrize("role", ["stranger", *HOME])
def test_no_input_breaks_any_page(world, role):
    logging.disable(logging.CRITICAL)
    things, people = world
    client = Client(raise_request_exception=False)
    if people[role]:
        sign_in(client, people[role])
    own = tuple(HOME.values()) if role == "stranger" else HOME[role]

    broken, opened, found = [], set(), {}
    for address in ADDRESSES:
        if address.startswith(own) is (role == "stranger"):
            continue
        for first, url in filled(address, things, found):
            page = answers(client.get, url)
            assert page.status_code < 500, url
            if page.status_code in (200, 405):
                found.update({beginning(address): first[0]} if first else {})
                opened.add(address)
                sent = attack(client, url, page)
                broken += [f"{method} {url} {str(what)[:300]}" for method, what in sent]
                break
    logging.disable(logging.NOTSET)

    assert broken == []
    assert len(opened) > 4
    if role == "integrity":  # each of its own pages has something to show
        assert opened == {address for address in ADDRESSES if address.startswith(own)}


def attack(client, url, page):
    """What ended in a 500 on this page, and how it was sent."""
    is_html = page.status_code == 200 and "html" in page["Content-Type"] and not page.streaming
    names = Names(page.content.decode() if is_html else "")
    fields = (names.found | set(ALWAYS)) - {"csrfmiddlewaretoken"}
    for turn in range(ROUNDS):
        hostile = {
            name: HOSTILE[(place + turn) % len(HOSTILE)]
            for place, name in enumerate(sorted(fields))
        }
        if answers(client.get, url, hostile).status_code >= 500:
            yield "GET", hostile
        upload = {name: SimpleUploadedFile("..\\\x00.pdf", b"%PDF-\x00") for name in names.files}
        if answers(client.post, url, hostile | upload).status_code >= 500:
            yield "POST", hostile
