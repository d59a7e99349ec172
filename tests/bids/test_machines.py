"""What programs read."""

import pytest

pytestmark = pytest.mark.django_db


def test_robots_are_told_where_to_look(client, settings):
    text = client.get("/robots.txt").content.decode()

    assert "Disallow: /account/" in text
    assert "Disallow: /integrity/" in text
    assert f"Sitemap: {settings.PORTAL_ADDRESS}/sitemap.xml" in text


def test_whoever_finds_a_weakness_is_told_whom_to_tell(client, settings):
    settings.CONTACT_ADDRESS = "help@portal.example"
    response = client.get("/.well-known/security.txt")
    text = response.content.decode()

    assert response["Content-Type"].startswith("text/plain")
    assert "Contact: mailto:help@portal.example" in text
    assert "Expires: 20" in text


def test_without_an_address_of_ours_the_help_page_stands_in(client, settings):
    settings.CONTACT_ADDRESS = ""

    assert "/help/\n" in client.get("/.well-known/security.txt").content.decode()
