"""Files of bids: their keys lie in the offer and nowhere else, and no scanner is waited for."""

import uuid
from base64 import b64decode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.attaching import attach_document, remove_document
from bids.actions.drafting import save_answer
from bids.actions.uploading import start_upload, take_piece
from bids.content import find, says_the_same
from bids.identity import identity
from bids.models import Bid, BidDocument, BidUpload
from bids.selectors.bidding import offer_of, questions_of
from bids.tasks import scan_files
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.background import Breaker
from framework_portal.documents import scanner
from framework_portal.documents.models import Document, ScanState
from framework_portal.documents.serving import opened_chunks
from framework_portal.documents.tasks import scan_documents
from framework_portal.notifications.models import Message
from framework_portal.sealing import envelope
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_own
from framework_portal.sealing.models import Purpose, SealedOffer
from tests.bids.bidding import bidder, complete_bid, read_by, submit
from tests.bids.evaluated import officers, opened
from tests.bids.test_secrecy import everything_stored
from tests.ground.documents.clamd import VIRUS, scanner_running
from tests.ground.documents.samples import pdf, upload
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DOCUMENT_DIR = tmp_path / "documents"
    monkeypatch.setattr(scanner, "breaker", Breaker(60))
    return settings.DOCUMENT_DIR


@pytest.fixture
def clamd(settings):
    with scanner_running() as address:
        yield lambda: setattr(settings, "CLAMD_ADDRESS", address)


@pytest.fixture
def bid():
    return complete_bid()


def attach(bid, content=None, name="plan.pdf"):
    at = clock.now()
    attached = attach_document(bid=bid, upload=upload(content or pdf(), name), by=bid.person, at=at)
    bid.refresh_from_db()
    return attached


def fresh(bid):
    return read_by(bid.person, Bid.objects.get(pk=bid.pk))


def file_url(bid, attached):
    kwargs = {"reference": bid.reference, "document": attached.reference}
    return reverse("supplier:bid_file", kwargs=kwargs)


def test_the_key_of_a_file_lies_in_the_draft_and_nowhere_else(bid):
    attached = attach(bid)

    (entry,) = offer_of(fresh(bid))["documents"]
    document = Document.objects.get()
    assert entry["reference"] == str(attached.reference)
    assert (entry["name"], entry["media_type"]) == ("plan.pdf", "application/pdf")
    assert entry["size"] == len(pdf()) and len(entry["sha256"]) == 64
    assert (bytes(document.wrapped_key), bytes(document.sealed_label)) == (b"", b"")


def test_the_own_file_comes_back_before_and_after_submission(client, bid):
    attached = attach(bid)
    sign_in(client, bid.person)

    before = client.get(file_url(bid, attached)).getvalue()
    submit(bid)
    after = client.get(file_url(bid, attached)).getvalue()

    assert before == after == pdf()


def test_a_file_that_was_taken_out_is_gone_unless_a_submitted_version_has_it(client, bid):
    never, once = attach(bid), attach(bid, name="other.pdf")
    remove_document(bid=bid, reference=never.reference, by=bid.person, at=clock.now())
    submit(bid)
    remove_document(bid=bid, reference=once.reference, by=bid.person, at=clock.now())
    sign_in(client, bid.person)

    assert client.get(file_url(bid, never)).status_code == 404
    assert client.get(file_url(bid, once)).getvalue() == pdf()


def test_a_file_that_no_version_ever_had_is_deleted_when_it_is_taken_out(
    bid, folder, django_capture_on_commit_callbacks
):
    attached = attach(bid)
    with django_capture_on_commit_callbacks(execute=True):
        remove_document(bid=bid, reference=attached.reference, by=bid.person, at=clock.now())

    assert not BidDocument.objects.exists() and not Document.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_same_file_uploaded_again_is_another_file(bid):
    attached = attach(bid)
    before = offer_of(fresh(bid))
    remove_document(bid=bid, reference=attached.reference, by=bid.person, at=clock.now())
    attach(bid)
    after = offer_of(fresh(bid))

    assert not says_the_same(before, after)
    for part in ("key", "name", "size", "sha256", "media_type", "reference"):
        (entry,) = before["documents"]
        changed = before | {"documents": [entry | {part: "another"}]}
        assert not says_the_same(before, changed), part


def test_writing_on_keeps_the_keys(client, bid):
    attached = attach(bid)
    submit(bid)
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=fresh(bid), question=question, text="New", by=bid.person, at=clock.now())
    sign_in(client, bid.person)

    assert client.get(file_url(bid, attached)).getvalue() == pdf()


def test_two_files_of_the_same_name_are_both_kept(client, bid):
    first, second = attach(bid, pdf(b"(one)")), attach(bid, pdf(b"(two)"))
    sign_in(client, bid.person)

    names = [entry["name"] for entry in offer_of(fresh(bid))["documents"]]
    assert names == ["plan.pdf", "plan (2).pdf"]
    assert client.get(file_url(bid, first)).getvalue() == pdf(b"(one)")
    response = client.get(file_url(bid, second))
    assert response.getvalue() == pdf(b"(two)")
    assert 'filename="plan (2).pdf"' in response["Content-Disposition"]


def test_officers_read_after_opening_what_the_offer_names(client, bid):
    kept, removed = attach(bid), attach(bid, name="other.pdf")
    remove_document(bid=bid, reference=removed.reference, by=bid.person, at=clock.now())
    submit(bid)
    first, second = officers(bid.lot.competition)
    sign_in(client, first)

    def get(attached):
        kwargs = {"reference": bid.reference, "document": attached.reference}
        return client.get(reverse("commissioner:opened_document", kwargs=kwargs))

    sealed = get(kept)
    opened(bid.lot.competition, first=first, second=second)

    assert sealed.status_code == 404
    assert get(kept).getvalue() == pdf()
    assert get(removed).status_code == 404
    page = client.get(reverse("commissioner:opened_bid", kwargs={"reference": bid.reference}))
    text = page.content.decode()
    assert "plan.pdf" in text and "other.pdf" not in text
    assert find(offer_of(fresh(bid))["documents"], kept.reference)["sha256"] in text


def opened_with_the_key_file(bid):
    """All that the keys of the portal open of the rows of `bid`, whatever they were sealed for."""
    for row in SealedOffer.objects.all():
        for number in (None, 1, 2):
            bound_to = identity(bid, number) if number else identity(bid)
            try:
                yield envelope._held(row, bound_to, set(Purpose))
            except InvalidSeal:
                continue


def test_after_submission_all_that_lies_on_the_server_reads_no_file(bid, folder):
    attach(bid, pdf(b"(MARKERBODY)"))
    (entry,) = offer_of(fresh(bid))["documents"]
    key = b64decode(entry["key"])

    assert entry["key"] in str(list(opened_with_the_key_file(bid)))  # a draft is read by it
    submit(bid)

    assert entry["key"] not in str(list(opened_with_the_key_file(bid)))
    stored = list(everything_stored())
    stored += [(str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    for place, content in stored:
        for shape in (key, key.hex().encode(), entry["key"].encode(), b"MARKERBODY"):
            assert shape not in content, place
    with pytest.raises(InvalidSeal):
        list(opened_chunks(Document.objects.get()))


# --- Scanning


def test_a_file_stored_without_a_scanner_is_scanned_while_the_draft_has_its_key(bid, clamd):
    clean, bad = attach(bid), attach(bid, VIRUS, "bad.pdf")
    clamd()

    scan_documents()  # has no key to it
    assert set(Document.objects.values_list("scan_state", flat=True)) == {"unscanned"}
    scan_files()
    scan_files()

    states = {row.reference: row.document.scan_state for row in BidDocument.objects.all()}
    assert states == {clean.reference: ScanState.CLEAN, bad.reference: ScanState.INFECTED}
    assert set(
        Message.objects.filter(kind="bid_file_infected").values_list("to", "context__bid")
    ) == {
        (address, str(bid.reference)) for address in (bid.supplier.contact_email, bid.person.email)
    }
    (event,) = AuditEvent.objects.filter(verb="bid.file_infected")
    assert event.details == {"document": str(bad.reference)}


def test_the_bidder_reads_on_the_pages_that_a_file_is_infected(client, bid, clamd):
    attach(bid), attach(bid, VIRUS, "bad.pdf")
    clamd()
    scan_files()
    sign_in(client, bid.person)

    for name in ("bid_files", "bid_submit", "bid_offer"):
        url = reverse(f"supplier:{name}", kwargs={"reference": bid.reference})
        page = client.get(url).content.decode()
        assert page.count("A virus was found in this file") == 1, name
        assert "Checked for viruses" in page, name
    record = reverse("supplier:bid_record", kwargs={"reference": bid.reference})
    assert "A virus was found in a file" in client.get(record).content.decode()
    assert submit(bid)  # and nobody is stopped


def test_after_submission_files_wait_for_the_opening_and_officers_for_the_scanner(
    client, bid, clamd
):
    clean, bad = attach(bid), attach(bid, VIRUS, "bad.pdf")
    submit(bid)
    first, second = officers(bid.lot.competition)
    clamd()
    scan_files()
    states = set(Document.objects.values_list("scan_state", flat=True))

    opened(bid.lot.competition, first=first, second=second)
    sign_in(client, first)

    def statuses():
        return [
            client.get(
                reverse(
                    "commissioner:opened_document",
                    kwargs={"reference": bid.reference, "document": attached.reference},
                )
            ).status_code
            for attached in (clean, bad)
        ]

    assert states == {"unscanned"}
    assert statuses() == [409, 409]
    with clock.fixed_at(bid.lot.competition.closes_at):
        scan_files()
    assert statuses() == [200, 409]
    assert not Message.objects.filter(kind="bid_file_infected").exists()  # nothing left to do


def test_a_draft_that_cannot_be_read_keeps_no_other_file_from_being_scanned(bid, clamd):
    attach(bid)
    other = complete_bid()
    attach(other)
    Bid.objects.filter(pk=other.pk).update(draft=fresh(bid).draft_id)  # another bid's
    bid_only = Document.objects.order_by("pk").first()
    clamd()

    scan_files()

    bid_only.refresh_from_db()
    assert bid_only.scan_state == ScanState.CLEAN


# --- The pages


def begun(bid, person=None, name="half.pdf", length=len(pdf())):
    at = clock.now()
    upload = start_upload(
        bid=bid, name=name, declared="", length=length, mark="m|1", by=person or bid.person, at=at
    )
    return take_piece(upload=upload, piece=pdf()[:10], begins=0, by=bid.person, at=at)


def page_of(client, bid, name="bid_files"):
    url = reverse(f"supplier:{name}", kwargs={"reference": bid.reference})
    return client.get(url).content.decode()


def test_what_has_not_arrived_whole_is_said_where_it_matters(client, bid):
    begun(bid)
    sign_in(client, bid.person)

    files, check = page_of(client, bid), page_of(client, bid, "bid_submit")

    assert "half.pdf" in files and "10 bytes of" in files and 'data-mark="m|1"' in files
    assert "1 file has not arrived whole yet and is not part of your bid" in check
    colleague = bidder(bid)
    sign_in(client, colleague)
    assert "half.pdf" not in page_of(client, bid)
    assert "1 file has not arrived whole yet" in page_of(client, bid, "bid_submit")


def test_what_was_begun_is_given_up_on_the_page_by_who_began_it(client, bid):
    own, others = begun(bid), begun(bid, bidder(bid), "other.pdf")
    sign_in(client, bid.person)
    url = reverse("supplier:bid_files", kwargs={"reference": bid.reference})

    for reference in (own.reference, others.reference, uuid.uuid4(), "x\x00"):
        assert client.post(url, {"give_up": reference}).status_code in (302, 400)

    assert list(BidUpload.objects.values_list("pk", flat=True)) == [others.pk]


def test_the_form_takes_a_file_of_which_a_part_had_arrived(client, bid):
    begun(bid), begun(bid, name="another.pdf")
    sign_in(client, bid.person)
    url = reverse("supplier:bid_files", kwargs={"reference": bid.reference})

    client.post(url, {"files": upload(pdf(), "half.pdf"), "upload": "1"})

    assert [entry["name"] for entry in offer_of(fresh(bid))["documents"]] == ["half.pdf"]
    assert [row.label["name"] for row in BidUpload.objects.all()] == ["another.pdf"]


def test_an_upload_whose_key_is_lost_breaks_no_page(client, bid):
    begun(bid)
    BidUpload.objects.update(key_id="0123456789abcdef")
    sign_in(client, bid.person)

    assert "This file cannot be read" in page_of(client, bid)


@pytest.mark.parametrize("name", ["bid_files", "bid_submit"])
def test_three_files_cost_as_many_queries_as_one(client, bid, name):
    sign_in(client, bid.person)
    attach(bid), begun(bid)
    with CaptureQueriesContext(connection) as one:
        page_of(client, bid, name)
    for _more in range(2):
        attach(bid), begun(bid)
    with CaptureQueriesContext(connection) as three:
        page_of(client, bid, name)

    assert len(three) == len(one)


# --- A label that is lost


def test_a_document_whose_label_is_lost_breaks_no_page(client, bid):
    attached = attach(bid)
    sign_in(client, bid.person)
    BidDocument.objects.filter(pk=attached.pk).update(reference=uuid.uuid4())

    for name in ("bid_files", "bid_submit", "bid_offer"):
        url = reverse(f"supplier:{name}", kwargs={"reference": bid.reference})
        assert client.get(url).status_code == 200


def test_a_draft_is_what_opens_it(bid):
    attach(bid)
    draft = fresh(bid).draft

    content = read_own(
        draft,
        bound_to={
            "competition": str(bid.lot.competition.reference),
            "lot": str(bid.lot.reference),
            "bid": str(bid.reference),
            "supplier": str(bid.supplier.reference),
        },
    )

    assert Document.objects.get().as_in(content["documents"][0]).name == "plan.pdf"
