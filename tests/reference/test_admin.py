"""The admin of the reference data: every list opens, is searched, and costs the same."""

import pytest
from django.urls import reverse

from tests.factories import (
    CategoryFactory,
    OfficerFactory,
    PoliceAreaFactory,
    UserFactory,
)
from tests.signing_in import sign_in

LISTS = [
    "framework",
    "category",
    "areaset",
    "arealevel",
    "area",
    "commissioner",
    "officer",
    "holiday",
    "period",
]


@pytest.fixture
def administrator(client, db):
    person = UserFactory(is_staff=True, is_superuser=True)
    return sign_in(client, person)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_opens_and_is_searched(name, administrator):
    PoliceAreaFactory()
    CategoryFactory()
    OfficerFactory()

    url = reverse(f"admin:reference_{name}_changelist")

    assert administrator.get(url).status_code == 200
    assert administrator.get(url, {"q": "east"}).status_code == 200


@pytest.mark.parametrize("name", ["area", "officer", "areaset"])
def test_a_list_costs_the_same_for_one_row_or_three(
    name, administrator, django_assert_num_queries, django_assert_max_num_queries
):
    url = reverse(f"admin:reference_{name}_changelist")
    PoliceAreaFactory()
    OfficerFactory()
    administrator.get(url)  # the first request of a session also writes down that it is there
    with django_assert_max_num_queries(20) as first:
        administrator.get(url)

    PoliceAreaFactory.create_batch(2)
    OfficerFactory.create_batch(2)

    with django_assert_num_queries(len(first.captured_queries)):
        administrator.get(url)
