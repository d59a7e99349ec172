"""Starting a draft, as an officer of one body."""

import pytest
from django.urls import reverse

from tests.factories import OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["competition_start", "competition_copy"])
def test_whoever_acts_for_one_body_is_not_asked_which_and_no_traceback_is_logged(
    client, caplog, page
):
    sign_in(client, OfficerFactory().user)

    shown = client.get(reverse(f"commissioner:{page}")).content.decode()

    assert "Which body is buying?" not in shown
    assert "Traceback" not in caplog.text
