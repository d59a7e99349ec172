"""ETags change with what is public, and with nothing else."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client

from bids.actions.award import announce_awards, approve_award, propose_award
from bids.models import Bid
from bids.states import BidState
from framework_portal import clock
from framework_portal.freshness import PAGES, now_and_edition
from lots.models import Clarification, Competition, CompetitionChange, Lot
from suppliers.models import Qualification, Supplier
from suppliers.states import QualificationState
from tests.bids.evaluated import after_closing, evaluated, officers, opened, submitted_bid
from tests.factories import (
    CategoryFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OpenLotFactory,
    QualificationFactory,
    SupplierFactory,
    publish,
    qualify,
)

pytestmark = pytest.mark.django_db(transaction=True)


class Edition:
    """Whether what happens inside the block counts as public."""

    def __enter__(self):
        self.before = now_and_edition()[1]
        return self

    def __exit__(self, *failure):
        self.rose = now_and_edition()[1] - self.before


def test_drafts_do_not_count():
    known = OpenLotFactory()
    given = {
        "categories": list(known.categories.all()),
        "areas": list(known.areas.all()),
    }
    draft = CompetitionFactory(commissioner=known.competition.commissioner)
    with Edition() as edition:
        lot = LotFactory(competition=draft, title="A secret", **given)
        Lot.objects.filter(pk=lot.pk).update(title="Still secret")
        Competition.objects.filter(pk=draft.pk).update(summary="Secret", edition=7)

    assert edition.rose == 0


def test_a_submitted_bid_leaves_every_etag_as_it_was(client):
    lot = OpenLotFactory()
    bidder = qualify(SupplierFactory(), lot)
    addresses = ["/", "/opportunities/", f"/lots/{lot.reference}/", "/awards/", "/coverage/"]
    at = clock.now()
    with transaction.atomic(), clock.fixed_at(at):
        before = [client.get(address)["ETag"] for address in addresses]

    with Edition() as edition:
        submitted_bid(lot, supplier=bidder)
    with transaction.atomic(), clock.fixed_at(at):
        after = [client.get(address)["ETag"] for address in addresses]

    assert Bid.objects.get().state == BidState.SUBMITTED
    assert edition.rose == 0
    assert after == before


def test_an_application_and_a_new_address_do_not_count():
    supplier = SupplierFactory()
    with Edition() as edition:
        supplier.contact_email = "somebody.else@test.example"
        supplier.save()
        SupplierFactory(registered_by=supplier.registered_by)

    assert edition.rose == 0


def test_what_is_published_counts():
    competition = LotFactory().competition
    with Edition() as published:
        publish(competition)
    with Edition() as changed:
        CompetitionChange.objects.create(
            competition=competition,
            kind="changed",
            summary="Said better",
            made_at=clock.now(),
            made_by=competition.created_by,
        )
    with Edition() as reworded:
        Lot.objects.filter(competition=competition).update(title="Better words")

    assert published.rose and changed.rose and reworded.rose


def test_a_question_counts_when_it_is_answered():
    competition = OpenLotFactory().competition
    with Edition() as asked:
        question = Clarification.objects.create(
            competition=competition, asked="May we?", asked_at=clock.now()
        )
    with Edition() as answered:
        question.question, question.answer = "May one?", "Yes"
        question.answered_at, question.answered_by = clock.now(), competition.created_by
        question.save()

    assert (asked.rose, answered.rose) == (0, 1)


def test_an_award_counts_when_it_is_announced_and_not_before():
    lot = OpenLotFactory()
    by = officers(lot.competition)
    bid = submitted_bid(lot)
    opened(lot.competition, first=by[0], second=by[1])
    evaluated(lot.competition, by=by[0], marks={bid.pk: 4})
    at = after_closing(lot.competition) + timedelta(days=1)
    bid.refresh_from_db()
    lot.refresh_from_db()

    with Edition() as decided:
        award = propose_award(lot=lot, bid=bid, reasons="The best", by=by[0], at=at)
        approve_award(award=award, by=by[1], at=at)
    with Edition() as announced:
        announce_awards(competition=lot.competition, by=by[0], at=at)

    assert (decided.rose, announced.rose) == (0, 1)


def test_standing_on_the_register_counts():
    supplier = SupplierFactory()
    with Edition() as granted:
        qualification = QualificationFactory(supplier=supplier)
    with Edition() as suspended:
        Qualification.objects.filter(pk=qualification.pk).update(
            state=QualificationState.SUSPENDED, reasons="Because"
        )
    with Edition() as renamed:
        Supplier.objects.filter(pk=supplier.pk).update(name="A new name")

    assert granted.rose and suspended.rose and renamed.rose


def test_reference_data_counts():
    with Edition() as edition:
        CategoryFactory()

    assert edition.rose == 1


def test_a_transaction_counts_once_and_a_failed_one_not_at_all():
    with Edition() as once, transaction.atomic():
        CategoryFactory.create_batch(3)
    with Edition() as never:
        try:
            with transaction.atomic():
                CategoryFactory()
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
    with Edition() as partly, transaction.atomic():
        try:
            with transaction.atomic():
                CategoryFactory()
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        CategoryFactory()

    assert (once.rose, never.rose, partly.rose) == (1, 0, 1)


def test_nobody_waits_for_another_to_commit():
    """Two transactions that overlap each take a slot of their own, and both count."""
    before = now_and_edition()[1]
    other = connection.copy()
    try:
        with transaction.atomic():
            CategoryFactory()
            with other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute("SELECT count_public_change()")
        assert now_and_edition()[1] == before + 2
    finally:
        other.close()


def test_a_stranger_asks_again_and_gets_304_for_one_query(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    OpenLotFactory()
    with transaction.atomic(), clock.fixed_at(clock.now().replace(second=5)):
        first = client.get("/opportunities/")
        with django_assert_num_queries(1):
            again = client.get("/opportunities/", headers={"If-None-Match": first["ETag"]})

    assert first.status_code == 200
    assert first["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert "Cookie" in first["Vary"]
    assert not first.cookies
    assert again.status_code == 304
    assert again.content == b""
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], first["Cache-Control"])


def test_a_minute_later_the_time_left_is_told_anew(client):
    OpenLotFactory()
    at = clock.now().replace(second=5)
    with transaction.atomic(), clock.fixed_at(at):
        first = client.get("/opportunities/")
    with transaction.atomic(), clock.fixed_at(at + timedelta(minutes=1)):
        again = client.get("/opportunities/", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200


def test_what_somebody_signed_in_sees_is_kept_nowhere(client):
    supplier = SupplierFactory()
    client.force_login(supplier.registered_by)

    response = client.get("/opportunities/", headers={"If-None-Match": "*"})

    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert "ETag" not in response


def test_a_stranger_with_a_message_waiting_gets_a_page_of_their_own():
    client = Client()
    client.cookies["messages"] = "something"

    assert "ETag" not in client.get("/opportunities/")


@pytest.fixture
def pages_are_kept(settings):
    settings.PUBLIC_PAGES_KEPT = 2


def test_a_page_is_rendered_once_a_minute(client, pages_are_kept, django_assert_num_queries):
    OpenLotFactory(title="The first")
    at = clock.now().replace(second=5)
    with transaction.atomic(), clock.fixed_at(at):
        first = client.get("/opportunities/")
        with django_assert_num_queries(1):
            again = client.get("/opportunities/")

    assert again.content == first.content
    for name in ("ETag", "Content-Type", "Cache-Control", "Vary", "Content-Security-Policy"):
        assert again[name] == first[name], name


def test_a_kept_page_is_not_shown_past_a_change(client, pages_are_kept):
    at = clock.now().replace(second=5)
    OpenLotFactory(title="The first")
    with transaction.atomic(), clock.fixed_at(at):
        client.get("/opportunities/")
    OpenLotFactory(title="The second")
    with transaction.atomic(), clock.fixed_at(at):
        assert b"The second" in client.get("/opportunities/").content


def test_a_kept_page_is_of_its_address_and_for_strangers_only(client, pages_are_kept):
    lot = OpenLotFactory(title="Alone")
    membership = MembershipFactory()
    qualify(membership.supplier, lot)
    with transaction.atomic(), clock.fixed_at(clock.now().replace(second=5)):
        assert b"Alone" in client.get("/opportunities/").content
        assert b"Alone" not in client.get("/opportunities/?words=nothing").content
        client.force_login(membership.user)
        assert b"Matches you" in client.get("/opportunities/").content
        assert b"Matches you" not in Client().get("/opportunities/").content


def test_no_more_pages_are_kept_than_said(client, pages_are_kept, django_assert_num_queries):
    with transaction.atomic(), clock.fixed_at(clock.now().replace(second=5)):
        for url in ("/awards/", "/coverage/", "/framework/"):
            client.get(url)
        with django_assert_num_queries(1):
            client.get("/framework/")
        assert len(PAGES._kept) == 2
