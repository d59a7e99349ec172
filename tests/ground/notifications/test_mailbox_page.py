"""The mailbox in a browser, wide and narrow."""

import pytest
from django.urls import reverse

from framework_portal.notifications.outbox import queue


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 320])
def test_the_mailbox_is_accessible_and_fits(width, letters, settings, new_page, axe):
    settings.DEMONSTRATION = True
    queue("welcome", to="somebody@a-rather-long-name-of-an-organisation.example", bid="b" * 60)
    queue("headless", to="b@example.org")
    page = new_page(viewport={"width": width, "height": 800})

    page.goto(reverse("demonstration:mail_list"))

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("article").count() == 2
