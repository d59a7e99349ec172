import uuid

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from bids.actions.attaching import attach_document
from bids.models import (
    Arrival,
    Award,
    Bid,
    BidDocument,
    ClarificationAsker,
    ConsentRequest,
    ExclusivityAnswer,
    NamedConsent,
    NamedSubcontractor,
    Opening,
    OpeningApproval,
    QuestionDraft,
    Submission,
    UnsavedEntry,
)
from framework_portal import clock
from framework_portal.accounts.models import StashedForm
from framework_portal.audit.models import AuditEvent
from framework_portal.documents.models import Document
from framework_portal.notifications.models import Message
from framework_portal.sealing.models import SealedOffer
from tests.bids.bidding import complete_bid, submit
from tests.bids.consenting import named
from tests.bids.evaluated import officers, opened
from tests.bids.test_bidder_pages import a_file
from tests.factories import UserFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
# Rows that exist only after opening, or that say nothing of bids.
PUBLIC = [Award, NamedSubcontractor, Opening, OpeningApproval]
TELLING = [Bid, BidDocument, Arrival, Submission, AuditEvent, Message, SealedOffer, Document]


@pytest.fixture
def bid():
    bid = complete_bid()
    bid.file = attach_document(bid=bid, upload=a_file("p.csv"), by=bid.person, at=clock.now())
    bid.submission = submit(bid)
    return bid


@pytest.fixture
def administrator(client):
    return sign_in(client, UserFactory(is_staff=True, is_superuser=True))


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def belonging(bid):
    """A row of each kind that tells of the bid."""
    return [
        bid,
        bid.file,
        bid.submission.arrival,
        bid.submission,
        AuditEvent.objects.about(bid).last(),
        Message.objects.filter(kind="bid_received").first(),
        bid.submission.offer,
        bid.file.document,
    ]


@pytest.mark.parametrize("model", TELLING)
def test_before_opening_no_list_of_the_admin_tells_of_a_bid(administrator, bid, model):
    page = administrator.get(changelist(model)).content.decode()

    for mark in (
        bid.supplier.name,
        str(bid.reference),
        str(bid.submission.reference),
        bid.person.email,
        str(bid.submission.offer.reference),
        str(bid.file.document.reference),
    ):
        assert mark not in page, mark


def test_before_opening_no_page_of_the_admin_shows_what_belongs_to_a_bid(administrator, bid):
    for row in belonging(bid):
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        response = administrator.get(url)
        assert response.status_code in (302, 404), url  # 302: "no such thing", to the index


@pytest.mark.parametrize("model", TELLING)
def test_search_and_filters_find_nothing_either(administrator, bid, model):
    for query in (bid.reference, bid.person.email, bid.supplier.name, "bid.", "bid_received"):
        page = administrator.get(changelist(model), {"q": str(query)}).content.decode()
        assert "0 " in page
        assert str(bid.submission.reference) not in page


def test_no_address_asks_which_suppliers_lots_or_questions_a_bid_belongs_to(administrator, bid):
    """Django lets an address filter by whatever refers to a row, one step away."""
    told = [
        (model, field.name)
        for model in admin.site._registry
        for field in model._meta.get_fields()
        if field.auto_created and not field.concrete
        if field.related_model._meta.app_label == "bids" and field.related_model not in PUBLIC
    ]
    assert (type(bid.supplier), "bids") in told
    assert (type(bid.lot), "bids") in told

    for model, name in told:
        for query in ({f"{name}__isnull": "0"}, {f"{name}__gte": "0"}, {name: str(bid.pk)}):
            answer = administrator.get(changelist(model), query)
            assert answer.status_code == 400, f"{model.__name__}: {query}"


def test_a_form_that_is_kept_for_a_bidder_tells_nobody_that_there_is_a_bid(administrator, bid):
    client = Client()
    sign_in(client, bid.person)
    client.logout()
    price = reverse("supplier:bid_price", kwargs={"reference": bid.reference})
    client.post(price, {"price": "1"})
    kept = StashedForm.objects.get()

    page = administrator.get(changelist(StashedForm)).content.decode()
    detail = administrator.get(
        reverse("admin:accounts_stashedform_change", args=[kept.pk]), follow=True
    )

    for text in (page, detail.content.decode()):
        assert str(bid.reference) not in text
        assert bid.person.email not in text
        assert "/supplier/bids/" not in text


def test_after_opening_they_are_there(administrator, bid):
    competition = bid.lot.competition
    opened(competition, **dict(zip(("first", "second"), officers(competition), strict=True)))

    for model, row in zip(TELLING, belonging(bid), strict=True):
        url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        assert administrator.get(url).status_code == 200, model


def test_the_admin_writes_nothing_of_bids(administrator, bid):
    for model in apps_models():
        window = admin.site._registry[model]
        request = administrator.get(changelist(model)).wsgi_request
        assert not window.has_add_permission(request)
        assert not window.has_change_permission(request)
        assert not window.has_delete_permission(request)


def apps_models():
    return [model for model in admin.site._registry if model._meta.app_label == "bids"]


def test_every_model_of_bids_is_in_the_admin():
    from django.apps import apps

    # What a subcontractor said of exclusivity is for the integrity officer alone, and what is
    # being typed and not sent for who types it.
    models = set(apps.get_app_config("bids").get_models())
    nobodys = {ExclusivityAnswer, QuestionDraft, UnsavedEntry}
    assert models - nobodys == set(apps_models())
    assert not nobodys & set(apps_models())


def test_the_admin_shows_what_subcontractors_were_asked_after_the_opening_only(administrator):
    bid = complete_bid()
    request = named(bid, name="North Star")
    submit(bid)
    row = NamedConsent.objects.get()
    pages = [
        *(changelist(ConsentRequest), changelist(NamedConsent)),
        reverse("admin:bids_consentrequest_change", args=[request.pk]),
        reverse("admin:bids_namedconsent_change", args=[row.pk]),
    ]
    for url in pages:
        page = administrator.get(url, follow=True).content.decode()
        assert str(request.reference) not in page and "North Star" not in page

    competition = bid.lot.competition
    opened(competition, **dict(zip(("first", "second"), officers(competition), strict=True)))
    assert "North Star" in administrator.get(pages[0]).content.decode()
    assert {administrator.get(url).status_code for url in pages} == {200}


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_bid_or_three(
    administrator, count, django_assert_max_num_queries
):
    for _ in range(count):
        bid = complete_bid()
        submit(bid)
        competition = bid.lot.competition
        opened(competition, **dict(zip(("first", "second"), officers(competition), strict=True)))

    for model in apps_models():
        with django_assert_max_num_queries(12):
            assert administrator.get(changelist(model)).status_code == 200


def test_no_page_of_the_admin_names_who_asked_before_opening(administrator, bid):
    from bids.actions.asking import ask_clarification

    ask_clarification(
        competition=bid.lot.competition,
        supplier=bid.supplier,
        asked=f"Why? {uuid.uuid4()}",
        by=bid.person,
        at=clock.now(),
    )

    page = administrator.get(changelist(ClarificationAsker)).content.decode()

    assert bid.supplier.name not in page
