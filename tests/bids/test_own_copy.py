"""What was submitted: read and changed by the bidder's signed-in people, and by nothing at rest."""

import base64
from decimal import Decimal

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bids.actions.drafting import drop_changes, save_answer, save_price, start_over
from bids.actions.sealing_offers import keep_copy
from bids.identity import identity
from bids.models import Bid
from bids.selectors.bidding import counting_offer, offer_of, own_copy, questions_of
from bids.selectors.sameness import opened_as_sent
from framework_portal import clock
from framework_portal.accounts.actions.personal_keys import replace
from framework_portal.accounts.models import PersonalKey, StashedForm
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_opened, read_own, read_with, seal
from framework_portal.sealing.keys import keyring
from framework_portal.sealing.models import Purpose, SealedOffer
from suppliers.models import VaultGrant
from suppliers.vault.opening import NOBODYS, VaultLocked
from tests.bids.bidding import bidder, complete_bid, read_by, submit, withdraw
from tests.bids.evaluated import officers, opened
from tests.factories import PASSWORD, BidFactory, OpenLotFactory, qualify
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
MARKER = "Marmalade at the gate"


def address(name, bid, **more):
    return reverse(f"supplier:{name}", kwargs={"reference": bid.reference, **more})


def question_of(bid):
    return questions_of(bid.lot.competition)[0]


def text_of(offer, question):
    return offer["answers"][str(question.reference)]["text"]


@pytest.fixture
def bid():
    bid = complete_bid(text=MARKER)
    submit(bid)
    bid.refresh_from_db()
    return bid


def anew(bid, person=None):
    found = Bid.objects.get(pk=bid.pk)
    return read_by(person, found) if person else found


def lock_out(person):
    """As after a new password by mail."""
    replace(user=person, password=PASSWORD)


def test_the_draft_is_gone_and_the_own_copy_says_the_same_under_the_same_digest(bid):
    submission = bid.submissions.get()

    assert bid.draft is None
    assert submission.copy.purpose == Purpose.COPY
    assert submission.copy.digest == submission.offer.digest
    assert text_of(offer_of(anew(bid, bid.person)), question_of(bid)) == MARKER


def test_the_server_at_rest_reads_nothing_of_it(bid):
    """Every row of the database, every key of the file, nobody signed in."""
    ring = keyring()
    keys = [ring.subkey(ring.newest, purpose) for purpose in Purpose]
    for stored in (PersonalKey.objects.all(), VaultGrant.objects.all()):
        for row in stored:
            text = bytes(getattr(row, "wrapped", None) or row.sealed)
            keys += [text[at : at + 32] for at in range(len(text) - 31)]

    copies = SealedOffer.objects.filter(purpose=Purpose.COPY)
    assert copies.count() == 1
    for row in copies:
        for opener in (read_own, read_opened):
            with pytest.raises(InvalidSeal):
                opener(row, bound_to=identity(bid, 1))
        for key in keys:
            with pytest.raises(InvalidSeal):
                read_with(key, row, bound_to=identity(bid, 1))
    with pytest.raises(VaultLocked):
        offer_of(anew(bid))


def test_its_words_lie_nowhere_in_the_database(bid):
    forms = [
        MARKER.encode(),
        base64.b64encode(MARKER.encode())[:-4],
        MARKER.encode().hex().encode(),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            for (row,) in cursor.fetchall():
                text = row.encode()
                assert not any(form in text for form in forms), table


def test_a_copy_of_another_version_or_bid_does_not_pass_for_it(bid):
    submission = bid.submissions.get()
    submission.sequence = 2

    with pytest.raises(InvalidSeal):
        own_copy(read_by(bid.person, bid), submission)


def test_a_colleague_signs_in_changes_a_word_and_submits_again(client, bid):
    colleague, question = bidder(bid), question_of(bid)
    sign_in(client, bid.person)
    client.get(address("bid_detail", bid))  # lets the colleague in, who joined since
    sign_in(client, colleague)

    page = client.get(address("bid_offer", bid)).content.decode()
    assert MARKER in page
    shown = client.get(address("bid_answer", bid, question=question.reference))
    typed = {
        name: value
        for name, value in shown.context["form"].initial.items()
        if isinstance(value, str)
    }
    client.post(
        address("bid_answer", bid, question=question.reference),
        typed | {"text": "Honey at the gate", "save": ""},
    )
    found = anew(bid, bid.person)
    assert found.has_changes and text_of(counting_offer(found), question) == MARKER
    client.post(address("bid_submit", bid), {"declared": "on"})

    found = anew(bid, bid.person)
    assert found.submissions.count() == 2 and found.draft is None
    assert text_of(offer_of(found), question) == "Honey at the gate"


def test_two_members_change_one_after_the_other(bid):
    colleague, question, at = bidder(bid), question_of(bid), clock.now()
    save_answer(bid=bid, question=question, text="Hers", by=bid.person, at=at)
    save_price(bid=bid, price=Decimal("5"), by=colleague, at=at)

    content = offer_of(anew(bid))  # a draft by now
    assert (text_of(content, question), content["price"]) == ("Hers", "5.00")


def test_changed_back_it_is_as_it_was_submitted(bid):
    question, at = question_of(bid), clock.now()

    save_answer(bid=bid, question=question, text="Other", by=bid.person, at=at)
    save_answer(bid=anew(bid, bid.person), question=question, text=MARKER, by=bid.person, at=at)

    found = anew(bid)
    assert found.draft is None and not found.has_changes


def test_without_the_vault_a_change_begun_by_a_colleague_goes_on(bid):
    question, at = question_of(bid), clock.now()
    save_answer(bid=bid, question=question, text="Other", by=bid.person, at=at)
    locked = anew(bid)

    save_answer(bid=locked, question=question, text=MARKER, by=bid.person, at=at)

    found = anew(bid)
    assert found.draft is not None and found.has_changes, "whether it is the same nobody can tell"


def test_who_cannot_read_it_cannot_change_it_by_accident(bid):
    locked = anew(bid)

    with pytest.raises(Refused) as refusal:
        save_answer(bid=locked, question=question_of(bid), text="x", by=bid.person, at=clock.now())

    assert refusal.value.code == "vault_locked"
    assert anew(bid).draft is None and anew(bid).state == "submitted"


def test_somebody_whose_vault_is_locked_submits_and_a_colleague_reads(client):
    bid = complete_bid(text=MARKER)
    colleague = bidder(bid)
    submit(bid)
    lock_out(colleague)
    save_answer(
        bid=anew(bid, bid.person),
        question=question_of(bid),
        text="Better",
        by=bid.person,
        at=clock.now(),
    )

    sign_in(client, colleague)
    response = client.post(address("bid_submit", bid), {"declared": "on"}, follow=True)

    assert response.status_code == 200
    assert text_of(offer_of(anew(bid, bid.person)), question_of(bid)) == "Better"
    with pytest.raises(VaultLocked):
        offer_of(anew(bid, colleague))


def test_the_pages_say_what_is_locked_that_it_counts_and_how_to_get_in(client, bid):
    colleague = bidder(bid)
    sign_in(client, bid.person)
    client.get(address("bid_detail", bid))
    lock_out(colleague)
    sign_in(client, colleague)
    question = question_of(bid)

    home = client.get(address("bid_detail", bid))
    others = [
        client.get(address("bid_offer", bid)),
        client.get(address("bid_price", bid)),
        client.get(address("bid_answer", bid, question=question.reference)),
        client.get(address("bid_submit", bid)),
    ]

    for page in [home, *others]:
        words = page.content.decode()
        assert page.status_code == 200 and MARKER not in words
        assert "stands, whether or not you can read it here" in words
        assert str(bid.person) in words, "who can let them in"
    assert "Start a replacement" in home.content.decode()


def test_who_only_lost_the_cookie_is_asked_for_the_password_and_comes_back(client, bid):
    bid.person.set_password(PASSWORD)
    bid.person.save()
    EmailAddress.objects.create(user=bid.person, email=bid.person.email, verified=True)
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]

    page = client.get(address("bid_offer", bid)).content.decode()
    assert "Enter your password" in page and "account/reauthenticate" in page
    response = client.post(
        f"{reverse('account_reauthenticate')}?next={address('bid_offer', bid)}",
        {"password": PASSWORD},
        follow=True,
    )

    assert MARKER in response.content.decode()


def test_what_was_typed_is_kept_when_the_vault_is_locked(client, bid):
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]
    where = address("bid_answer", bid, question=question_of(bid).reference)

    page = client.post(where, {"text": "Typed for an hour", "save": ""})

    assert page.status_code == 200 and "stands, whether or not" in page.content.decode()
    assert StashedForm.objects.get().path == where


def test_withdrawing_the_receipt_and_the_record_need_no_vault(client, bid):
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]
    submission = bid.submissions.get()

    receipt = client.get(address("bid_receipt", bid, submission=submission.reference))
    text = client.get(address("bid_receipt_file", bid, submission=submission.reference))
    record = client.get(address("bid_record", bid))
    asked = client.get(address("bid_withdraw", bid))
    client.post(address("bid_withdraw", bid))

    assert [page.status_code for page in (receipt, text, record, asked)] == [200] * 4
    assert submission.offer.digest in receipt.content.decode()
    assert anew(bid).state == "withdrawn"


def test_a_replacement_is_begun_anew_and_what_was_submitted_counts_meanwhile(client, bid):
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]

    client.post(address("bid_start_over", bid))

    found = anew(bid)
    assert found.has_changes and offer_of(found)["price"] is None
    assert text_of(counting_offer(anew(bid, bid.person)), question_of(bid)) == MARKER
    assert (
        "counts until you submit again" in client.get(address("bid_detail", bid)).content.decode()
    )


def test_changes_are_thrown_away_and_what_was_submitted_counts(client, bid):
    save_price(bid=bid, price=Decimal("1"), by=bid.person, at=clock.now())
    sign_in(client, bid.person)

    assert client.get(address("bid_drop_changes", bid)).status_code == 200
    client.post(address("bid_drop_changes", bid))

    found = anew(bid, bid.person)
    assert found.draft is None and not found.has_changes
    assert offer_of(found)["price"] == "1000.00"
    assert not SealedOffer.objects.filter(purpose=Purpose.DRAFT).exists()


def test_neither_is_done_after_closing_or_to_a_draft_that_was_never_submitted(bid):
    late = bid.lot.competition.closes_at
    draft = complete_bid()

    for action, on, at in [
        (start_over, bid, late),
        (drop_changes, bid, late),
        (drop_changes, draft, clock.now()),
    ]:
        with pytest.raises(Refused):
            action(bid=on, by=bid.person, at=at)


def test_starting_over_twice_keeps_what_was_begun(bid):
    at = clock.now()
    start_over(bid=bid, by=bid.person, at=at)
    save_price(bid=anew(bid), price=Decimal("7"), by=bid.person, at=at)

    start_over(bid=anew(bid), by=bid.person, at=at)

    assert offer_of(anew(bid))["price"] == "7.00"


def opened_competition(bid):
    competition = bid.lot.competition
    first, second = officers(competition)
    opened(competition, first=first, second=second)
    found = Bid.objects.for_desk().select_related("opened").get(pk=bid.pk)
    return read_by(bid.person, found)


def test_after_opening_the_bidder_sees_that_it_is_what_was_sent(client, bid):
    found = opened_competition(bid)
    submission = bid.submissions.get()
    sign_in(client, bid.person)

    assert opened_as_sent(found) is True
    page = client.get(address("bid_receipt", bid, submission=submission.reference))
    assert "All three are the same" in page.content.decode()


@pytest.mark.parametrize("altered", ["opened", "copy"])
def test_after_opening_another_content_shows(client, bid, altered):
    found = opened_competition(bid)
    salt = own_copy(found, found.offer.submission)[1]
    forged = counting_offer(found) | {"price": "1.00"}
    if altered == "opened":
        found.opened = seal(forged, purpose=Purpose.OPENED, bound_to=identity(bid), salt=salt)
    else:
        copy = keep_copy(bid, forged, sequence=1, salt=salt)
        found.offer.submission.copy = copy

    assert opened_as_sent(found) is False


def test_who_cannot_read_the_own_copy_is_told_that_it_cannot_be_judged(client, bid):
    found = opened_competition(bid)
    found.vaults = NOBODYS
    sign_in(client, bid.person)
    del client.cookies[settings.UNLOCKED_COOKIE_NAME]
    where = address("bid_receipt", bid, submission=bid.submissions.get().reference)

    assert opened_as_sent(found) is None
    assert "You cannot check this here" in client.get(where).content.decode()


def test_a_withdrawn_bid_is_read_by_its_own_people_still(bid):
    withdraw(bid)

    assert text_of(counting_offer(anew(bid, bid.person)), question_of(bid)) == MARKER


def test_a_page_without_content_asks_for_no_vault(client):
    bid = complete_bid()
    sign_in(client, bid.person)
    client.get("/account/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/account/")

    assert not [query for query in queries if "vault" in query["sql"].lower()]


def test_opening_the_vault_costs_one_statement(client, bid):
    sign_in(client, bid.person)
    client.get(address("bid_offer", bid))

    with CaptureQueriesContext(connection) as queries:
        client.get(address("bid_offer", bid))

    asked = [query for query in queries if 'FROM "suppliers_vaultgrant"' in query["sql"]]
    assert len(asked) == 1


def test_another_lots_bid_of_the_same_people_is_read_with_the_same_vault(bid):
    other = complete_bid(lot_bid(bid), by=bid.person, text="Second lot")
    submit(other, by=bid.person)

    assert text_of(offer_of(anew(other, bid.person)), question_of(other)) == "Second lot"


def lot_bid(bid):
    lot = OpenLotFactory()
    qualify(bid.supplier, lot)
    return BidFactory(lot=lot, supplier=bid.supplier)
