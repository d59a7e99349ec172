"""The tags and pieces that pages are made of."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from framework_portal.accounts.models import User
from framework_portal.pages.demonstration import SampleFilter

AT = datetime(2026, 6, 5, 13, tzinfo=UTC)
MARKUP = "<script>alert(1)</script>"


def show(source, address="/", user=None, **context):
    """What `source` renders to, for `user` at `address`."""
    request = RequestFactory().get(address)
    request.user = user or AnonymousUser()
    template = engines["django"].from_string("{% load portal %}" + source)
    return template.render(context, request)


def test_an_instant_is_readable_for_people_and_machines():
    shown = show("{% instant at %}", at=AT)

    assert shown == '<time datetime="2026-06-05T13:00:00+00:00">5 June 2026, 2pm</time>'
    assert "UK time (BST)" in show("{% instant at zone=True %}", at=AT)
    assert show("{% instant at %}", at=None) == ""


def test_a_countdown_carries_the_servers_time_only_on_pages_that_no_cache_keeps():
    soon = AT + timedelta(hours=2)

    stranger = show("{% countdown soon at %}", at=AT, soon=soon)
    member = show("{% countdown soon at %}", at=AT, soon=soon, user=User(pk=1))

    assert "2 hours left" in stranger and 'data-at=""' in stranger
    assert f'data-at="{AT.isoformat()}"' in member
    assert "aria-live" not in member


@pytest.mark.parametrize(
    "state, shown",
    [
        ("open", '<strong class="govuk-tag govuk-tag--green">Open</strong>'),
        ("no_such_state", '<strong class="govuk-tag govuk-tag--grey">No such state</strong>'),
        (MARKUP, "&lt;script&gt;"),
    ],
)
def test_a_state_has_words_and_a_colour(state, shown):
    assert shown in show("{% status_tag state %}", state=state)


def test_own_words_win_over_the_usual_ones():
    assert ">Bids are in<" in show("{% status_tag 'closed' 'Bids are in' %}")


def test_breadcrumbs_begin_at_home_and_end_at_the_page():
    shown = show('{% breadcrumbs "Help" "public:help" title %}', title=MARKUP)

    assert shown.index(">Home<") < shown.index('href="/help/">Help<') < shown.index("&lt;script")
    assert shown.count("<li") == 3
    assert shown.count("aria-current") == 1


def test_a_link_to_a_page_that_does_not_exist_is_left_out():
    shown = '{% link_if "no:such_page" as url %}[{{ url }}]'

    assert show(shown) == "[]"


def test_pages_of_a_list_keep_every_filter():
    page = Paginator(range(1000), 10).get_page(50)

    shown = show("{% pagination page %}", "/?words=a%26b&area=x&area=y&page=50", page=page)

    assert 'href="?words=a%26b&amp;area=x&amp;area=y&amp;page=49"' in shown
    assert shown.count("ellipsis") == 2
    assert shown.count('aria-current="page"') == 1
    assert "1,000" not in shown


def test_one_page_needs_no_pagination():
    assert "<nav" not in show("{% pagination page %}", page=Paginator([1], 10).get_page(1))


def test_a_summary_row_says_what_is_changed_and_what_is_missing():
    row = show("{% summary_row 'Price' value '/price/' %}", value="")

    assert "Not given" in row
    assert 'Change<span class="govuk-visually-hidden"> price</span>' in row
    assert "&lt;script" in show("{% summary_row 'Name' value %}", value=MARKUP)


def test_chosen_filters_can_be_taken_away_one_by_one():
    address = "/?words=care&area=gwent&area=kent&page=3"
    form = SampleFilter(RequestFactory().get(address).GET)

    shown = show("{% filter_panel form %}", address, form=form)

    assert 'href="?area=gwent&amp;area=kent"' in shown  # without the words
    assert 'href="?words=care&amp;area=kent"' in shown  # without Gwent
    assert "Area: Gwent" in shown
    assert "csrfmiddlewaretoken" not in shown


def test_a_task_that_cannot_start_is_no_link():
    tasks = [
        {"words": "Price", "url": "/price/", "state": "completed"},
        {"words": "Submit", "url": "", "state": "cannot_start"},
    ]

    shown = show("{% include 'components/_task_list.html' %}", tasks=tasks)

    assert shown.count("<a ") == 1
    assert "Cannot start yet" in shown
