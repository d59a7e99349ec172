"""The pack of a lot before a bid is started: whoever brings it back starts the bid with it."""

import re
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from bids.models import Bid
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from suppliers.states import MemberRole
from tests.factories import (
    MembershipFactory,
    OpenLotFactory,
    SupplierFactory,
    qualify,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot():
    return OpenLotFactory()


@pytest.fixture
def person(lot):
    return MembershipFactory(supplier=qualify(SupplierFactory(), lot)).user


def page(lot):
    return reverse("supplier:lot_offline", args=[lot.reference])


def downloaded(client, lot, kind="docx"):
    answer = client.get(reverse("supplier:lot_pack", args=[lot.reference, kind]))
    assert answer.status_code == 200
    return b"".join(answer) if answer.streaming else answer.content


def filled(content, text):
    """The Word file with `text` in the box of the first question."""
    document = Document(BytesIO(content))
    box = next(table for table in document.tables if len(table.rows[-1].cells) == 1)
    box.rows[-1].cells[0].paragraphs[0].text = text
    out = BytesIO()
    document.save(out)
    return SimpleUploadedFile("pack.docx", out.getvalue())


def test_it_is_downloaded_before_anything_is_started(client, lot, person):
    sign_in(client, person)

    document = Document(BytesIO(downloaded(client, lot)))
    names = ZipFile(BytesIO(downloaded(client, lot, "zip"))).namelist()

    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert questions_of(lot.competition)[0].text in words
    assert [name.rpartition(".")[2] for name in names][:2] == ["docx", "xlsx"]
    assert not Bid.objects.exists()
    assert page(lot) in client.get(reverse("public:lot", args=[lot.reference])).text
    assert page(lot) in client.get(reverse("supplier:bid_start", args=[lot.reference])).text


def test_brought_back_it_starts_the_bid_and_shows_what_would_be_taken_over(client, lot, person):
    sign_in(client, person)
    file = filled(downloaded(client, lot), "Written on the train")

    shown = client.post(page(lot), {"pack": file})

    bid = Bid.objects.get()
    assert (bid.lot, bid.started_by) == (lot, person)
    assert "Written on the train" in shown.text
    key = str(questions_of(lot.competition)[0].reference)
    taken = hidden(shown) | {"take": key}
    client.post(reverse("supplier:bid_offline_take", args=[bid.reference]), taken)
    bid.refresh_from_db()
    assert offer_of(bid)["answers"][key]["text"] == "Written on the train"
    assert client.get(page(lot)).url == reverse("supplier:bid_offline", args=[bid.reference])


def hidden(answer):
    """What the page of the comparison carries, by name."""
    fields = re.findall(r'name="((?:text|seen)-[^"]+)"[^>]*value="([^"]*)"', answer.text)
    areas = re.findall(r'<textarea[^>]*name="(text-[^"]+)"[^>]*>\n?([^<]*)<', answer.text)
    return {name: unescape(value) for name, value in [*fields, *areas]}


def test_a_file_that_cannot_be_read_starts_nothing(client, lot, person):
    sign_in(client, person)

    answer = client.post(page(lot), {"pack": SimpleUploadedFile("pack.docx", b"PK\x03\x04")})

    assert answer.status_code == 200
    assert "error-summary" in answer.text
    assert not Bid.objects.exists()


def test_who_does_not_match_or_may_not_edit_downloads_and_starts_nothing(client, lot, person):
    outsider = MembershipFactory().user
    reader = MembershipFactory(
        supplier=person.memberships.get().supplier, role=MemberRole.READER
    ).user
    for user in (outsider, reader):
        sign_in(client, user)
        file = filled(downloaded(client, lot), "Words")
        answer = client.post(page(lot), {"pack": file})
        assert "You cannot bid for this lot today" in answer.text
    assert not Bid.objects.exists()


def test_of_two_organisations_one_is_chosen(client, lot, person):
    second = qualify(SupplierFactory(), lot)
    MembershipFactory(supplier=second, user=person)
    sign_in(client, person)
    content = downloaded(client, lot)

    unsaid = client.post(page(lot), {"pack": filled(content, "Words")})
    assert "Select the organisation that is bidding" in unsaid.text
    client.post(page(lot), {"pack": filled(content, "Words"), "bidder": second.reference})

    assert Bid.objects.get().supplier == second


def test_after_closing_there_is_no_pack_and_nothing_is_started(client, lot, person):
    sign_in(client, person)
    content = downloaded(client, lot)
    with clock.fixed_at(lot.competition.closes_at):
        sign_in(client, person)
        answer = client.get(reverse("supplier:lot_pack", args=[lot.reference, "docx"]))
        client.post(page(lot), {"pack": filled(content, "Words")})

    assert answer.status_code == 404
    assert not Bid.objects.exists()
