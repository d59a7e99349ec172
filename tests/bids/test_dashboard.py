from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from framework_portal.documents.models import Document
from suppliers.actions.standing import answer_removal_notice, give_removal_notice
from suppliers.models import CheckResult, Evidence, JoiningQuestion, RemovalNotice
from suppliers.states import AnswerKind, ApplicationState, Outcome, QualificationState
from tests.bids.bidding import complete_bid, stand_by, submit
from tests.factories import (
    ApplicationFactory,
    AssessorFactory,
    BidFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OpenLotFactory,
    QualificationFactory,
    SupplierFactory,
    UserFactory,
    publish,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


def board(client, person):
    sign_in(client, person)
    return client.get(reverse("supplier:dashboard")).content.decode()


def evidence(supplier, *, expires_in):
    question, _ = JoiningQuestion.objects.get_or_create(
        code="insurance",
        defaults={
            "section": "Insurance",
            "position": 1,
            "kind": AnswerKind.EVIDENCE,
            "text": "Employers’ liability insurance",
        },
    )
    number = Document.objects.count()
    document = Document.objects.create(
        purpose="evidence", sealed_label=b"", stored_as=f"{number:064}", key_id="k", wrapped_key=b""
    )
    return Evidence.objects.create(
        supplier=supplier,
        question=question,
        document=document,
        expires_on=timezone.localdate() + timedelta(days=expires_in),
        added_at=timezone.now(),
        added_by=UserFactory(),
    )


def test_who_has_no_organisation_is_told_how_to_begin(client):
    page = board(client, UserFactory())

    assert "register your organisation and join the framework" in page


def test_an_organisation_without_anything_is_told_what_to_do_next(client):
    page = board(client, MembershipFactory().user)

    assert "Nothing is due" in page
    assert "No open lot matches your organisation today" in page
    assert "You have not joined the framework yet" in page


def test_every_deadline_stands_in_one_list_the_next_one_first(client):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    soon = CompetitionFactory(
        title="Soon",
        closes_at=timezone.now() + timedelta(days=2),
        clarifications_close_at=timezone.now() + timedelta(days=1),
    )
    lot = LotFactory(competition=soon, title="Lot of soon")
    publish(soon)
    BidFactory(lot=lot, supplier=supplier)
    evidence(supplier, expires_in=5)
    BidFactory(lot__title="A rival's lot")

    page = board(client, person)

    places = [
        page.index("Last moment to ask a question"),
        page.index("Bid closes"),
        page.index("Evidence expires"),
    ]
    assert places == sorted(places)
    assert "Not submitted" in page
    assert "A rival's lot" not in page and "A rival&#x27;s lot" not in page


def test_what_needs_attention_stands_on_top(client):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    evidence(supplier, expires_in=-1)
    ApplicationFactory(
        supplier=supplier,
        state=ApplicationState.RETURNED,
        submitted_at=timezone.now(),
        submitted_by=person,
        returned_at=timezone.now(),
        returned_by=UserFactory(),
    )
    CheckResult.objects.create(
        supplier=supplier,
        check_code="liability",
        outcome=Outcome.FAIL,
        message="The certificate has expired",
        how_to_mend="Upload a new one",
        first_seen_at=timezone.now(),
        last_seen_at=timezone.now(),
    )

    page = board(client, person)

    assert page.index("Needs your attention") < page.index("Deadlines")
    for words in ("Evidence expired", "asks for more", "The certificate has expired"):
        assert words in page


def test_the_standing_in_each_category_is_shown_with_its_reasons(client):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    QualificationFactory(
        supplier=supplier, state=QualificationState.SUSPENDED, reasons="Insurance ran out"
    )

    page = board(client, person)

    assert "Suspended" in page and "Insurance ran out" in page


def notice(qualification):
    return give_removal_notice(
        qualification=qualification,
        reasons="Why",
        by=AssessorFactory().user,
        at=timezone.now(),
    )


def test_a_notice_before_removal_stands_among_the_deadlines_until_it_is_answered(client):
    person = MembershipFactory().user
    given = notice(QualificationFactory(supplier=person.suppliers.get()))
    words = "Answer before a qualification may be removed"
    link = reverse("supplier:removal_notice", args=[given.reference])

    page = board(client, person)
    assert words in page and link in page
    RemovalNotice.objects.update(reply_by=timezone.now() - timedelta(hours=1))
    late = board(client, person)
    assert "Answer it<span" in late and "Replace it" not in late

    answer_removal_notice(notice=given, reply="No", by=person, at=timezone.now())
    assert words not in board(client, person)


def test_what_is_overdue_is_called_by_what_is_to_do(client):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    QualificationFactory(supplier=supplier, expires_at=timezone.now() - timedelta(days=1))

    seen = board(client, person)
    evidence(supplier, expires_in=-1)
    replaced = board(client, person)

    assert "See it<span" in seen and "Replace it" not in seen
    assert "Replace it<span" in replaced


def test_a_submitted_bid_with_changes_says_so(client):
    bid = complete_bid()
    submit(bid)
    complete_bid(bid, by=bid.person, text="Something else")

    page = board(client, bid.person)

    assert "Changes not submitted" in page


def test_a_bid_of_which_a_version_stands_by_says_that_it_counts(client):
    bid = complete_bid()
    stand_by(bid)

    page = board(client, bid.person)

    assert "Not submitted: stand-by version counts" in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_of_each_or_three(client, count, django_assert_num_queries):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    for lot in OpenLotFactory.create_batch(count):
        BidFactory(lot=lot, supplier=supplier)
        evidence(supplier, expires_in=10)
        notice(QualificationFactory(supplier=supplier))
    sign_in(client, person)

    with django_assert_num_queries(17):
        response = client.get(reverse("supplier:dashboard"))

    assert response.content.count(b"Bid closes") == count
    assert response.content.count(b"Answer before a qualification may be removed") == count
