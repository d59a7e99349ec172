"""Who is shown which part of the navigation."""

import pytest
import rules
from django.contrib.auth.models import AnonymousUser

from framework_portal import navigation
from framework_portal.accounts.models import User

HELD = {"suppliers.use_supplier_pages", "suppliers.use_assessor_pages"}


@pytest.fixture
def held(monkeypatch):
    """The permissions that everybody holds in this test."""
    permissions = set()
    monkeypatch.setattr(rules, "has_perm", lambda name, user: name in permissions)
    return permissions


def test_a_stranger_sees_the_public_pages():
    assert navigation.entries(AnonymousUser()) == navigation.PUBLIC
    assert navigation.entries(None) == navigation.PUBLIC


def test_somebody_without_a_role_sees_the_public_pages_too(held):
    assert navigation.entries(User()) == navigation.PUBLIC


def test_each_role_adds_its_own_pages(held):
    held |= HELD

    assert navigation.entries(User()) == [*navigation.SUPPLIER, *navigation.ASSESSOR]


def test_an_administrator_also_sees_the_administration(held):
    assert navigation.entries(User(is_staff=True))[-1] == navigation.ADMIN


def test_an_unknown_permission_is_a_no():
    assert rules.has_perm("suppliers.no_such_permission", User()) is False


def test_pages_that_do_not_exist_are_left_out_and_the_current_one_is_marked():
    listed = [
        navigation.Entry("Help", "public:help"),
        navigation.Entry("Nothing", "public:no_such_page"),
    ]

    assert navigation.links(listed, "/help/") == [
        {"words": "Help", "url": "/help/", "current": True, "active": True}
    ]
    assert navigation.links(listed, "/help/more/")[0]["current"] is False
    assert navigation.links(listed, "/help/more/")[0]["active"] is True
    assert navigation.links(listed, "/")[0]["active"] is False
