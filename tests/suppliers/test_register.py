"""The register and the framework page: who is qualified, and no word about people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from framework_portal import clock
from framework_portal.reference.selectors import Places
from suppliers.selectors.register import spelled_out
from suppliers.states import QualificationState
from tests.factories import (
    CategoryFactory,
    FrameworkFactory,
    IdentifierFactory,
    PoliceAreaFactory,
    QualificationFactory,
    RegionFactory,
    SupplierFactory,
)

pytestmark = pytest.mark.django_db
URL = "/suppliers/"


def names(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return [row.name for row in response.context["rows"]]


def qualified(name, *, categories=(), areas=(), **fields):
    supplier = SupplierFactory(name=name, **fields)
    for category in categories or [CategoryFactory()]:
        QualificationFactory(supplier=supplier, category=category)
    supplier.areas.set(areas)
    return supplier


def test_only_those_with_standing_are_listed(client):
    qualified("Qualified")
    SupplierFactory(name="Registered only")
    for state in (
        QualificationState.APPLIED,
        QualificationState.REFUSED,
        QualificationState.SUSPENDED,
        QualificationState.REMOVED,
    ):
        QualificationFactory(supplier=SupplierFactory(name=f"{state} one"), state=state)
    QualificationFactory(
        supplier=SupplierFactory(name="Expired"), expires_at=timezone.now() - timedelta(days=1)
    )

    assert names(client) == ["Qualified"]


def test_standing_ends_at_its_instant(client):
    ends = timezone.now() + timedelta(days=30)
    supplier = SupplierFactory(name="For a month")
    QualificationFactory(supplier=supplier, expires_at=ends)
    page = reverse("public:supplier", args=[supplier.reference])

    with clock.fixed_at(ends - timedelta(microseconds=1)):
        assert (names(client), client.get(page).status_code) == (["For a month"], 200)
    with clock.fixed_at(ends):
        assert (names(client), client.get(page).status_code) == ([], 404)


def test_filters(client):
    homes, work = CategoryFactory(slug="homes"), CategoryFactory(slug="work")
    region = RegionFactory(slug="north")
    here, there = PoliceAreaFactory(slug="here", parent=region), PoliceAreaFactory(slug="there")
    qualified("Anchor", categories=[homes], areas=[here], size="micro")
    qualified("Beacon", categories=[homes, work], areas=[there], is_voluntary=False)

    assert names(client, category="homes") == ["Anchor", "Beacon"]
    assert names(client, category="work") == ["Beacon"]
    assert names(client, region="north") == ["Anchor"]
    assert names(client, police_area="there") == ["Beacon"]
    assert names(client, kind="voluntary") == ["Anchor"]
    assert names(client, kind="other") == ["Beacon"]
    assert names(client, size="micro") == ["Anchor"]
    assert names(client, name="nch") == ["Anchor"]
    assert names(client, name="%") == []


def test_no_person_and_no_address_is_shown(client):
    supplier = qualified(
        "Anchor",
        contact_name="Pat Private",
        contact_email="private@test.example",
        contact_phone="07700 900000",
        address="1 Secret Street",
        description="What we do",
        website="https://anchor.example/",
    )
    IdentifierFactory(supplier=supplier, value="1234567")

    pages = [client.get(URL), client.get(reverse("public:supplier", args=[supplier.reference]))]

    for page in pages:
        for secret in ("Pat Private", "private@", "07700", "Secret Street"):
            assert secret not in page.content.decode()
    assert b"What we do" in pages[1].content
    assert b"1234567" in pages[1].content
    assert b'rel="nofollow noopener noreferrer external"' in pages[1].content


def test_a_supplier_without_standing_has_no_page(client):
    supplier = SupplierFactory()

    assert client.get(reverse("public:supplier", args=[supplier.reference])).status_code == 404


def test_areas_are_told_as_people_say_them(db):
    north, south = RegionFactory(name="North"), RegionFactory(name="South")
    mine = PoliceAreaFactory.create_batch(2, parent=north)
    one, other = PoliceAreaFactory(name="Kent", parent=south), PoliceAreaFactory(parent=south)
    lone = RegionFactory(name="Alone")

    leaves = [area.pk for area in (*mine, one, lone)]

    assert [words for words, _ in spelled_out(leaves, Places())] == [
        "Alone",
        "North",
        "South (Kent)",
    ]
    assert [words for words, _ in spelled_out([*leaves, other.pk], Places())] == ["Everywhere"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_register_costs_the_same_for_one_or_three(count, client, django_assert_num_queries):
    for number in range(count):
        qualified(f"Supplier {number}", areas=[PoliceAreaFactory()])

    with django_assert_num_queries(5):  # time and edition, areas, categories, count, suppliers
        assert len(names(client)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_a_supplier_costs_the_same_with_one_category_or_three(
    count, client, django_assert_num_queries
):
    supplier = qualified("Anchor", categories=CategoryFactory.create_batch(count))
    page = reverse("public:supplier", args=[supplier.reference])

    # Time and edition, supplier, areas, its own areas, identifiers, qualifications.
    with django_assert_num_queries(6):
        client.get(page)


def test_empty_registers_say_what_to_do(client):
    assert b"Nobody is qualified yet" in client.get(URL).content
    assert b"No qualified supplier matches" in client.get(URL, {"name": "nobody"}).content


def test_the_framework_page_tells_term_categories_and_how_to_join(client):
    FrameworkFactory(name="The framework", summary="What it is")
    category = CategoryFactory(name="Homes", slug="homes")
    qualified("Anchor", categories=[category])

    page = client.get("/framework/").content.decode()

    for words in (
        "The framework",
        "What it is",
        "10 June 2020 to 10 June 2030",
        "Homes",
        "1 qualified supplier",
        "How to join",
        "If you are named in somebody’s bid",
    ):
        assert words in page


def test_without_a_framework_the_page_still_answers(client):
    assert b"not set up yet" in client.get("/framework/").content


@pytest.mark.parametrize("count", [1, 3])
def test_the_framework_page_costs_the_same(count, client, django_assert_num_queries):
    FrameworkFactory()
    for category in CategoryFactory.create_batch(count):
        qualified(f"Supplier {category.pk}", categories=[category])

    with django_assert_num_queries(6):
        client.get("/framework/")
