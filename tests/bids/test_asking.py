from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bids.actions import asking
from bids.actions.asking import MOST_WAITING, ask_clarification
from bids.models import AskerMark, ClarificationAsker
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from lots.models import Clarification
from suppliers.states import MemberRole
from tests.factories import (
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    OpenLotFactory,
    SupplierFactory,
    UserFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def address(name, competition):
    return reverse(f"supplier:{name}", kwargs={"reference": competition.reference})


def ask(client, competition, **data):
    return client.post(address("clarification_ask", competition), {"asked": "Why?"} | data)


def test_a_question_is_asked_and_only_the_own_organisation_sees_it(client):
    competition = OpenLotFactory().competition
    membership, rival = MembershipFactory(), MembershipFactory()

    sign_in(client, membership.user)
    response = ask(client, competition, asked="Marker: is there a shed?")
    own = client.get(response.url).content.decode()
    sign_in(client, rival.user)
    others = client.get(response.url).content.decode()

    assert "Marker: is there a shed?" in own
    assert "Marker" not in others
    assert ClarificationAsker.objects.get().supplier == membership.supplier


def test_the_trail_and_the_commissioner_never_learn_who_asked(client):
    competition = OpenLotFactory().competition
    membership = MembershipFactory(supplier__name="Marker Organisation", user__name="Marker Person")
    sign_in(client, membership.user)
    ask(client, competition)
    officer = OfficerFactory(commissioner=competition.commissioner).user

    event = AuditEvent.objects.about(Clarification.objects.get()).get()
    sign_in(client, officer)
    page = client.get(reverse("commissioner:clarification_list")).content.decode()

    assert event.actor is None and "Marker" not in event.detail_text
    assert "Marker" not in page


def test_an_answer_is_read_by_everybody(client):
    competition = OpenLotFactory().competition
    Clarification.objects.create(
        competition=competition,
        asked="As asked",
        asked_at=clock.now(),
        question="As published?",
        answer="Yes.",
        answered_at=clock.now(),
        answered_by=UserFactory(),
    )
    sign_in(client, MembershipFactory().user)

    page = client.get(address("clarification_list", competition)).content.decode()

    assert "As published?" in page and "Yes." in page
    assert "As asked" not in page


def test_from_the_end_of_questions_on_none_is_taken_and_a_microsecond_before_one_is():
    competition, supplier = OpenLotFactory().competition, SupplierFactory()
    ends_at = competition.clarifications_close_at
    question = {"competition": competition, "supplier": supplier, "by": UserFactory()}

    with pytest.raises(Refused) as refusal:
        ask_clarification(asked="Late", at=ends_at, **question)
    ask_clarification(asked="In time", at=ends_at - timedelta(microseconds=1), **question)

    assert refusal.value.code == "closed"
    assert Clarification.objects.get().asked == "In time"


def test_pressed_twice_it_is_one_question(client):
    competition = OpenLotFactory().competition
    sign_in(client, MembershipFactory().user)

    for _ in range(2):
        ask(client, competition)

    assert Clarification.objects.count() == 1


def test_one_organisation_cannot_flood_the_commissioner():
    competition, supplier, person = OpenLotFactory().competition, SupplierFactory(), UserFactory()
    question = {"competition": competition, "supplier": supplier, "by": person}
    for number in range(MOST_WAITING):
        ask_clarification(asked=f"Question {number}", at=clock.now(), **question)

    with pytest.raises(Refused) as refusal:
        ask_clarification(asked="One more", at=clock.now(), **question)

    assert refusal.value.code == "too_many"


@pytest.mark.parametrize("who", ["reader", "officer", "nobody"])
def test_only_owners_and_editors_ask(client, who):
    competition = OpenLotFactory().competition
    person = {
        "reader": lambda: MembershipFactory(role=MemberRole.READER).user,
        "officer": lambda: OfficerFactory(commissioner=competition.commissioner).user,
        "nobody": UserFactory,
    }[who]()
    sign_in(client, person)

    response = ask(client, competition)

    assert response.status_code in (403, 404)
    assert not Clarification.objects.exists()


def test_a_forged_lot_or_organisation_is_refused(client):
    competition, elsewhere = OpenLotFactory().competition, OpenLotFactory()
    first = MembershipFactory()
    MembershipFactory(user=first.user)
    sign_in(client, first.user)

    lot = ask(client, competition, lot=str(elsewhere.reference))
    organisation = ask(client, competition, supplier=str(SupplierFactory().reference))

    assert lot.status_code == organisation.status_code == 200
    assert not Clarification.objects.exists()


@pytest.mark.parametrize("asked", ["", "   ", "\x00", "word " * 301, "a" * 200_000])
def test_a_bad_question_is_refused_by_its_field(client, asked):
    competition = OpenLotFactory().competition
    sign_in(client, MembershipFactory().user)

    response = ask(client, competition, asked=asked)

    assert response.status_code == 200
    assert "Error:" in response.content.decode().split("</title>")[0]


def test_a_draft_competition_has_no_questions_page(client):
    competition = LotFactory().competition
    sign_in(client, MembershipFactory().user)

    assert client.get(address("clarification_list", competition)).status_code == 404


def test_the_same_asker_has_the_same_mark_here_and_another_one_elsewhere(monkeypatch):
    drawn = iter("KQMZ")
    monkeypatch.setattr(asking, "_drawn", lambda taken: next(drawn))
    here, elsewhere = OpenLotFactory().competition, OpenLotFactory().competition
    one, other = SupplierFactory(), SupplierFactory()

    def mark(competition, supplier, asked):
        return ask_clarification(
            competition=competition,
            supplier=supplier,
            asked=asked,
            by=UserFactory(),
            at=clock.now(),
        ).mark

    marks = [mark(here, one, "1?"), mark(here, other, "2?"), mark(here, one, "3?")]

    assert marks == ["K", "Q", "K"]
    assert mark(elsewhere, one, "4?") == "M"


def test_marks_are_drawn_from_those_that_are_free_and_in_no_order():
    drawn = {asking._drawn(set("ABCDEFGH")) for _ in range(200)}
    all_taken = set(asking.LETTERS)

    assert drawn <= all_taken - set("ABCDEFGH") and len(drawn) > 5
    assert len(asking._drawn(all_taken)) == 2


def test_a_mark_that_somebody_else_has_just_drawn_is_drawn_anew(monkeypatch):
    drawn = iter("KKM")
    monkeypatch.setattr(asking, "_drawn", lambda taken: next(drawn))
    competition = OpenLotFactory().competition

    marks = [
        ask_clarification(
            competition=competition, supplier=SupplierFactory(), asked="?", by=UserFactory(), at=at
        ).mark
        for at in [clock.now()] * 2
    ]

    assert marks == ["K", "M"]


def test_officers_read_the_mark_and_bidders_do_not(client):
    competition = OpenLotFactory().competition
    membership = MembershipFactory(supplier__name="Marker Organisation")
    asked = ask_clarification(
        competition=competition,
        supplier=membership.supplier,
        asked="Why?",
        by=membership.user,
        at=clock.now(),
    )
    officer = OfficerFactory(commissioner=competition.commissioner).user
    sign_in(client, officer)
    officers = client.get(
        reverse("commissioner:competition_clarifications", args=[competition.reference])
    ).content.decode()
    sign_in(client, membership.user)
    bidders = client.get(address("clarification_list", competition)).content.decode()

    assert f"Asker {asked.mark}" in officers and "Marker" not in officers
    assert "Asker" not in bidders


def test_the_database_keeps_marks_as_they_are():
    mark = AskerMark.objects.create(
        competition=OpenLotFactory().competition, supplier=SupplierFactory(), mark="B"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        AskerMark.objects.filter(pk=mark.pk).update(mark="C")
