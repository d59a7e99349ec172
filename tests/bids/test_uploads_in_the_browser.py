"""Files going up in a real browser, with the real client of the protocol, on a line that breaks."""

import hashlib
import os
import re

import pytest
from django.urls import reverse

from bids.models import Bid, BidUpload
from bids.selectors.bidding import offer_of
from tests.bids.bidding import complete_bid
from tests.bids.line import wire_to
from tests.ground.documents.samples import pdf

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 320, "height": 800}
PIECES = re.compile(r"/uploads/[0-9a-f-]{36}/$")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path / "documents"


@pytest.fixture
def site(live_server):
    """The portal behind a line that can be cut."""
    with wire_to(live_server.url) as wire:
        yield wire


@pytest.fixture
def bid():
    return complete_bid()


@pytest.fixture
def files_page(new_page, sign_in, bid):
    def open_page(**options):
        page = new_page(**options)
        sign_in(page, bid.person)
        page.goto(reverse("supplier:bid_files", kwargs={"reference": bid.reference}))
        return page

    return open_page


@pytest.fixture
def large(tmp_path):
    """A file of five pieces and a bit."""
    path = tmp_path / "Large plan.pdf"
    path.write_bytes(pdf(b"(" + os.urandom(2_700_000).hex().encode() + b")"))
    return path


def small(tmp_path, name, content=None):
    path = tmp_path / name
    path.write_bytes(content or pdf(os.urandom(8).hex().encode()))
    return path


def choose(page, *paths):
    page.get_by_label("Choose files").set_input_files(list(paths))


def attached(page, name):
    return page.locator("#attached").get_by_role("link", name=name, exact=True)


def is_cut(page):
    """Wait until the page has noticed it."""
    page.get_by_text("The line was cut. Trying again").wait_for()


def documents(bid):
    return offer_of(Bid.objects.for_desk().get(pk=bid.pk))["documents"]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Line:
    """The line between page and portal: which pieces were sent from where, and when it breaks."""

    def __init__(self, page):
        self.offsets, self.let_through = [], 10**9
        page.route(PIECES, self.carry)

    def carry(self, route):
        if route.request.method != "PATCH":
            return route.continue_()
        if self.let_through <= 0:
            return route.abort("connectionreset")
        self.let_through -= 1
        self.offsets.append(int(route.request.headers["upload-offset"]))
        return route.continue_()


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_several_files_go_up_at_once_and_a_bad_one_holds_up_none(
    files_page, bid, large, tmp_path, axe, viewport, complaints
):
    page = files_page(viewport=viewport)
    assert not page.get_by_role("button", name="Upload").is_visible()

    bad = small(tmp_path, "bad.pdf", b"%PDF-not at all")
    choose(page, large, bad, small(tmp_path, "a.pdf"), small(tmp_path, "b.exe"))
    attached(page, "Large plan.pdf").wait_for()
    attached(page, "a.pdf").wait_for()
    page.get_by_text("‘b.exe’ is not a kind of file").first.wait_for()
    page.get_by_text("‘bad.pdf’").first.wait_for()
    problems = page.locator("[data-uploads-list] > li")

    assert problems.count() == 2
    assert page.locator("progress:visible").count() == 0
    assert {entry["name"] for entry in documents(bid)} == {"Large plan.pdf", "a.pdf"}
    assert digest(large) in page.locator("#attached").inner_text()
    assert "no scanner is set up" in page.locator("#attached").inner_text()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    problems.first.get_by_role("button", name="Remove from this list").click()
    assert problems.count() == 1
    page.reload()  # what is finished is there, whatever becomes of the page
    assert page.get_by_role("link", name="Large plan.pdf", exact=True).is_visible()
    assert all("422" in complaint for complaint in complaints)
    complaints.clear()


def test_after_a_cut_sending_goes_on_by_itself_where_it_stopped(files_page, bid, large, complaints):
    page = files_page()
    line = Line(page)
    line.let_through = 2

    choose(page, large)
    is_cut(page)
    cut_after = list(line.offsets)
    line.let_through = 10**9
    attached(page, "Large plan.pdf").wait_for()

    assert cut_after == [0, 2**20]
    assert line.offsets == [number * 2**20 for number in range(6)]  # nothing was sent twice
    assert [entry["sha256"] for entry in documents(bid)] == [digest(large)]
    complaints.clear()


def test_a_line_that_is_cut_in_the_middle_of_a_piece_costs_no_more_than_that_piece(
    files_page, bid, large, site, complaints
):
    page = files_page()
    site.bytes_left = 3_700_000  # into the fourth piece
    choose(page, large)
    is_cut(page)
    arrived = BidUpload.objects.get().arrived
    site.mend()
    attached(page, "Large plan.pdf").wait_for()

    assert 3 * 2**20 <= arrived < 4 * 2**20
    assert [entry["sha256"] for entry in documents(bid)] == [digest(large)]
    complaints.clear()


def test_after_the_page_is_gone_the_same_file_goes_on_where_it_stopped(
    files_page, bid, large, axe, complaints
):
    page = files_page()
    line = Line(page)
    line.let_through = 3
    choose(page, large)
    is_cut(page)
    page.reload()
    line.let_through = 10**9

    unfinished = page.locator("#unfinished")
    assert "Large plan.pdf" in unfinished.inner_text()
    assert "3.1 MB of 5.4 MB have arrived" in unfinished.inner_text()
    assert axe(page) == []
    choose(page, large)
    attached(page, "Large plan.pdf").wait_for()

    assert line.offsets == [number * 2**20 for number in range(6)]
    assert not unfinished.is_visible()
    assert [entry["sha256"] for entry in documents(bid)] == [digest(large)]
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    complaints.clear()


def test_a_line_that_stays_cut_is_said_and_tried_again_when_asked(
    files_page, bid, large, axe, complaints
):
    page = files_page()
    page.clock.install()
    line = Line(page)
    line.let_through = 1
    choose(page, large)
    said = page.get_by_text("The line was cut. What has arrived is kept").first
    for _retry in range(100):
        if said.is_visible():
            break
        page.wait_for_timeout(200)
        page.clock.run_for(16_000)
    said.wait_for()
    assert axe(page) == []
    line.let_through = 10**9
    page.get_by_role("button", name=re.compile("Try again.*Large plan.pdf")).click()
    attached(page, "Large plan.pdf").wait_for()

    assert [entry["sha256"] for entry in documents(bid)] == [digest(large)]
    complaints.clear()


def test_a_file_is_cancelled_while_it_is_sent_and_nothing_stays(files_page, bid, large, complaints):
    page = files_page()
    line = Line(page)
    line.let_through = 2
    choose(page, large)
    is_cut(page)
    page.get_by_role("button", name=re.compile("Cancel.*Large plan.pdf")).click()
    page.get_by_text("Large plan.pdf is not sent").wait_for(state="attached")

    assert not BidUpload.objects.exists()
    assert documents(bid) == []
    assert page.locator("[data-uploads-list] > li").count() == 0
    complaints.clear()


def test_dropped_files_are_sent_like_chosen_ones(files_page, bid):
    page = files_page()
    transfer = page.evaluate_handle(
        """text => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
            return transfer;
        }""",
        "a,b\n1,2\n",
    )
    page.dispatch_event("[data-uploads]", "drop", {"dataTransfer": transfer})
    attached(page, "dropped.csv").wait_for()

    assert [entry["name"] for entry in documents(bid)] == ["dropped.csv"]


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_without_javascript_the_form_sends_the_files(files_page, bid, tmp_path, axe, viewport):
    page = files_page(javascript=False, viewport=viewport)
    choose(page, small(tmp_path, "plan.pdf"), small(tmp_path, "plan2.pdf"))
    page.get_by_role("button", name="Upload").click()

    page.get_by_text("2 files added").wait_for()
    assert {entry["name"] for entry in documents(bid)} == {"plan.pdf", "plan2.pdf"}
    assert not page.get_by_text("Files are sent as soon as").is_visible()
