"""What bidders write is looked for everywhere it could lie in clear."""

import gzip
import zlib
from base64 import b64encode
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from bids.actions.answering_consents import claim_consent
from bids.actions.attaching import attach_document
from bids.content import fingerprint
from bids.states import ConsentAnswer, Exclusivity
from framework_portal import clock
from tests.bids.bidding import bidder, complete_bid, submit
from tests.bids.consenting import answer, ask, name, person_of
from tests.factories import BidFactory, SupplierFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = "Marker-Answer-Kingfisher-4471"
PRICE = "7734561298.37"
PARTNER = "Marker-Partner-Heron-9902"
FILE_NAME = "Marker-File-Wagtail.csv"
FILE_TEXT = "Marker-Content-Dipper-1150"
MARKERS = [ANSWER, "7734561298", PARTNER, "Marker-File-Wagtail", FILE_TEXT]


def shapes(marker):
    """The marker as it is and as it may lie encoded or compressed."""
    plain = marker.encode()
    return [
        plain,
        plain.hex().encode(),
        b64encode(plain).rstrip(b"=")[:-2],
        b64encode(b" " + plain)[2:-4],
        b64encode(b"  " + plain)[4:-4],
        zlib.compress(plain)[2:-4],
        gzip.compress(plain)[10:-8],
        marker.encode("utf-16-le"),
    ]


def everything_stored():
    """Each row of each table as text and bytes, and each file of the run."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row.encode()
    for path in Path(settings.VAR_DIR).rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes()


def assert_nowhere():
    for place, stored in everything_stored():
        for marker in MARKERS:
            for shape in shapes(marker):
                assert shape not in stored, f"{marker} lies in {place}"


def test_neither_drafts_nor_submitted_bids_lie_anywhere_in_clear(client, caplog):
    bid = complete_bid(text=ANSWER, price=PRICE)
    upload = SimpleUploadedFile(FILE_NAME, f"a,b\n{FILE_TEXT},2\n".encode(), "text/csv")
    at = clock.now()
    attach_document(bid=bid, upload=upload, by=bid.person, at=at)
    request = ask(bid, name(bid, name=PARTNER, role=PARTNER, email="partner@portal.example"))
    supplier = SupplierFactory()
    request = claim_consent(consent=request, supplier=supplier, by=person_of(supplier), at=at)
    assert_nowhere()
    told = {"exclusivity": Exclusivity.ASKED, "told": PARTNER}
    answer(request, ConsentAnswer.CHANGE_ASKED, words=PARTNER, **told)
    assert_nowhere()
    name(
        bid,
        name=PARTNER,
        role=PARTNER,
        email=request.invited_email,
        reference=request.entry,
        volume=7,
    )
    answer(ask(bid, request.entry))

    assert_nowhere()  # a draft
    submit(bid)
    assert_nowhere()  # an offer

    assert not any(marker in caplog.text for marker in MARKERS)


def test_neither_refused_nor_kept_forms_leave_anything_in_clear(client, caplog):
    bid = BidFactory()
    person = bidder(bid)
    sign_in(client, person)
    question = bid.lot.competition.criteria.exclude(questions=None).get().questions.get()
    url = reverse(
        "supplier:bid_answer", kwargs={"reference": bid.reference, "question": question.reference}
    )
    price = reverse("supplier:bid_price", kwargs={"reference": bid.reference})

    client.post(url, {"text": ANSWER, "shown": fingerprint("somebody else's")})  # a conflict
    client.post(price, {"price": f"{PRICE}99", "price_note": PARTNER})  # a field error
    client.post(
        reverse("supplier:bid_files", kwargs={"reference": bid.reference}),
        {"files": SimpleUploadedFile(FILE_NAME, b"MZ" + FILE_TEXT.encode(), "text/csv")},
    )
    client.logout()
    client.post(url, {"text": ANSWER})  # a session that has ended

    assert_nowhere()
    assert not any(marker in caplog.text for marker in MARKERS)
