"""What is typed of a key subcontractor is not lost, and is no part of the bid until it is saved."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions import presence
from bids.actions.drafting import start_over
from bids.actions.rotating import rotate_keys
from bids.actions.subcontracting import remove_subcontractor
from bids.actions.unsaved_entries import KEPT_FOR, forget_unsaved
from bids.content import fingerprint
from bids.forms.chains import SubcontractorForm
from bids.models import Bid, UnsavedEntry
from bids.selectors.bidding import offer_of
from bids.selectors.unsaved import unsaved_of
from framework_portal import clock
from framework_portal.sealing.models import Purpose, SealedOffer
from suppliers.states import MemberRole
from tests.bids.bidding import bidder, complete_bid, read_by, stand_by, submit, withdraw
from tests.bids.consenting import name, named, typed
from tests.bids.evaluated import officers, opened
from tests.factories import BidFactory, OfficerFactory
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db
JSON = {"HTTP_ACCEPT": "application/json"}
NAME = "Sandwichtern Housing"


@pytest.fixture
def bid():
    return complete_bid()


def address(bid, entry=None, *, saves=False):
    page = ("subcontractor" if entry else "subcontractor_add") + ("_autosave" if saves else "")
    args = [bid.reference, *([entry] if entry else [])]
    return reverse(f"supplier:{page}" if saves else f"supplier:bid_{page}", args=args)


def tab():
    return {"tab": uuid.uuid4().hex, "turn": 1}


def shown_to(client, bid, entry=None):
    """What the page carries of what it showed."""
    form = client.get(address(bid, entry)).context["form"]
    return {box: form[box].value() for box in ("shown", "base")}


def save(client, bid, entry=None, **fields):
    """The page saves by itself: answers what it is told."""
    return client.post(address(bid, entry, saves=True), fields, **JSON).json()


def field(client, bid, box="name", entry=None):
    return client.get(address(bid, entry)).context["form"][box].value()


def kept():
    return UnsavedEntry.objects.filter(sealed__isnull=False)


def entries(bid):
    fresh = Bid.objects.for_desk().get(pk=bid.pk)
    fresh.vaults = vaults_of(bid.person)
    return offer_of(fresh)["subcontractors"]


def test_what_is_typed_is_there_again_in_every_field_and_is_no_entry(client, bid):
    sign_in(client, bid.person)
    boxes = SubcontractorForm(lot=bid.lot).fields["starts_on"].widget.widgets_names
    starts = {f"starts_on{box}": part for box, part in zip(boxes, ("1", "jun", ""), strict=True)}
    area = bid.lot.areas.select_related("level").first().key

    told = save(
        client,
        bid,
        name=NAME,
        email="half-an-address",
        role="Rooms\r\nin Kent",
        share_percent="12,",
        areas=[area],
        relied_on="on",
        **starts,
        **shown_to(client, bid),
    )

    assert told["outcome"] == "saved" and told["base"] == 1
    assert entries(bid) == []
    client.logout()
    sign_in(client, bid.person)
    page = client.get(address(bid))
    form = page.context["form"]
    said = {box: form[box].value() for box in ("name", "email", "role", "share_percent", "areas")}
    assert said == {
        "name": NAME,
        "email": "half-an-address",
        "role": "Rooms\nin Kent",
        "share_percent": "12,",
        "areas": [area],
    }
    assert form["relied_on"].value() is True
    assert form["starts_on"].value() == ["1", "jun", None]
    assert 'value="half-an-address"' in page.text and 'value="jun"' in page.text
    assert "is not saved yet" in page.text and 'name="forget"' in page.text
    listed = client.get(reverse("supplier:bid_subcontractors", args=[bid.reference])).text
    assert "Go on with the organisation you have begun" in listed


def test_half_typed_terms_undo_no_consent_and_change_no_version_that_stands_by(client, bid):
    consent = named(bid, name="Small Steps", email="a@small.example")
    stand_by(bid)
    sign_in(client, bid.person)
    before = Bid.objects.values("edition", "draft", "saved_at").get(pk=bid.pk)
    versions = list(bid.submissions.values_list("pk", flat=True))

    told = save(
        client, bid, consent.entry, share_percent="99", **shown_to(client, bid, consent.entry)
    )

    assert told["outcome"] == "saved"
    assert field(client, bid, "share_percent", consent.entry) == "99"
    assert Bid.objects.values("edition", "draft", "saved_at").get(pk=bid.pk) == before
    assert list(bid.submissions.values_list("pk", flat=True)) == versions
    consent.refresh_from_db()
    assert consent.is_agreed and consent.superseded_at is None


def test_once_saved_it_is_gone_and_a_copy_that_comes_late_brings_nothing_back(client, bid):
    sign_in(client, bid.person)
    page = tab()
    save(client, bid, name=NAME, **page)

    client.post(address(bid), typed(bid, name=NAME, **page | {"turn": 3}))
    late = save(client, bid, name=NAME, **page | {"turn": 2})

    assert [entry["name"] for entry in entries(bid)] == [NAME]
    assert late["outcome"] == "saved" and not kept().exists()
    fresh = client.get(address(bid))
    assert not fresh.context["form"]["name"].value() and "is not saved yet" not in fresh.text
    # By which the script knows the words that it kept of that page.
    assert f'data-over="{page["tab"]} 3"' in fresh.text
    assert not SealedOffer.objects.filter(purpose=Purpose.DRAFT).exclude(pk=drafts(bid)).exists()


def drafts(bid):
    return Bid.objects.values_list("draft", flat=True).get(pk=bid.pk)


@pytest.mark.parametrize("scripts", [True, False])
def test_it_can_be_thrown_away_with_scripts_and_without(client, bid, scripts):
    sign_in(client, bid.person)
    page = tab()
    save(client, bid, name=NAME, **page)

    told = client.post(
        address(bid), {"forget": "1"} | (page | {"turn": 3} if scripts else {}), follow=True
    )
    if scripts:
        save(client, bid, name=NAME, **page | {"turn": 2})

    assert "What you had typed is thrown away" in told.text
    assert not field(client, bid) and not kept().exists()
    assert UnsavedEntry.objects.exists() is scripts


def test_what_was_sent_and_is_not_right_yet_is_there_another_day(client, bid):
    sign_in(client, bid.person)
    answer = client.post(address(bid), typed(bid, name=NAME, payment_days="31"))

    assert answer.context["form"]["base"].value() == 1
    assert (field(client, bid), field(client, bid, "payment_days")) == (NAME, "31")
    assert entries(bid) == []


def test_typing_that_says_nothing_more_is_not_kept(client, bid):
    entry = name(bid, email="a@small.example", name=NAME)
    sign_in(client, bid.person)
    said = typed(bid, name=NAME, email="a@small.example")

    save(client, bid, entry, **said | {"role": "Other"})
    assert kept().count() == 1
    save(client, bid, entry, **said, base="1")

    assert not kept().exists()
    assert save(client, bid)["outcome"] == "saved" and not kept().exists()


def test_an_entry_that_a_colleague_saved_meanwhile_is_compared_another_day_too(client, bid):
    entry = name(bid, email="a@small.example", name=NAME)
    sign_in(client, bid.person)
    mine = typed(bid, name=NAME, email="a@small.example", role="Mine")
    save(client, bid, entry, **mine | shown_to(client, bid, entry))
    theirs = {"name": NAME, "email": "a@small.example", "role": "Theirs"}
    name(bid, reference=entry, by=bidder(bid), **theirs)

    page = client.get(address(bid, entry))
    assert "This organisation was changed since" in page.text
    assert page.context["form"]["role"].value() == "Mine"
    carried = {box: page.context["form"][box].value() for box in ("shown", "base")}
    both = client.post(address(bid, entry), mine | carried)

    assert "The other version" in both.text and "Theirs" in both.text
    assert [each["role"] for each in entries(bid)] == ["Theirs"]
    assert field(client, bid, "role", entry) == "Mine"  # compared again, not lost
    client.post(address(bid, entry), {"keep": "1"})
    assert field(client, bid, "role", entry) == "Theirs" and not kept().exists()


def test_two_pages_of_one_person_do_not_overwrite_each_other(client, bid):
    sign_in(client, bid.person)
    one, other = tab(), tab()
    save(client, bid, name=NAME, base="0", **one)

    assert save(client, bid, name="Another", base="0", **other)["outcome"] == "changed"
    assert field(client, bid) == NAME
    # An answer that was lost on the way is no conflict of a page with itself.
    assert save(client, bid, name=f"{NAME} 2", base="0", **one | {"turn": 2})["outcome"] == "saved"
    assert save(client, bid, name="Another", base="2", **other)["outcome"] == "saved"


def test_saving_one_page_keeps_what_another_page_of_the_same_person_holds(client, bid):
    sign_in(client, bid.person)
    one, other = tab(), tab()
    save(client, bid, name=NAME, base="0", **one)

    client.post(address(bid), typed(bid, name="Another", base="0", **other))

    assert [entry["name"] for entry in entries(bid)] == ["Another"]
    assert field(client, bid) == NAME


def test_it_is_nobody_elses(client, bid):
    entry = name(bid, email="a@small.example", name="Small Steps")
    sign_in(client, bid.person)
    save(client, bid, name=NAME)
    save(client, bid, entry, role="Sandwichtern role")

    client.logout()
    sign_in(client, bidder(bid))
    assert "Sandwichtern" not in client.get(address(bid)).text
    assert "Sandwichtern" not in client.get(address(bid, entry)).text
    listed = client.get(reverse("supplier:bid_subcontractors", args=[bid.reference])).text
    assert "Typed and not saved yet" not in listed
    stranger = bidder(BidFactory())
    officer = OfficerFactory(commissioner=bid.lot.competition.commissioner).user
    for person in (stranger, bidder(bid, role=MemberRole.READER), officer):
        client.logout()
        sign_in(client, person)
        for place in (None, entry):
            answer = client.post(address(bid, place, saves=True), {"name": "X"}, **JSON)
            assert answer.status_code == (404 if person == stranger else 403)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM bids_unsavedentry t")
        assert "Sandwichtern" not in str(cursor.fetchall())


def test_an_entry_of_another_bid_or_of_none_is_not_found(client, bid):
    sign_in(client, bid.person)
    other = name(complete_bid())

    for entry in (other, str(uuid.uuid4())):
        assert client.post(address(bid, entry, saves=True), {"name": "X"}).status_code == 404
    assert not UnsavedEntry.objects.exists()


def test_moved_to_another_row_it_says_nothing(client, bid):
    people = [bid.person, bidder(bid)]
    for person in people:
        client.logout()
        sign_in(client, person)
        save(client, bid, name=person.email)
    first, second = kept().order_by("pk")
    sealed, second.sealed = second.sealed, None
    second.save()
    first.sealed = sealed
    first.save()

    assert unsaved_of(bid, None, people[0]).said is None
    assert not field(client, bid)


def test_who_saves_too_often_waits_and_loses_nothing(client, bid, monkeypatch):
    monkeypatch.setattr(presence, "MOST_SAVES", 2)
    sign_in(client, bid.person)
    page = tab()

    told = [
        save(client, bid, name=f"{NAME} {turn}", **page | {"turn": turn})["outcome"]
        for turn in range(4)
    ]

    assert told == ["saved", "saved", "saved", "busy"]
    assert field(client, bid) == f"{NAME} 2"


def test_what_is_too_long_is_not_kept(client, bid):
    sign_in(client, bid.person)
    assert save(client, bid, role="x" * 100_001)["outcome"] == "wrong"
    assert not UnsavedEntry.objects.exists()


def test_signed_out_or_somebody_else_the_page_is_told(client, bid):
    assert client.post(address(bid, saves=True), {"name": NAME}, **JSON).status_code == 401
    sign_in(client, bid.person)
    assert save(client, bid, name=NAME, writer="x")["outcome"] == "somebody_else"
    assert not UnsavedEntry.objects.exists()


def test_after_closing_it_is_taken_in_by_neither_page_nor_database(client, bid):
    closes_at = bid.lot.competition.closes_at
    sign_in(client, bid.person)
    with clock.fixed_at(closes_at - timedelta(microseconds=1)):
        sign_in(client, bid.person)
        assert save(client, bid, name=NAME)["outcome"] == "saved"
    with clock.fixed_at(closes_at):
        sign_in(client, bid.person)
        assert save(client, bid, name="Late", base="1")["outcome"] == "closed"
        row = kept().get()
        with pytest.raises(IntegrityError, match="typed after closing"), transaction.atomic():
            row.saved_at = clock.now()
            row.save()


def test_it_goes_a_week_after_closing_and_at_once_with_a_withdrawn_bid(client, bid):
    sign_in(client, bid.person)
    save(client, bid, name=NAME)
    over = bid.lot.competition.closes_at + KEPT_FOR

    assert forget_unsaved(at=over - timedelta(microseconds=1)) == 0
    with transaction.atomic():
        assert forget_unsaved(at=over) == 1
        transaction.set_rollback(True)
    withdraw(bid)

    assert not UnsavedEntry.objects.exists()
    assert not SealedOffer.objects.filter(purpose=Purpose.DRAFT).exists()


def test_it_goes_with_its_entry_whoever_typed_it(client, bid):
    entry = name(bid, email="a@small.example", name="Small Steps")
    for person in (bid.person, bidder(bid)):
        client.logout()
        sign_in(client, person)
        save(client, bid, entry, role="Typed")
        save(client, bid, name=NAME)

    remove_subcontractor(bid=bid, reference=entry, by=bid.person, at=clock.now())

    assert set(kept().values_list("entry", flat=True)) == {None}
    assert kept().count() == 2


def test_it_goes_when_the_opening_begins(client, bid):
    sign_in(client, bid.person)
    save(client, bid, name=NAME)
    submit(read_by(bid.person, bid))
    first, second = officers(bid.lot.competition)
    opened(bid.lot.competition, first=first, second=second)

    assert not UnsavedEntry.objects.exists()


def test_submitting_seals_it_to_the_organisations_vault(client, bid):
    sign_in(client, bid.person)
    save(client, bid, name=NAME)
    submit(read_by(bid.person, bid))

    assert kept().get().sealed.purpose == Purpose.KEPT
    assert field(client, bid) == NAME
    # Where the draft is open again and the vault is not, the page says so.
    start_over_by(bid)
    client.cookies.pop("unlocked", None)
    assert unsaved_of(Bid.objects.get(pk=bid.pk), None, bid.person).is_locked
    # What is typed from here on is a change that is being written.
    save(client, bid, name=f"{NAME} 2", base="1")
    assert kept().get().sealed.purpose == Purpose.DRAFT


def start_over_by(bid):
    start_over(bid=Bid.objects.get(pk=bid.pk), by=bid.person, at=clock.now())


def test_a_new_key_seals_it_anew(client, bid):
    sign_in(client, bid.person)
    save(client, bid, name=NAME)
    former = kept().get().sealed

    key_id, _drafts, _unneeded = rotate_keys()

    now = kept().get()
    assert (now.sealed.key_id, field(client, bid)) == (key_id, NAME)
    assert former.key_id != key_id and not SealedOffer.objects.filter(pk=former.pk).exists()


def test_somebody_else_at_the_same_entry_is_told_by_name(client, bid):
    entry = name(bid, email="a@small.example", name="Small Steps")
    other = bidder(bid)
    other.name = "Maya Example"
    other.save()
    presence.be_here(bid=bid, part=entry, by=other, at=clock.now())
    sign_in(client, bid.person)

    assert "Maya Example is writing here now" in client.get(address(bid, entry)).text
    assert "Maya" in save(client, bid, entry, role="Mine")["here"]
    place = reverse("supplier:bid_presence", args=[bid.reference])
    assert client.post(place, {"part": entry}, **JSON).json()["outcome"] == "here"
    assert client.post(place, {"part": str(uuid.uuid4())}, **JSON).status_code == 404


def test_the_list_takes_as_many_queries_for_three_as_for_one(client, bid):
    sign_in(client, bid.person)
    counts = []
    for number in range(3):
        entry = name(bid, email=f"{number}@small.example", name=f"Org {number}", share_percent=5)
        save(client, bid, entry, role="Typed")
        page = reverse("supplier:bid_subcontractors", args=[bid.reference])
        client.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert "Go on with your changes to Org" in client.get(page).text
        counts.append(len(queries))
    assert counts[0] == counts[2]


def test_the_fingerprint_that_is_kept_is_of_the_entry(client, bid):
    entry = name(bid, email="a@small.example", name="Small Steps")
    sign_in(client, bid.person)
    save(client, bid, entry, role="Typed", **shown_to(client, bid, entry))

    assert unsaved_of(bid, entry, bid.person).shown == fingerprint(entries(bid)[0])


def test_a_form_sent_too_late_is_given_back_without_what_nobody_typed(client, bid):
    sign_in(client, bid.person)
    client.get(address(bid))
    client.logout()
    client.post(address(bid), typed(bid, name=NAME, shown="", base="0", **tab()))
    sign_in(client, bid.person)

    page = client.get(address(bid))

    assert page.context["shown"]["name"] == [NAME]
    assert not {"shown", "base", "tab", "turn"} & page.context["shown"].keys()
    assert {"shown", "base", "tab", "turn"} <= page.context["typed"]["fields"].keys()
