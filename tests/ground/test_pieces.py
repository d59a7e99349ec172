"""What is rendered once a process is still what each page must show."""

from django.template.loader import render_to_string
from django.utils import translation

from framework_portal import navigation, pieces


def test_a_fixed_piece_is_what_its_template_says():
    links = navigation.links(navigation.FOOTER)
    again = render_to_string(
        "components/_footer.html", {"footer_links": links, "demonstration": False}
    )

    assert pieces.fixed("components/_footer.html") == again
    assert pieces.fixed("components/_footer.html") is pieces.fixed("components/_footer.html")


def test_the_phase_banner_follows_the_setting(settings):
    settings.DEMONSTRATION = False
    real = pieces.fixed("components/_phase_banner.html")
    settings.DEMONSTRATION = True

    assert "invented" in pieces.fixed("components/_phase_banner.html")
    assert "invented" not in real


def test_the_bar_marks_the_page_that_is_shown_and_no_other():
    at_awards = pieces.bar(navigation.links(navigation.PUBLIC, "/awards/"))
    elsewhere = pieces.bar(navigation.links(navigation.PUBLIC, "/help/"))

    assert at_awards.count('aria-current="page"') == 1
    assert "aria-current" not in elsewhere


def test_each_language_has_its_own_pieces():
    with translation.override("cy"):
        in_welsh = pieces.fixed("components/_footer.html")

    assert in_welsh is not pieces.fixed("components/_footer.html")
