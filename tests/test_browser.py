"""What the browser tests stand on notices what it is there to notice."""

import pytest
from django.http import HttpResponse
from django.urls import path

from framework_portal.access import public

HEAD = "<!doctype html><html lang=en><head><title>Try</title></head><body><main><h1>Try</h1>"
PICTURE_WITHOUT_WORDS = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"
FOREIGN_SCRIPT = "<script src='https://portal.example/x.js'></script>"


def answering(body, policy="default-src * data: 'unsafe-inline'"):
    @public
    def view(request):
        return HttpResponse(
            f"{HEAD}{body}</main></body></html>",
            headers={"Content-Security-Policy": policy},
        )

    return view


urlpatterns = [
    path("good/", answering("<p>Nothing to see</p>")),
    path("picture/", answering(PICTURE_WITHOUT_WORDS)),
    path("foreign/", answering(FOREIGN_SCRIPT)),
    path("broken/", answering("<script>nowhere()</script>")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def test_a_good_page_has_nothing_against_it(page, axe):
    page.goto("/good/")

    assert axe(page) == []


def test_axe_finds_a_picture_without_words(page, axe):
    page.goto("/picture/")

    assert [line.split(":")[0] for line in axe(page)] == ["image-alt"]
    assert axe(page, but=[("image-alt", "<img")]) == []


@pytest.mark.parametrize(
    ("address", "complaint"),
    [("/foreign/", "portal.example"), ("/broken/", "nowhere is not defined")],
)
def test_a_page_that_breaks_or_asks_elsewhere_is_told_of(page, complaints, address, complaint):
    page.goto(address)

    assert any(complaint in words for words in complaints)
    complaints.clear()
