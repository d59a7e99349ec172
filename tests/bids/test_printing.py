"""The PDF of what was sent: all of it, for everybody, and nothing but words."""

import io
import time

import pytest
from django.urls import reverse
from pypdf import PdfReader

from bids.actions.drafting import save_answer
from bids.printing.pdf import rendered
from bids.printing.saying import offer_said
from bids.selectors.bidding import questions_of
from framework_portal import clock
from tests.bids.bidding import bidder, complete_bid, submit
from tests.bids.evaluated import officers, opened, submitted_bid
from tests.factories import MembershipFactory, OfficerFactory, OpenLotFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

HOSTILE = [
    '#panic("x")',
    '"); #panic("x") //',
    '#read("/etc/passwd") #include "/etc/passwd" #image("x.png")',
    "$x^2$ *bold* _em_ <label> @nobody `raw` /* never closed",
    "= No heading\n- no list\n/ No: term\n\\u{41} \\ ~",
    "https://example.org/#a#b",
    "\u200d\u200b\ufeffinvisible",
    "]] [[ }} {{ #{ #[ \\",
]


def pages(content):
    return PdfReader(io.BytesIO(content)).pages


def words(content):
    return "\n".join(page.extract_text() for page in pages(content))


def squeezed(text):
    return "".join(text.split())


@pytest.fixture
def sent():
    bid = complete_bid(text="We listen first.\n\nThen we act – in Cardiff, at £5 an hour.")
    bid.submission = submit(bid)
    return bid


def address(bid):
    return reverse("supplier:bid_pdf", args=[bid.reference, bid.submission.reference])


def pdf_of(bid, text, *, name=None):
    content = {
        "answers": {
            str(question.reference): {"text": text}
            for question in questions_of(bid.lot.competition)
        },
        "price": "1234.50",
        "price_note": text,
        "subcontractors": [{"name": name or text, "role": text, "share_percent": "10"}],
        "documents": [{"name": name or text, "size": 5, "sha256": "ab" * 32}],
    }
    questions = questions_of(bid.lot.competition)
    said = offer_said(bid, bid.submission, content, questions, is_priced=True)
    return rendered(said, at=bid.submission.received_at)


def test_it_holds_what_was_sent_and_how_it_is_proved(client, sent):
    sign_in(client, sent.person)

    response = client.get(address(sent))

    found = words(response.content)
    assert response["Content-Type"] == "application/pdf"
    assert "attachment" in response["Content-Disposition"]
    for part in (
        "We listen first.",
        "Then we act – in Cardiff, at £5 an hour.",
        "13 of 100 words",
        "£1,000",
        sent.supplier.name,
        sent.lot.title,
        sent.submission.receipt_number,
        sent.submission.offer.digest,
        f"{sent.submission.received_at:%H:%M:%S.%f} UTC",
    ):
        assert squeezed(part) in squeezed(found), part


def test_it_can_be_read_by_ear(sent):
    document = PdfReader(io.BytesIO(pdf_of(sent, "Words")))

    root = document.root_object
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert sent.lot.title in document.metadata.title
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert "/Outlines" in root


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_typed_is_words_and_never_source(sent, text):
    found = words(pdf_of(sent, text))

    plain = "".join(letter for letter in text if letter.isascii())
    assert squeezed(found).count(squeezed(plain)) >= 3
    assert "root:" not in found


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("ŵ ŷ ł ß é", "ŵ ŷ ł ß é"),
        ("日", "[U+65E5 CJK UNIFIED IDEOGRAPH-65E5]"),
        ("\u202eover\u202c", "[U+202E RIGHT-TO-LEFT OVERRIDE]over"),
        ("fine 😀", "fine [U+1F600 GRINNING FACE]"),
        ("\ue000", "[U+E000]"),
        ("ﷺ", "[U+FDFA"),
        ("पंजाब ਪੰਜਾਬ", "[U+0A2A GURMUKHI LETTER PA]"),
    ],
)
def test_letters_that_no_font_has_are_spelled_out_and_not_lost(sent, text, spelled):
    assert squeezed(spelled) in squeezed(words(pdf_of(sent, text)))


def test_the_same_bid_is_the_same_file(sent):
    assert pdf_of(sent, "Words") == pdf_of(sent, "Words")


def test_it_is_what_was_sent_and_not_what_is_being_written_now(client, sent):
    question = questions_of(sent.lot.competition)[0]
    save_answer(bid=sent, question=question, text="Marker", by=sent.person, at=clock.now())
    sign_in(client, sent.person)

    assert "Marker" not in words(client.get(address(sent)).content)


def test_a_large_bid_takes_less_than_two_seconds(sent):
    text = "listening words of six letters " * 6000

    started = time.process_time()
    content = pdf_of(sent, text, name="Short")

    assert time.process_time() - started < 4  # four times the text of the largest question
    assert len(pages(content)) > 50


@pytest.mark.parametrize("who", ["rival", "officer"])
def test_nobody_else_gets_it(client, sent, who):
    person = {
        "rival": lambda: MembershipFactory().user,
        "officer": lambda: OfficerFactory(commissioner=sent.lot.competition.commissioner).user,
    }[who]()
    sign_in(client, person)

    assert client.get(address(sent)).status_code in (403, 404)


def test_a_colleague_who_only_reads_gets_it(client, sent):
    sign_in(client, bidder(sent, role="reader"))

    assert client.get(address(sent)).status_code == 200


def test_officers_get_it_after_opening_and_not_before(client):
    lot = OpenLotFactory()
    bid = submitted_bid(lot)
    first, second = officers(lot.competition)
    page = reverse("commissioner:opened_bid_pdf", args=[bid.reference])
    sign_in(client, first)
    before = client.get(page).status_code
    opened(lot.competition, first=first, second=second)

    response = client.get(page)

    assert before == 404
    assert f"The way of bid {bid.pk}" in words(response.content)
    sign_in(client, OfficerFactory().user)
    assert client.get(page).status_code == 404
