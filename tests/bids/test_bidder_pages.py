import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bids.actions.attaching import attach_document
from bids.actions.drafting import save_answer, save_price
from bids.actions.subcontracting import declare_subcontracting
from bids.content import fingerprint
from bids.models import Arrival, Bid, Submission
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, submit, withdraw
from tests.bids.consenting import named, typed
from tests.factories import (
    PASSWORD,
    BidFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    OfficerFactory,
    OpenLotFactory,
    SupplierFactory,
    UserFactory,
    publish,
    qualify,
)
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db

PAGES = [
    "bid_detail",
    "bid_offer",
    "bid_answer",
    "bid_price",
    "bid_subcontractors",
    "bid_subcontractor_add",
    "bid_subcontractor",
    "bid_subcontractor_remove",
    "bid_files",
    "bid_file",
    "bid_file_remove",
    "bid_submit",
    "bid_withdraw",
    "bid_receipt",
    "bid_receipt_file",
    "bid_record",
]
WRITING = [
    "bid_answer",
    "bid_price",
    "bid_subcontractors",
    "bid_subcontractor_add",
    "bid_subcontractor",
    "bid_subcontractor_remove",
    "bid_files",
    "bid_file_remove",
    "bid_submit",
    "bid_withdraw",
]


@pytest.fixture
def bid():
    """A draft with an answer, a price, a subcontractor, a file and a receipt; `.person` owns it."""
    bid = complete_bid()
    bid.subcontractor = str(named(bid, name="North Star").entry)
    declare(bid, False)
    bid.file = attach_document(
        bid=bid, upload=a_file("plan.csv"), by=bid.person, at=clock.now()
    ).reference
    bid.refresh_from_db()
    return bid


def declare(bid, is_free):
    """Whether the lead says that it asked nobody to work for it alone."""
    declare_subcontracting(
        bid=bid, uses=True, no_exclusivity=is_free, by=bid.person, at=clock.now()
    )


def a_file(name, content=b"a,b\n1,2\n", kind="text/csv"):
    return SimpleUploadedFile(name, content, content_type=kind)


def address(bid, name, submission=None):
    more = {
        "bid_answer": lambda: {"question": questions_of(bid.lot.competition)[0].reference},
        "bid_subcontractor": lambda: {"subcontractor": bid.subcontractor},
        "bid_subcontractor_remove": lambda: {"subcontractor": bid.subcontractor},
        "bid_file": lambda: {"document": bid.file},
        "bid_file_remove": lambda: {"document": bid.file},
        "bid_receipt": lambda: {"submission": submission or uuid.uuid4()},
        "bid_receipt_file": lambda: {"submission": submission or uuid.uuid4()},
    }.get(name, dict)()
    return reverse(f"supplier:{name}", kwargs={"reference": bid.reference, **more})


def submitted_reference(bid):
    declare(bid, True)
    return submit(bid).reference


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_bid_shows_to_its_owner_that_it_is_not_submitted(client, bid, name):
    submission = submitted_reference(bid) if "receipt" in name else None
    sign_in(client, bid.person)

    response = client.get(address(bid, name, submission))

    assert response.status_code == 200, name
    if "receipt" not in name and name != "bid_file":
        page = response.content.decode()
        assert "Not submitted" in page
        assert "UK time" in page and "left" in page
        assert "Still missing:" in page
        assert "Key subcontractors" in page


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", PAGES)
def test_another_organisations_bid_is_not_there(client, bid, name, method):
    submission = submitted_reference(bid) if "receipt" in name else None
    rival = BidFactory(lot=bid.lot)
    sign_in(client, bidder(rival))

    response = getattr(client, method)(address(bid, name, submission))

    reads_only = name in PAGES and name not in WRITING and method == "post"
    assert response.status_code == (405 if reads_only else 404)
    assert Arrival.objects.filter(account__memberships__supplier=rival.supplier).count() == 0


@pytest.mark.parametrize("who", ["officer", "stranger", "reader"])
@pytest.mark.parametrize("name", WRITING)
def test_only_owners_and_editors_write(client, bid, name, who):
    person = {
        "officer": lambda: OfficerFactory(commissioner=bid.lot.competition.commissioner).user,
        "stranger": UserFactory,
        "reader": lambda: bidder(bid, role=MemberRole.READER),
    }[who]()
    sign_in(client, person)

    response = client.post(address(bid, name), {"text": "x", "price": "1"})

    assert response.status_code in (403, 404)
    assert response.status_code == 403 if who == "reader" else True


@pytest.mark.parametrize("name", ["bid_detail", "bid_offer", "bid_record", "bid_file"])
def test_readers_read(client, bid, name):
    sign_in(client, bidder(bid, role=MemberRole.READER))

    response = client.get(address(bid, name))

    assert response.status_code == 200
    assert b"/price/" not in response.getvalue()


@pytest.mark.parametrize("name", WRITING)
def test_after_closing_the_pages_that_write_are_locked_in_clear_words(client, bid, name):
    sign_in(client, bid.person)

    with clock.fixed_at(bid.lot.competition.closes_at):
        response = client.get(address(bid, name))

    assert "This bid can no longer be changed" in response.content.decode()


def test_what_is_typed_after_closing_is_refused_and_stays_on_the_page(client, bid):
    sign_in(client, bid.person)

    with clock.fixed_at(bid.lot.competition.closes_at):
        response = client.post(
            address(bid, "bid_answer"), {"text": "Too late but long", "shown": ""}
        )

    page = response.content.decode()
    assert "can no longer be changed" in page
    assert "Too late but long" in page


def answer(client, bid, **data):
    return client.post(address(bid, "bid_answer"), data)


def test_an_answer_is_saved_and_leads_to_the_next_part(client):
    bid = BidFactory()
    sign_in(client, bidder(bid))

    response = answer(client, bid, text="We listen", shown=fingerprint(""), save="1")

    bid.refresh_from_db()
    assert response.url == address(bid, "bid_price")
    assert [each["text"] for each in offer_of(bid)["answers"].values()] == ["We listen"]


def test_save_and_come_back_later_leads_to_the_task_list(client):
    bid = BidFactory()
    sign_in(client, bidder(bid))

    response = answer(client, bid, text="Half a", shown=fingerprint(""), later="1")

    assert response.url == address(bid, "bid_detail")


def test_a_change_link_of_the_check_page_leads_back_to_it(client, bid):
    sign_in(client, bid.person)

    page = client.get(address(bid, "bid_submit")).content.decode()
    response = client.post(
        address(bid, "bid_answer") + "?back=check",
        {"text": "New", "shown": fingerprint("We listen first"), "save": "1"},
    )

    assert f'{address(bid, "bid_answer")}?back=check"' in page
    assert response.url == address(bid, "bid_submit")


def test_an_answer_over_its_limit_is_kept_and_said_to_be_too_long(client):
    bid = BidFactory()
    sign_in(client, bidder(bid))
    question = questions_of(bid.lot.competition)[0]
    text = " ".join(["word"] * (question.word_limit + 2))

    response = answer(client, bid, text=text, shown=fingerprint(""), save="1")

    bid.refresh_from_db()
    page = response.content.decode()
    assert "Your answer must be 100 words or fewer. Take out 2 words" in page
    assert "Error:" in page.split("</title>")[0]
    assert offer_of(bid)["answers"][str(question.reference)]["text"] == text


def test_two_tabs_lose_nothing_both_texts_are_shown_and_the_person_chooses(client):
    bid = BidFactory()
    person, colleague = bidder(bid), bidder(bid)
    question = questions_of(bid.lot.competition)[0]
    save_answer(bid=bid, question=question, text="Hers", by=colleague, at=clock.now())
    sign_in(client, person)

    response = answer(client, bid, text="His", shown=fingerprint(""), save="1")
    page = response.content.decode()
    kept = answer(client, bid, text="His", shown=fingerprint("Hers"), keep="1")
    bid.refresh_from_db()
    text_then = offer_of(bid)["answers"][str(question.reference)]["text"]
    answer(client, bid, text="His", shown=fingerprint("Hers"), save="1")

    bid.refresh_from_db()
    assert "Hers" in page and "His" in page and str(colleague) in page
    assert "Save my version" in page and "Keep the other version" in page
    assert fingerprint("Hers") in page
    assert (kept.status_code, text_then) == (302, "Hers")
    assert offer_of(bid)["answers"][str(question.reference)]["text"] == "His"


def test_a_stale_price_is_compared_too(client):
    bid = BidFactory()
    person = bidder(bid)
    save_price(bid=bid, price=Decimal("10"), by=person, at=clock.now())
    sign_in(client, person)
    shown = fingerprint({"price": None, "price_note": ""})

    response = client.post(address(bid, "bid_price"), {"price": "20", "shown": shown})

    bid.refresh_from_db()
    assert "The other version" in response.content.decode()
    assert offer_of(bid)["price"] == "10.00"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Enter your total price"),
        ("abc", "must be an amount in pounds"),
        ("1.234", "no more than two digits"),
        ("-5", "must be £0 or more"),
        ("1e400", "must be an amount in pounds"),
        ("9" * 40, "must be an amount in pounds"),
        ("12\x00", "Enter your total price|cannot be kept"),
    ],
)
def test_a_price_that_is_none_is_refused_by_the_field_and_stays(client, typed, words):
    bid = BidFactory()
    sign_in(client, bidder(bid))

    response = client.post(address(bid, "bid_price"), {"price": typed, "shown": "", "save": "1"})

    page = response.content.decode()
    assert response.status_code == 200
    assert any(word in page for word in words.split("|"))
    bid.refresh_from_db()
    assert offer_of(bid)["price"] is None


HOSTILE = ["\x00", "\ud800", "<script>alert(1)</script>", "{{ 7|add:7 }}", "a" * 100_001, "\u202e"]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", WRITING)
def test_hostile_input_never_ends_in_an_error_of_the_server(client, bid, name, value):
    sign_in(client, bid.person)
    fields = ["text", "price", "price_note", "shown", "uses", "no_exclusivity", "name", "role"]
    fields += ["supplier", "share_percent", "relied_on", "key", "declared", "save", "files"]
    # A lone surrogate cannot be sent in UTF-8; its bytes can.
    sent = value.encode("utf-8", "surrogatepass")

    response = client.post(
        address(bid, name),
        b"&".join(f.encode() + b"=" + b"".join(b"%%%02x" % byte for byte in sent) for f in fields),
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code in (200, 302, 400)
    assert b"<script>alert" not in response.content
    if response.status_code == 200:
        assert "14" not in response.content.decode().split('name="text"')[-1][:60]


def test_unknown_parts_of_a_bid_are_not_there(client, bid):
    sign_in(client, bid.person)
    foreign = BidFactory()
    question = questions_of(foreign.lot.competition)[0].reference

    for name, more in [
        ("bid_answer", {"question": question}),
        ("bid_subcontractor", {"subcontractor": uuid.uuid4()}),
        ("bid_file", {"document": uuid.uuid4()}),
        ("bid_receipt", {"submission": uuid.uuid4()}),
    ]:
        url = reverse(f"supplier:{name}", kwargs={"reference": bid.reference, **more})
        assert client.get(url).status_code == 404


def test_a_file_of_another_bid_is_not_served_through_the_own_one(client, bid):
    rival = BidFactory()
    person = bidder(rival)
    stolen = attach_document(
        bid=rival, upload=a_file("secret.csv"), by=person, at=clock.now()
    ).reference
    sign_in(client, bid.person)

    url = reverse("supplier:bid_file", kwargs={"reference": bid.reference, "document": stolen})

    assert client.get(url).status_code == 404


def test_a_bad_file_never_stops_the_good_ones(client, bid):
    sign_in(client, bid.person)
    files = [
        a_file("good.csv"),
        a_file("bad.exe", b"MZ", "application/x-msdownload"),
        a_file("plan.csv", b"c,d\n3,4\n"),
    ]

    response = client.post(address(bid, "bid_files"), {"files": files, "upload": "1"})

    bid.refresh_from_db()
    page = response.content.decode()
    assert "bad.exe" in page and "2 files added" in page
    assert page.count('<p id="id_files-error') == 1
    names = [each["name"] for each in offer_of(bid)["documents"]]
    assert names == ["plan.csv", "good.csv", "plan (2).csv"]


def test_files_are_shown_with_size_and_digest_and_removed_after_asking(client, bid):
    sign_in(client, bid.person)

    digest = offer_of(bid)["documents"][0]["sha256"]

    page = client.get(address(bid, "bid_files")).content.decode()
    client.post(address(bid, "bid_file_remove"))

    bid.refresh_from_db()
    assert digest in page and "plan.csv" in page and "8 bytes" in page
    assert offer_of(bid)["documents"] == []


def test_a_download_is_an_attachment_and_never_inline(client, bid):
    sign_in(client, bid.person)

    response = client.get(address(bid, "bid_file"))

    assert response["Content-Disposition"].startswith("attachment")
    assert response.getvalue() == b"a,b\n1,2\n"


def test_the_register_is_offered_where_the_typed_name_fits(client):
    bid = BidFactory()
    registered = qualify(SupplierFactory(name="North Star Housing"), OpenLotFactory())
    sign_in(client, bidder(bid))
    said = typed(bid, name="north star", email="")

    asked = client.post(address(bid, "bid_subcontractor_add"), said)
    client.post(
        address(bid, "bid_subcontractor_add"), said | {"supplier": str(registered.reference)}
    )

    bid.refresh_from_db()
    assert "Select the organisation, or keep the name as you typed it" in asked.content.decode()
    entry = offer_of(bid)["subcontractors"][0]
    assert (entry["name"], entry["supplier"]) == (registered.name, str(registered.reference))


def test_a_supplier_forged_into_the_form_is_refused(client):
    bid, unlisted = BidFactory(), SupplierFactory(name="Never Qualified")
    sign_in(client, bidder(bid))

    response = client.post(
        address(bid, "bid_subcontractor_add"),
        typed(bid, name="Somebody", supplier=str(unlisted.reference)),
    )

    bid.refresh_from_db()
    assert response.status_code == 302
    assert offer_of(bid)["subcontractors"][0]["supplier"] is None


def press(client, bid, key=None, **data):
    key = key or uuid.uuid4()
    return client.post(address(bid, "bid_submit"), {"key": str(key), "declared": "on", **data})


def test_the_last_press_shows_a_receipt_with_time_digest_and_files(client):
    bid = complete_bid()
    sign_in(client, bid.person)

    response = press(client, bid)
    receipt = client.get(response.url).content.decode()
    text = client.get(response.url + "receipt.json")

    submission = Submission.objects.get()
    assert submission.offer.digest in receipt and submission.receipt_number in receipt
    assert f"{submission.received_at:%H:%M:%S.%f}" in receipt
    assert text.json()["statement"] == submission.receipt.statement
    assert text["Content-Disposition"].startswith("attachment")


def test_a_double_click_and_a_retry_after_closing_end_at_the_same_receipt(client):
    bid, key = complete_bid(), uuid.uuid4()
    sign_in(client, bid.person)

    first, again = press(client, bid, key), press(client, bid, key)
    with clock.fixed_at(clock.now() + timedelta(minutes=50)):
        later = press(client, bid, key)

    assert first.url == again.url == later.url
    assert Submission.objects.count() == 1


def test_the_press_counts_from_the_moment_it_arrived_and_late_ones_are_on_the_record(client):
    bid = complete_bid()
    sign_in(client, bid.person)

    with clock.fixed_at(bid.lot.competition.closes_at):
        response = press(client, bid)
        record = client.get(address(bid, "bid_record")).content.decode()

    assert "The competition closed before your bid arrived" in response.content.decode()
    assert "Tried to submit" in record
    assert "The competition closed before your bid arrived" in record
    assert Arrival.objects.get().at == bid.lot.competition.closes_at


@pytest.mark.parametrize("key", ["", "not-a-key", "\x00", "0" * 5000])
def test_a_forged_key_is_a_press_of_its_own(client, key):
    bid = complete_bid()
    sign_in(client, bid.person)

    response = press(client, bid, key)

    assert response.status_code == 302
    assert Submission.objects.count() == 1


def test_without_the_declaration_nothing_is_submitted_and_the_box_says_so(client):
    bid = complete_bid()
    sign_in(client, bid.person)

    response = client.post(address(bid, "bid_submit"), {"key": str(uuid.uuid4())})

    assert "Confirm the declaration before you submit" in response.content.decode()
    assert not Submission.objects.exists()


def test_whoever_signed_in_long_ago_proves_who_they_are_first(client):
    bid = complete_bid(BidFactory())
    bid.person.set_password(PASSWORD)
    bid.person.save()
    sign_in(client, bid.person)
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 20 * 60
    session.save()

    looked = client.get(address(bid, "bid_submit"))
    pressed = press(client, bid)

    assert looked.status_code == 302 and "reauthenticate" in looked.url
    assert "receipts" in pressed.url


def test_a_bid_is_withdrawn_after_asking(client):
    bid = complete_bid()
    sign_in(client, bid.person)

    asked = client.get(address(bid, "bid_withdraw")).content.decode()
    left = client.post(address(bid, "bid_withdraw"))
    page = client.get(address(bid, "bid_detail")).content.decode()

    assert left.url == address(bid, "bid_detail")  # nothing was submitted: there is no receipt

    assert "Withdraw your bid for" in asked
    assert "It will not be opened" in page
    bid.refresh_from_db()
    assert bid.state == "withdrawn"


def test_a_bid_is_started_for_the_only_organisation_that_matches(client):
    lot = OpenLotFactory()
    supplier = qualify(SupplierFactory(), lot)
    sign_in(client, MembershipFactory(supplier=supplier).user)
    url = reverse("supplier:bid_start", kwargs={"reference": lot.reference})

    page = client.get(url).content.decode()
    response = client.post(url)

    bid = Bid.objects.get()
    assert supplier.name in page
    assert response.url == address(bid, "bid_detail")


def test_who_acts_for_two_organisations_chooses_and_cannot_choose_a_third(client):
    lot = OpenLotFactory()
    first, second, rival = (qualify(SupplierFactory(), lot) for _ in range(3))
    person = MembershipFactory(supplier=first).user
    MembershipFactory(supplier=second, user=person)
    sign_in(client, person)
    url = reverse("supplier:bid_start", kwargs={"reference": lot.reference})

    forged = client.post(url, {"supplier": str(rival.reference)})
    client.post(url, {"supplier": str(second.reference)})

    assert forged.status_code == 200
    assert Bid.objects.get().supplier == second


def test_whoever_does_not_match_is_told_why_and_starts_nothing(client):
    lot = OpenLotFactory()
    sign_in(client, MembershipFactory().user)
    url = reverse("supplier:bid_start", kwargs={"reference": lot.reference})

    page = client.get(url).content.decode()
    client.post(url)

    assert "You cannot bid for this lot today" in page
    assert not Bid.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_bids_costs_the_same_for_one_or_three(client, count, django_assert_num_queries):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    for lot in OpenLotFactory.create_batch(count):
        BidFactory(lot=lot, supplier=supplier)
    BidFactory()  # a rival's, which must not appear
    sign_in(client, person)
    client.get(reverse("supplier:bid_list"))

    with django_assert_num_queries(6):
        response = client.get(reverse("supplier:bid_list"))

    assert response.content.count(b'<h2 class="govuk-heading-s') == count


def test_the_list_of_bids_begins_with_what_closes_next_and_ends_with_the_oldest(client):
    supplier, now = SupplierFactory(), clock.now()
    person = MembershipFactory(supplier=supplier).user
    for title, days in [("Later", 9), ("Oldest", 1), ("Next", 6), ("Past", 3)]:
        competition = CompetitionFactory(
            closes_at=now + timedelta(days=days), clarifications_close_at=None
        )
        lot = LotFactory(competition=competition, title=title)
        publish(competition)
        BidFactory(lot=lot, supplier=supplier)
    sign_in(client, person)

    with clock.fixed_at(now + timedelta(days=5)):
        page = client.get(reverse("supplier:bid_list")).content.decode()

    places = [page.index(f">{title}</a>") for title in ("Next", "Later", "Past", "Oldest")]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_matching_lots_costs_the_same_for_one_or_three(
    client, count, django_assert_num_queries
):
    supplier = SupplierFactory()
    person = MembershipFactory(supplier=supplier).user
    for lot in OpenLotFactory.create_batch(count):
        qualify(supplier, lot)
    OpenLotFactory()  # does not match
    sign_in(client, person)
    client.get(reverse("supplier:lot_list"))

    with django_assert_num_queries(11):
        response = client.get(reverse("supplier:lot_list"))

    assert response.content.count(b'<h2 class="govuk-heading-s') == count


def test_a_page_of_a_bid_costs_few_queries(client, bid, django_assert_max_num_queries):
    sign_in(client, bid.person)
    client.get(address(bid, "bid_detail"))

    for url in [address(bid, name) for name in WRITING if "remove" not in name]:
        # One asks for the consents of those it names, two for the names of their terms, one for
        # what was typed and not saved, and one for who else is there.
        with django_assert_max_num_queries(12):
            client.get(url)


def test_rivals_neither_count_nor_show_before_opening(client, bid):
    submitted_reference(bid)
    rival = complete_bid(BidFactory(lot=bid.lot))
    submit(rival)
    sign_in(client, bid.person)

    for name in ("bid_detail", "bid_offer", "bid_record", "bid_submit"):
        page = client.get(address(bid, name)).content.decode()
        assert rival.supplier.name not in page
        assert str(rival.reference) not in page


def test_a_withdrawn_bid_is_locked_and_can_be_read(client):
    bid = complete_bid()
    submit(bid)
    withdraw(bid)
    sign_in(client, bid.person)

    locked = client.get(address(bid, "bid_price")).content.decode()
    offer = client.get(address(bid, "bid_offer")).content.decode()

    assert "It was withdrawn" in locked
    assert "We listen first" in offer
