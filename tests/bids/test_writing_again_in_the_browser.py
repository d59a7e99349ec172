"""Using again what was written before, in a browser without scripts and on a phone."""

import pytest
from docx import Document

from bids.content import answer_text
from bids.models import Bid
from bids.selectors.bidding import offer_of, questions_of
from tests.bids.bidding import bidder, complete_bid
from tests.factories import BidFactory
from tests.ground.test_in_the_browser import sideways

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 320, "height": 800}


@pytest.fixture
def bid():
    bid = BidFactory()
    bid.person = bidder(bid)
    return complete_bid(bid, by=bid.person)


def test_a_pack_goes_out_and_comes_back_without_scripts(new_page, sign_in, bid, tmp_path):
    page = new_page(javascript=False, viewport=PHONE)
    sign_in(page, bid.person)
    page.goto(f"/supplier/bids/{bid.reference}/offline/")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the Word file").click()
    file = tmp_path / "pack.docx"
    download.value.save_as(file)
    document = Document(file)
    document.tables[0].rows[1].cells[0].paragraphs[0].text = "Written on the train"
    document.save(file)

    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Compare it with your bid").click()
    too_wide = sideways(page)
    page.get_by_role("checkbox", name="Replace what is here by this").check()
    page.get_by_role("button", name="Take over what I ticked").click()

    assert "1 answer taken over" in page.content() and too_wide <= 0
    question = questions_of(bid.lot.competition)[0]
    now = offer_of(Bid.objects.for_desk().get(pk=bid.pk))
    assert answer_text(now, question) == "Written on the train"
