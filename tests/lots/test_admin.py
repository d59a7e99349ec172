"""The admin of competitions and lots: a window, and the same actions behind it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lots.actions.changes import change_competition
from lots.actions.drafting import add_document
from lots.actions.extending import propose_extension
from lots.actions.publishing import publish_competition
from lots.models import (
    Clarification,
    Competition,
    CompetitionChange,
    CompetitionDocument,
    Criterion,
    DeadlineExtension,
    KeyShare,
    Lot,
    Opener,
    OpenerKey,
    OpenerProof,
    Question,
    SealingKey,
)
from lots.states import CompetitionState
from tests.factories import OfficerFactory, UserFactory
from tests.ground.documents.samples import upload
from tests.lots.pages import text
from tests.lots.ready import colleagues, midday, ready_draft
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

MODELS = [
    Competition,
    Lot,
    Criterion,
    Question,
    CompetitionDocument,
    CompetitionChange,
    DeadlineExtension,
    Clarification,
    Opener,
    OpenerKey,
    OpenerProof,
    SealingKey,
    KeyShare,
]


def administrator(person=None):
    person = person or UserFactory()
    person.is_staff = person.is_superuser = True
    person.save()
    return sign_in(Client(), person)


def address(model, page, *args):
    return reverse(f"admin:lots_{model._meta.model_name}_{page}", args=args)


def whole(officer):
    """A published competition with one of everything."""
    competition, at, by = ready_draft(officer), timezone.now(), officer.user
    add_document(
        competition=competition,
        upload=upload(name=f"{competition.pk}.pdf"),
        title="Terms",
        by=by,
        at=at,
    )
    publish_competition(competition=competition, by=by, at=at)
    competition.refresh_from_db()
    change_competition(
        competition=competition, changes={"summary": "New"}, reason="R", by=by, at=at
    )
    extension = propose_extension(
        competition=competition, closes_at=midday(37), reason="R", by=by, at=at
    )
    Clarification.objects.create(competition=competition, asked="Why?", asked_at=at)
    return extension


@pytest.mark.parametrize("model", MODELS)
def test_each_is_listed_searched_looked_at_and_never_changed(model):
    whole(OfficerFactory())
    client, row = administrator(), model.objects.first()

    shown = [
        client.get(address(model, "changelist")),
        client.get(address(model, "changelist"), {"q": "Wellbeing"}),
        client.get(address(model, "change", row.pk)),
    ]
    refused = [
        client.get(address(model, "add")),
        client.post(address(model, "change", row.pk), {"title": "x", "closes_at_0": "2030-01-01"}),
        client.post(address(model, "delete", row.pk), {"post": "yes"}),
    ]

    assert [response.status_code for response in shown] == [200, 200, 200]
    assert [response.status_code for response in refused] == [403, 403, 403]


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_for_one_or_three(model):
    client = administrator()

    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(address(model, "changelist"))
        return len(queries)

    whole(OfficerFactory())
    cost()
    one = cost()
    for _ in range(2):
        whole(OfficerFactory())

    assert cost() == one


def act(client, model, name, row):
    sent = {"action": name, "_selected_action": [row.pk]}
    return text(client.post(address(model, "changelist"), sent, follow=True))


def test_nothing_is_published_in_the_admin_where_the_recovery_words_would_be_lost():
    officer = OfficerFactory()
    draft = ready_draft(officer)

    act(administrator(officer.user), Competition, "publish", draft)

    draft.refresh_from_db()
    assert draft.state == CompetitionState.DRAFT


def test_no_admin_page_shows_a_key_or_a_share():
    whole(OfficerFactory())
    client = administrator()
    key, share = SealingKey.objects.first(), KeyShare.objects.first()
    secret = [
        bytes(share.opener_key.wrapped_key),
        bytes(share.sealed),
        SealingKey.objects.get(part="rehearsal").open_share.encode(),
    ]

    shown = [
        client.get(address(model, "change", row.pk)).content
        for model, row in ((SealingKey, key), (KeyShare, share), (OpenerKey, share.opener_key))
    ]

    for page in shown:
        assert not any(text in page or text.hex().encode() in page for text in secret)


def test_a_deadline_is_moved_by_a_second_officer_and_not_by_an_administrator():
    first, second = colleagues()
    extension = whole(first)

    outsider = act(administrator(), DeadlineExtension, "confirm", extension)
    alone = act(administrator(first.user), DeadlineExtension, "confirm", extension)
    done = act(administrator(second.user), DeadlineExtension, "confirm", extension)

    extension.competition.refresh_from_db()
    assert "Only officers who run the competition move a deadline" in outsider
    assert "A second officer must confirm it" in alone
    assert "1 confirmed" in done
    assert extension.competition.closes_at == midday(37)


def test_a_deadline_is_left_by_rejecting():
    first, second = colleagues()
    extension = whole(first)

    done = act(administrator(second.user), DeadlineExtension, "reject", extension)

    extension.refresh_from_db()
    assert "1 rejected" in done
    assert extension.rejected_by == second.user
