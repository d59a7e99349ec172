"""The assessor's pages: the queue, deciding, asking, standing; and who may not come in."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from suppliers.actions.assessing import Need, Verdict, ask_for_more, decide_application
from suppliers.actions.checking import check_supplier
from suppliers.actions.joining import submit_application
from suppliers.actions.standing import answer_removal_notice
from suppliers.models import Application, Qualification, RemovalNotice
from suppliers.states import ApplicationState, QualificationState
from tests.factories import (
    ApplicationFactory,
    AssessorFactory,
    CategoryFactory,
    MembershipFactory,
    OfficerFactory,
    QualificationFactory,
    SubmittedApplicationFactory,
    SupplierFactory,
    UserFactory,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
COSTS = {
    "application_list": 9,
    "application_detail": 20,
    "application_decide": 6,
    "application_ask": 10,
    "supplier_list": 9,
    "supplier_detail": 13,
    "qualification_move": 5,
    "finding_list": 5,
}


def url(name, **kwargs):
    return reverse(f"assessor:{name}", kwargs=kwargs)


@pytest.fixture
def assessor(client):
    person = AssessorFactory().user
    sign_in(client, person)
    return person


def pages(application, qualification):
    return [
        url("application_list"),
        url("application_detail", reference=application.reference),
        url("application_decide", reference=application.reference),
        url("application_ask", reference=application.reference),
        url("supplier_list"),
        url("supplier_detail", reference=application.supplier.reference),
        url("qualification_move", reference=qualification.reference, move="suspend"),
        url("finding_list"),
    ]


def test_only_assessors_come_in(client):
    application = SubmittedApplicationFactory()
    qualification = application.qualifications.get()

    for person in (
        UserFactory(),
        MembershipFactory(supplier=application.supplier).user,
        OfficerFactory().user,
    ):
        sign_in(client, person)
        found = {client.get(page).status_code for page in pages(application, qualification)}
        sent = {client.post(page).status_code for page in pages(application, qualification)}
        assert found == {403}
        assert sent <= {403, 405}


def test_a_draft_is_never_read(client, assessor):
    draft = ApplicationFactory(supplier__name="Secret draft")

    assert "Secret draft" not in client.get(url("application_list"), {"state": "all"}).text
    assert "Secret draft" not in client.get(url("supplier_list")).text
    for name in ("application_detail", "application_decide", "application_ask"):
        assert client.get(url(name, reference=draft.reference)).status_code == 404
    page = url("supplier_detail", reference=draft.supplier.reference)
    assert client.get(page).status_code == 404


def test_while_the_supplier_has_it_in_hand_its_answers_are_not_read(client, assessor, ready):
    submit_application(application=ready, declared=["true"], by=UserFactory(), at=timezone.now())
    page = url("application_detail", reference=ready.reference)
    assert "An answer in words" in client.get(page).text

    ask_for_more(
        application=ready, needs=[Need("More")], because="", by=assessor, at=timezone.now()
    )

    assert "An answer in words" not in client.get(page).text


def test_the_queue_shows_those_waiting_longest_first_and_narrows(client, assessor):
    first, second = CategoryFactory.create_batch(2)
    at = timezone.now()
    for name, category, days in (("Late", first, 1), ("Early", second, 30)):
        SubmittedApplicationFactory(
            supplier__name=name,
            categories=[category],
            submitted_at=at - timezone.timedelta(days=days),
        )

    def names(**filters):
        page = client.get(url("application_list"), filters).context["page"]
        return [one.supplier.name for one in page]

    assert names() == ["Early", "Late"]
    assert names(category=first.slug) == ["Late"]
    assert names(waited="28") == ["Early"]
    assert names(words="lat") == ["Late"]
    assert names(state="decided") == []
    assert names(state="nonsense", category="'; --", waited="x", words="%", page="-1") == []


def test_a_decision_is_sent_category_by_category(client, assessor):
    first, second = CategoryFactory.create_batch(2)
    application = SubmittedApplicationFactory(categories=[first, second])
    page = url("application_decide", reference=application.reference)

    empty = client.post(page, {f"verdict_{first.slug}": "", f"verdict_{second.slug}": ""})
    assert "Decide at least one category" in empty.text
    refused = client.post(page, {f"verdict_{first.slug}": "refuse", f"verdict_{second.slug}": ""})
    assert f"Give your reasons for refusing {first}" in refused.text
    client.post(
        page,
        {
            f"verdict_{first.slug}": "refuse",
            f"reasons_{first.slug}": "Say more",
            f"verdict_{second.slug}": "grant",
        },
    )

    assert dict(application.qualifications.values_list("category", "state")) == {
        first.pk: "refused",
        second.pk: "granted",
    }


def test_a_page_older_than_a_colleagues_decision_gets_a_clear_message(client, assessor):
    first, second = CategoryFactory.create_batch(2)
    application = SubmittedApplicationFactory(categories=[first, second])
    decide_application(
        application=application,
        verdicts=[Verdict(first, True)],
        by=AssessorFactory().user,
        at=timezone.now(),
    )

    response = client.post(
        url("application_decide", reference=application.reference),
        {
            f"verdict_{first.slug}": "refuse",
            f"reasons_{first.slug}": "My long reasons",
            f"verdict_{second.slug}": "grant",
        },
    )

    assert "has been decided by a colleague" in response.text
    assert "My long reasons" in response.text
    assert application.qualifications.get(category=second).state == QualificationState.APPLIED


def test_asking_for_more_names_the_question(client, assessor, questions):
    application = SubmittedApplicationFactory()
    page = url("application_ask", reference=application.reference)
    assert "Say what you need" in client.post(page, {"need_1": " ", "because": ""}).text

    client.post(page, {"need_1": "Tell us more"})

    application.refresh_from_db()
    assert application.state == ApplicationState.RETURNED
    assert application.more_points.get().question == questions["description"]


def test_a_supplier_is_suspended_reinstated_and_heard_before_removal(client, assessor):
    qualification = QualificationFactory()
    supplier = url("supplier_detail", reference=qualification.supplier.reference)

    def move(name, **data):
        page = url("qualification_move", reference=qualification.reference, move=name)
        response = client.post(page, data)
        qualification.refresh_from_db()
        return response

    assert "Give your reasons" in move("suspend").text
    move("suspend", reasons="Complaints")
    assert qualification.state == QualificationState.SUSPENDED
    assert "Complaints" in client.get(supplier).text
    move("reinstate")
    assert qualification.state == QualificationState.GRANTED
    assert "notice with your reasons first" in move("remove", reasons="Out").text
    move("notice", reasons="Complaints again")
    answer_removal_notice(
        notice=RemovalNotice.objects.get(), reply="Sorry", by=UserFactory(), at=timezone.now()
    )
    assert "Sorry" in client.get(supplier).text
    move("remove", reasons="Out")
    assert qualification.state == QualificationState.REMOVED
    assert move("nonsense").status_code == 404


def test_a_notice_can_be_withdrawn_and_a_qualification_renewed(client, assessor):
    qualification = QualificationFactory()
    where = {"reference": qualification.reference}
    client.post(url("qualification_move", **where, move="notice"), {"reasons": "Why"})
    notice = RemovalNotice.objects.get()

    client.post(url("notice_withdraw", reference=notice.reference))
    renew = url("qualification_move", **where, move="renew")
    assert "must" in client.post(renew, {"expires_on_day": "x"}).text
    past = {"expires_on_day": "1", "expires_on_month": "1", "expires_on_year": "2020"}
    assert "in the future" in client.post(renew, past).text
    client.post(renew, {**past, "expires_on_year": "2050"})

    notice.refresh_from_db()
    qualification.refresh_from_db()
    assert notice.settled_at is not None
    assert qualification.expires_at.year == 2050


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_one_thing_or_three(client, assessor, questions, count):
    supplier = SupplierFactory()
    for _ in range(count):
        SubmittedApplicationFactory(categories=CategoryFactory.create_batch(count))
        QualificationFactory(supplier=supplier)
    application = SubmittedApplicationFactory(
        supplier=supplier, categories=CategoryFactory.create_batch(count)
    )
    for one in Application.objects.all():
        check_supplier(supplier=one.supplier, at=timezone.now())

    costs = {}
    for page in pages(application, Qualification.objects.first()):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        costs[resolve(page).url_name] = len(queries)

    assert costs == COSTS


HOSTILE = ["", "x" * 110_000, "a\x00b", "\ud800", "<script>alert(1)</script>", "-1"]


@pytest.mark.parametrize("typed", HOSTILE, ids=[ascii(text[:12]) for text in HOSTILE])
def test_hostile_input_never_breaks_a_page(client, assessor, questions, typed):
    application = SubmittedApplicationFactory()
    category = application.categories.get()
    qualification = QualificationFactory(supplier=application.supplier)
    names = [
        f"verdict_{category.slug}",
        f"reasons_{category.slug}",
        "need_1",
        "because",
        "reasons",
        "state",
        "category",
        "waited",
        "words",
        "standing",
        "outcome",
        "check",
        "page",
    ]
    body = urlencode(dict.fromkeys(names, typed), errors="surrogatepass")

    for page in pages(application, qualification):
        sent = client.post(page, body, content_type="application/x-www-form-urlencoded")
        asked = client.get(f"{page}?{body[:4000]}")
        for response in (sent, asked):
            assert response.status_code in (200, 302, 400, 405, 413, 414), page
            assert b"<script>alert(1)" not in response.content
