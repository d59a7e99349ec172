"""The admin is a window onto the ground: everything can be looked at, nothing changed or opened."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from framework_portal.audit import trail
from framework_portal.audit.models import AuditEvent
from framework_portal.documents.actions import store_document
from framework_portal.documents.models import Document
from framework_portal.notifications.models import Message
from framework_portal.notifications.outbox import queue
from framework_portal.sealing.admin import SealedOfferAdmin
from framework_portal.sealing.envelope import seal
from framework_portal.sealing.models import SealedOffer
from tests.ground.documents.samples import upload
from tests.ground.people import person
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

MODELS = [AuditEvent, Document, Message, SealedOffer]


@pytest.fixture
def administrator(client):
    someone = person(is_staff=True, is_superuser=True)
    sign_in(client, someone)
    return someone


def make(model, letters, count=1):
    for number in range(count):
        if model is AuditEvent:
            trail.record("a", person(), by=person())
        elif model is Document:
            store_document(
                upload=upload(name=f"MARKER{number}.pdf"), purpose="evidence", by=person()
            )
        elif model is Message:
            queue("welcome", to="a@example.org", key=f"k{number}")
        else:
            seal({"method": "MARKER"}, purpose="opened", bound_to={})


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path / "documents"


@pytest.mark.parametrize("model", MODELS)
def test_each_is_listed_searched_and_looked_at_and_never_opened(
    model, client, administrator, letters
):
    make(model, letters)
    row = model.objects.last()

    for page in (
        address(model, "changelist"),
        address(model, "changelist") + "?q=nothing",
        address(model, "change", row.pk),
    ):
        response = client.get(page)
        assert response.status_code == 200, page
        assert "MARKER" not in response.content.decode()
    shown = client.get(address(model, "change", row.pk)).content.decode()
    assert "Audit trail" in shown
    assert 'name="_save"' not in shown


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_added_changed_or_deleted(model, client, administrator, letters):
    make(model, letters)
    row = model.objects.last()

    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "change", row.pk), {}).status_code == 403
    assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    client.post(
        address(model, "changelist"),
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_a_list_costs_the_same_for_one_row_or_many(model, client, administrator, letters):
    make(model, letters)
    client.get(address(model, "changelist"))
    with CaptureQueriesContext(connection) as one:
        client.get(address(model, "changelist"))
    make(model, letters, count=5)
    with CaptureQueriesContext(connection) as many:
        client.get(address(model, "changelist"))

    assert len(many) == len(one)


def test_the_trail_of_a_thing_is_one_click_from_it(client, administrator):
    subject, other = person(), person()
    trail.record("seen", subject)
    trail.record("unseen", other)

    link = SealedOfferAdmin(SealedOffer, None).audit_link(subject)
    page = client.get(link.split('"')[1].replace("&amp;", "&")).content.decode()

    assert ">seen<" in page and ">unseen<" not in page


def test_a_message_that_was_given_up_can_be_tried_again(client, administrator, letters):
    queue("welcome", to="a@example.org")
    Message.objects.update(attempts=12)
    row = Message.objects.get()

    client.post(
        address(Message, "changelist"), {"action": "send_again", "_selected_action": [row.pk]}
    )

    assert Message.objects.due().get() == row
    assert [event.verb for event in AuditEvent.objects.about(row)] == ["message.tried_again"]
