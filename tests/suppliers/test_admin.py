"""The admin over suppliers: read-only, without a query a row, acting through the actions."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from framework_portal.admin import ReadOnlyAdmin
from suppliers.actions.checking import check_supplier, run_due
from suppliers.actions.standing import give_removal_notice
from suppliers.models import (
    Answer,
    JoiningQuestion,
    MorePoint,
    OrganisationInvitation,
    Supplier,
)
from suppliers.states import QualificationState
from tests.factories import (
    AssessorFactory,
    IdentifierFactory,
    InvitationFactory,
    JoiningQuestionFactory,
    MembershipFactory,
    QualificationFactory,
    SubmittedApplicationFactory,
    UserFactory,
)
from tests.signing_in import sign_in
from tests.suppliers.test_checking import show

pytestmark = pytest.mark.django_db
# That somebody is asked in by a supplier tells that it bids: it is in no list.
MODELS = [
    model
    for model in apps.get_app_config("suppliers").get_models()
    if not model._meta.auto_created and model is not OrganisationInvitation
]


@pytest.fixture
def administrator(client):
    person = UserFactory(is_staff=True, is_superuser=True)
    sign_in(client, person)
    return person


def changelist(model):
    return reverse(f"admin:suppliers_{model._meta.model_name}_changelist")


def make_one_of_each():
    qualification = QualificationFactory()
    supplier, at = qualification.supplier, timezone.now()
    MembershipFactory(supplier=supplier)
    IdentifierFactory(supplier=supplier)
    InvitationFactory(supplier=supplier)
    question = JoiningQuestionFactory()
    show(supplier, question, None)
    application = SubmittedApplicationFactory(supplier=supplier)
    Answer.objects.create(
        application=application, question=question, saved_at=at, saved_by=UserFactory()
    )
    MorePoint.objects.create(
        application=application, needed="x", question=question, asked_at=at, asked_by=UserFactory()
    )
    give_removal_notice(qualification=qualification, reasons="x", by=AssessorFactory().user, at=at)
    check_supplier(supplier=supplier, at=at)
    run_due(at=at)


def test_every_model_is_in_the_admin_and_only_questions_can_be_changed():
    for model in MODELS:
        registered = admin.site._registry[model]
        assert isinstance(registered, ReadOnlyAdmin) == (model is not JoiningQuestion)


def test_no_list_costs_a_query_a_row(client, administrator):
    make_one_of_each()
    costs = {}
    for model in MODELS:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(changelist(model)).status_code == 200
        costs[model] = len(queries)
    for _ in range(2):
        make_one_of_each()

    for model in MODELS:
        with CaptureQueriesContext(connection) as queries:
            client.get(changelist(model), {"q": "test"})
            client.get(changelist(model))
        assert len(queries) <= 2 * costs[model] + 2, model


def test_each_thing_opens(client, administrator):
    make_one_of_each()

    for model in MODELS:
        thing = model.objects.first()
        if thing is not None:
            page = reverse(f"admin:suppliers_{model._meta.model_name}_change", args=[thing.pk])
            assert client.get(page).status_code == 200, model


def test_suspending_in_the_admin_goes_through_the_action_and_shows_refusals(client, administrator):
    first, second = QualificationFactory.create_batch(2)
    page = changelist(type(first))
    chosen = {"_selected_action": [first.pk, second.pk], "action": "suspend"}

    refused = client.post(page, {**chosen, "reasons": ""}, follow=True)
    first.refresh_from_db()
    assert "Give your reasons" in refused.text
    assert first.state == QualificationState.GRANTED

    client.post(page, {**chosen, "reasons": "Complaints"})
    first.refresh_from_db()
    assert (first.state, first.reasons) == (QualificationState.SUSPENDED, "Complaints")
    assert first.decisions.get().decided_by == administrator

    client.post(page, {**chosen, "action": "reinstate"})
    first.refresh_from_db()
    assert first.state == QualificationState.GRANTED


def test_nothing_of_a_supplier_is_written_past_the_actions(client, administrator):
    supplier = QualificationFactory().supplier
    page = reverse("admin:suppliers_supplier_change", args=[supplier.pk])

    assert client.post(page, {"name": "Forged"}).status_code == 403
    assert client.post(page.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert not Supplier.objects.filter(name="Forged").exists()
