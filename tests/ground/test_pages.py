"""The base page and the pages of words."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.ground.people import person

pytestmark = pytest.mark.django_db
WORDS = ["help", "incident_rule", "accessibility", "privacy", "cookies", "terms"]


@pytest.mark.parametrize("name", WORDS)
def test_a_page_of_words_is_whole_and_asks_nothing_of_a_stranger(
    client, name, django_assert_num_queries
):
    with django_assert_num_queries(0):
        page = client.get(reverse(f"public:{name}")).content.decode()

    title = re.search(r"<title>(.*?) – Framework portal</title>", page)[1]
    assert f'<h1 class="govuk-heading-l">{title}</h1>' in page
    assert page.count("<h1") == 1
    assert 'lang="en-gb"' in page
    assert page.count('href="#main-content"') == 1 and 'id="main-content"' in page
    assert "{#" not in page and "{%" not in page
    for other in WORDS:
        assert f'href="{reverse(f"public:{other}")}"' in page


@pytest.mark.parametrize("wanted", ["cy", "fr", "cy;q=0.9, *;q=0.1", "x" * 300])
def test_the_language_is_said_truly_whatever_the_browser_would_like(client, wanted):
    page = client.get("/help/", headers={"accept-language": wanted}).content.decode()

    assert 'lang="en-gb"' in page


def test_titles_are_unique(client):
    titles = {
        re.search(r"<title>(.*?)</title>", client.get(reverse(f"public:{name}")).content.decode())[
            1
        ]
        for name in WORDS
    }

    assert len(titles) == len(WORDS)


@pytest.mark.parametrize("method", ["post", "delete", "trace"])
def test_a_page_of_words_only_answers_reading(method):
    client = Client(enforce_csrf_checks=False)

    assert getattr(client, method)(reverse("public:help")).status_code == 405


def test_whoever_is_signed_in_sees_their_name_and_the_way_out(client):
    client.force_login(person())

    page = client.get(reverse("public:help")).content.decode()

    assert "A Person" in page
    assert f'action="{reverse("account_logout")}"' in page
    assert "csrfmiddlewaretoken" in page
    assert reverse("account_login") not in page


def test_the_components_are_shown_only_in_the_demonstration(client, settings):
    settings.DEMONSTRATION = False
    assert client.get(reverse("demonstration:components")).status_code == 404
    settings.DEMONSTRATION = True
    answer = client.get(reverse("demonstration:components"))

    assert answer.status_code == 200
    assert "<title>Error: Components" in answer.content.decode()


def test_the_contact_is_shown_where_there_is_one(client, settings):
    assert b"nobody answers messages here" in client.get(reverse("public:help")).content
    settings.CONTACT_ADDRESS = "help@portal.example"
    assert b"mailto:help@portal.example" in client.get(reverse("public:help")).content
