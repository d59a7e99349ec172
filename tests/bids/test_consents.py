"""What a key subcontractor agrees to, and that no bid counts without it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from bids.actions.answering_consents import claim_consent, withdraw_consent
from bids.actions.consents import remind_of_consent
from bids.actions.drafting import drop_changes, save_price
from bids.actions.leftovers import put_away_leftovers
from bids.actions.rotating import rotate_keys
from bids.actions.subcontracting import (
    declare_subcontracting,
    name_subcontractor,
    remove_subcontractor,
)
from bids.content import named_in, price_alone, without_price
from bids.models import Bid, ConsentRequest, ExclusivityAnswer, NamedConsent, Receipt
from bids.selectors.bidding import offer_of
from bids.selectors.consents import consents_of, kept_consent, terms_asked, words_wanted
from bids.selectors.evaluation import opened_offer
from bids.selectors.receipts import UNSEATED, standing
from bids.selectors.standby import counting
from bids.states import BidState, ConsentAnswer, Consenting, Exclusivity
from framework_portal import clock
from framework_portal.notifications.models import Message
from framework_portal.refusals import Refused
from framework_portal.sealing.models import SealedOffer
from framework_portal.sealing.signing import verify
from suppliers.vault.opening import VaultLocked
from tests.bids.bidding import complete_bid, read_by, stand_by, submit, withdraw
from tests.bids.consenting import answer, ask, name, named, person_of
from tests.bids.evaluated import officers, opened
from tests.factories import (
    QualificationFactory,
    SupplierFactory,
)
from tests.signing_in import vaults_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid():
    return complete_bid()


def fresh(bid):
    found = read_by(bid.person, Bid.objects.get(pk=bid.pk))
    found.person = bid.person
    return found


def states(bid):
    found = fresh(bid)
    return [str(each.state) for each in consents_of(found, offer_of(found))]


def price(bid, pounds):
    save_price(bid=bid, price=Decimal(pounds), by=bid.person, at=clock.now())


def take_back(consent, **fields):
    by = person_of(consent.supplier)
    return withdraw_consent(consent=consent, by=by, at=clock.now(), **fields)


def refused(code):
    return pytest.raises(Refused, check=lambda refusal: refusal.code == code)


def test_a_bid_is_submitted_once_everybody_named_has_agreed(bid):
    reference = name(bid)
    with refused("no_consent"):
        submit(bid)
    assert states(bid) == ["not_asked"]
    request = ask(bid, reference)
    with refused("no_consent"):
        submit(bid)

    answer(request)
    submission = submit(bid)

    assert NamedConsent.objects.get(submission=submission).consent == request
    signed = offer_of(fresh(bid))["consents"][reference]
    said = verify(signed, kind="subcontractor-consent")
    assert said["terms"]["pounds"] == "125.00" and said["terms"]["share_percent"] == "12.50"
    assert said["organisation"] == str(request.supplier.reference)


@pytest.mark.parametrize("said", [ConsentAnswer.DECLINED, ConsentAnswer.CHANGE_ASKED])
def test_no_other_answer_is_an_agreement(bid, said):
    request = answer(ask(bid, name(bid)), said)

    assert states(bid) == [said]
    with refused("no_consent"):
        submit(bid)
    assert words_wanted(request) == ("Fewer people" if said == "change_asked" else "")


def test_the_terms_hold_nothing_else_of_the_bid(bid):
    request = ask(bid, name(bid))

    assert set(terms_asked(request)) == {
        *("lead", "lot", "name", "role", "categories", "areas", "share_percent", "pounds"),
        *("volume", "payment_days", "starts_on", "relied_on"),
    }


@pytest.mark.parametrize(
    "change",
    [
        {"role": "Housing"},
        {"share_percent": Decimal("12.51")},
        {"volume": 41},
        {"payment_days": 14},
        {"relied_on": True},
    ],
)
def test_changed_terms_need_consent_anew(bid, change):
    request = named(bid)
    name(bid, supplier=request.supplier, reference=str(request.entry), **change)

    assert states(bid) == ["changed"]
    with refused("no_consent"):
        submit(bid)


def test_a_price_that_changes_the_pounds_needs_consent_anew_and_the_old_price_none(bid):
    request = named(bid)
    price(bid, "2000")
    assert states(bid) == ["changed"]

    price(bid, "1000")
    assert states(bid) == ["agreed"]

    price(bid, "2000")
    newer = ask(bid, request.entry)
    request.refresh_from_db()
    assert request.superseded_at and newer.number == 2
    assert terms_asked(newer)["pounds"] == "250.00"
    answer(newer)
    submit(bid)


def test_a_submitted_version_keeps_its_consent_while_newer_terms_are_asked(bid):
    request = named(bid)
    submission = submit(bid)
    price(fresh(bid), "2000")
    newer = ask(fresh(bid), request.entry)
    answer(newer, ConsentAnswer.DECLINED)

    assert fresh(bid).state == BidState.SUBMITTED
    assert counting(bid) == submission
    drop_changes(bid=fresh(bid), by=bid.person, at=clock.now())
    assert fresh(bid).state == BidState.SUBMITTED


def test_a_withdrawn_consent_takes_a_submitted_bid_back(bid, mailoutbox):
    request = named(bid)
    submission = submit(bid)
    take_back(request)

    now = fresh(bid)
    assert (now.state, now.offer, now.submitted_at) == (BidState.DRAFT, None, None)
    assert counting(bid) is None
    assert offer_of(now)["price"] == "1000.00"  # still there to read
    receipt = Receipt.objects.get(kind="unseated")
    assert receipt.statement["sequence"] == 1 and receipt.statement["of"] == "unseated"
    assert standing(submission.receipt) == UNSEATED
    told = Message.objects.filter(kind="consent_withdrawn")
    assert {message.to for message in told} >= {bid.person.email}
    assert {message.context["unseated"] for message in told} == {True}
    with refused("no_consent"):
        submit(now)


def test_it_withdraws_what_it_agreed_to_before_newer_terms_too(bid):
    request = named(bid)
    submit(bid)
    price(fresh(bid), "2000")
    newer = answer(ask(fresh(bid), request.entry))
    take_back(newer)

    assert fresh(bid).state == BidState.DRAFT
    assert not ConsentRequest.objects.given().exists()


def test_the_bid_is_submitted_again_without_it_or_with_its_new_consent(bid):
    request = named(bid)
    submit(bid)
    take_back(request)
    answer(ask(fresh(bid), request.entry))
    submission = submit(fresh(bid))

    assert submission.sequence == 2 and fresh(bid).state == BidState.SUBMITTED
    take_back(ConsentRequest.objects.standing().get())
    remove_subcontractor(
        bid=fresh(bid), reference=str(request.entry), by=bid.person, at=clock.now()
    )
    declare_subcontracting(bid=fresh(bid), uses=False, by=bid.person, at=clock.now())
    assert submit(fresh(bid)).sequence == 3
    assert Receipt.objects.filter(kind="unseated").count() == 2


def test_nothing_is_withdrawn_at_closing(bid):
    request = named(bid)
    submit(bid)
    closes_at = bid.lot.competition.closes_at
    with clock.fixed_at(closes_at), refused("closed"):
        take_back(request)
    with clock.fixed_at(closes_at - timedelta(microseconds=1)):
        take_back(request)
    assert fresh(bid).state == BidState.DRAFT


def test_the_database_refuses_a_withdrawal_at_closing_whatever_the_caller_says(bid):
    request = named(bid)
    rows = ConsentRequest.objects.filter(pk=request.pk)
    refusing = pytest.raises(IntegrityError, match="stands from closing")
    with clock.fixed_at(bid.lot.competition.closes_at), refusing, transaction.atomic():
        rows.update(withdrawn_at=clock.now(), withdrawn_by=bid.person)


def test_a_stand_by_version_counts_no_more_and_again_once_it_agrees_anew(bid):
    stand_by(bid)
    alone = counting(bid)
    request = named(bid)
    version = counting(bid)
    assert version != alone and version.named.get().consent == request

    take_back(request)
    assert counting(bid) is None  # nor does what it had replaced

    answer(ask(fresh(bid), request.entry))
    assert counting(bid).sequence > version.sequence


def test_relied_on_needs_a_qualification_or_an_application_being_assessed(bid):
    request = named(bid, relied_on=True)
    assert states(bid) == ["unqualified"]
    with refused("no_consent"):
        submit(bid)

    for category in bid.lot.categories.all():
        QualificationFactory(supplier=request.supplier, category=category)
    assert states(bid) == ["agreed"]
    submit(bid)


def test_an_invited_organisation_claims_its_request_once(bid):
    reference = name(bid, name="Small Steps", email="Hello@Small.example")
    request = ask(bid, reference)
    assert (request.supplier, request.invited_email) == (None, "hello@small.example")
    assert Message.objects.get(kind="organisation_invited").to == "hello@small.example"
    supplier = SupplierFactory()
    with refused("not_claimed"):
        answer(request, by=person_of(supplier))

    claim_consent(consent=request, supplier=supplier, by=person_of(supplier), at=clock.now())
    request.refresh_from_db()
    answer(request)
    submit(bid)
    other = SupplierFactory()
    with refused("claimed"):
        claim_consent(consent=request, supplier=other, by=person_of(other), at=clock.now())


def test_a_lead_does_not_claim_its_own_invitation(bid):
    request = ask(bid, name(bid, name="Small Steps", email="hello@small.example"))
    with refused("itself"):
        claim_consent(consent=request, supplier=bid.supplier, by=bid.person, at=clock.now())


def test_it_is_reminded_at_most_once_a_day(bid):
    request = ask(bid, name(bid))
    remind = {"bid": bid, "reference": request.entry, "by": bid.person}
    with refused("reminded"):
        remind_of_consent(**remind, at=clock.now())
    with clock.fixed_at(clock.now() + timedelta(days=1)) as at:
        remind_of_consent(**remind, at=at)
        with refused("reminded"):
            remind_of_consent(**remind, at=at)
    assert Message.objects.filter(kind="consent_reminder").count() == 1
    answer(request)
    with refused("not_waiting"):
        remind_of_consent(**remind, at=clock.now() + timedelta(days=9))


def test_nothing_under_the_portals_own_key_is_left_once_the_bid_is_submitted(bid):
    request = named(bid)
    answer(ask(bid, name(bid, supplier=SupplierFactory(name="Second"), name="Second")))
    held = [request.terms_id, request.signed_id]
    submit(bid)

    assert not SealedOffer.objects.filter(pk__in=held).exists()
    request = ConsentRequest.objects.get(pk=request.pk)
    person = person_of(request.supplier)
    assert kept_consent(request, vaults_of(person))["statement"]["terms"]["role"] == "Mentoring"
    assert terms_asked(request, vaults_of(person))["volume"] == 40
    with pytest.raises(VaultLocked):
        kept_consent(request, vaults_of(bid.person))


def test_consents_are_opened_with_the_bid(bid):
    request = named(bid)
    submit(bid)
    first, second = officers(bid.lot.competition)
    opened(bid.lot.competition, first=first, second=second)

    offer = opened_offer(Bid.objects.get(pk=bid.pk))
    said = verify(offer["consents"][str(request.entry)], kind="subcontractor-consent")
    assert said["request"] == str(request.reference)
    assert named_in(offer)[0]["volume"] == 40


def test_every_answer_says_whether_it_was_asked_for_exclusivity(bid):
    one = answer(ask(bid, name(bid)), exclusivity=Exclusivity.ASKED, told="By phone")
    other = SupplierFactory(name="Second")
    two = answer(ask(bid, name(bid, supplier=other)), ConsentAnswer.DECLINED)

    said = dict(ExclusivityAnswer.objects.values_list("consent", "said"))
    assert said == {one.pk: "asked", two.pk: "not_asked"}


def dropped(bid):
    drop_changes(bid=fresh(bid), by=bid.person, at=clock.now())


@pytest.mark.parametrize("answered", [None, ConsentAnswer.DECLINED, ConsentAnswer.AGREED])
@pytest.mark.parametrize("how", [dropped, lambda bid: price(fresh(bid), "1000")])
def test_back_at_what_was_submitted_its_consents_stand_without_being_asked(bid, how, answered):
    request = named(bid)
    submit(bid)
    price(fresh(bid), "2000")
    newer = ask(fresh(bid), request.entry)
    if answered:
        answer(newer, answered)

    how(bid)

    request.refresh_from_db()
    assert request.superseded_at is None and states(fresh(bid)) == ["agreed"]
    newer = ConsentRequest.objects.get(pk=newer.pk)
    assert newer.superseded_at and newer.terms is None
    save_price(
        bid=fresh(bid), price=Decimal("1000"), note="Firm", by=bid.person, at=clock.now()
    )  # a change that leaves the terms as they are
    submission = submit(fresh(bid))
    assert submission.named.get().consent == request


def test_one_who_was_taken_out_stands_again_and_one_who_came_in_since_does_not(bid):
    request = named(bid)
    submit(bid)
    newcomer = ask(fresh(bid), name(fresh(bid), supplier=SupplierFactory(name="Second")))
    remove_subcontractor(
        bid=fresh(bid), reference=str(request.entry), by=bid.person, at=clock.now()
    )

    dropped(bid)

    assert list(ConsentRequest.objects.standing()) == [request]
    assert states(fresh(bid)) == ["agreed"]
    newcomer.refresh_from_db()
    assert newcomer.superseded_at


def test_what_was_withdrawn_or_never_rested_on_does_not_stand_again(bid):
    request = named(bid)
    rests = ConsentRequest.objects.filter(pk=request.pk)
    rests.update(superseded_at=clock.now())
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        rests.update(superseded_at=None)  # nothing was submitted with it
    newer = answer(ask(fresh(bid), request.entry))
    submit(fresh(bid))
    price(fresh(bid), "2000")
    ask(fresh(bid), request.entry)
    take_back(newer)
    price(fresh(bid), "1000")

    newer.refresh_from_db()
    assert newer.superseded_at and states(fresh(bid)) != ["agreed"]
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic():
        ConsentRequest.objects.filter(pk=newer.pk).update(superseded_at=None)


def test_what_was_asked_for_changes_goes_with_the_first_approval(bid):
    request = named(bid)
    submit(bid)
    price(fresh(bid), "2000")
    newer = ask(fresh(bid), request.entry)
    assert SealedOffer.objects.filter(pk=newer.terms_id).exists()

    put_away_leftovers(bid.lot.competition)

    assert not ConsentRequest.objects.held().exists()
    assert not SealedOffer.objects.filter(pk=newer.terms_id).exists()


def test_what_was_asked_for_changes_that_were_dropped_goes_at_once(bid):
    request = named(bid)
    submit(bid)
    price(fresh(bid), "2000")
    newer = ask(fresh(bid), request.entry)

    dropped(bid)

    assert not ConsentRequest.objects.held().exists()
    assert not SealedOffer.objects.filter(pk=newer.terms_id).exists()


def test_consents_lie_beside_the_price_where_that_is_opened_apart(bid):
    named(bid)
    submit(bid)
    content = offer_of(fresh(bid))

    assert "consents" not in without_price(content)
    assert "125.00" not in str(without_price(content))
    assert set(price_alone(content)) == {"price", "price_note", "consents"}


def test_terms_are_sealed_anew_with_the_drafts_and_stay_what_they_were(bid, settings, tmp_path):
    request = answer(ask(bid, name(bid)), ConsentAnswer.CHANGE_ASKED)
    other = named(bid, supplier=SupplierFactory(name="Second"))
    before = [ConsentRequest.objects.get(pk=each.pk).terms_id for each in (request, other)]
    settings.SEALING_KEY_FILE = copied(settings.SEALING_KEY_FILE, tmp_path)

    rotate_keys()

    found = [ConsentRequest.objects.get(pk=each.pk) for each in (request, other)]
    assert [each.terms_id for each in found] != before
    assert words_wanted(found[0]) == "Fewer people"
    assert terms_asked(found[1])["volume"] == 40
    assert states(bid) == ["change_asked", "agreed"]


def copied(path, folder):
    """The key file where a test may write it."""
    copy = folder / "keys"
    copy.write_bytes(Path(path).read_bytes())
    copy.chmod(0o600)
    return copy


def test_an_organisation_that_is_taken_out_is_asked_no_more(bid):
    request = ask(bid, name(bid))
    remove_subcontractor(bid=bid, reference=str(request.entry), by=bid.person, at=clock.now())

    request.refresh_from_db()
    assert request.superseded_at and request.terms is None
    with refused("superseded"):
        answer(request)


def test_withdrawing_the_bid_ends_what_was_asked(bid):
    request = ask(bid, name(bid))
    withdraw(bid)
    request.refresh_from_db()
    assert request.superseded_at


def test_an_entry_of_before_opens_and_says_what_is_missing(bid):
    with transaction.atomic():
        reference = name_subcontractor(
            bid=bid,
            name="North Star",
            role="Housing",
            share_percent=Decimal(10),
            by=bid.person,
            at=clock.now(),
        )
    with refused("unsaid"):
        ask(bid, reference)
    assert states(bid) == [Consenting.UNSAID]


@pytest.mark.parametrize("days", [0, 31])
def test_it_is_paid_within_thirty_days(bid, days):
    with refused("payment_days"):
        name(bid, payment_days=days)


# --- What the database keeps, whoever asks ------------------------------------------------------


def execute(sql, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_a_bid_from_being_submitted_on_a_withdrawn_consent(bid):
    request = named(bid)
    submit(bid)
    with pytest.raises(IntegrityError, match="still submitted"):
        execute(
            "UPDATE bids_consentrequest SET withdrawn_at = now(), withdrawn_by_id = %s"
            " WHERE id = %s",
            bid.person.pk,
            request.pk,
        )
    before = Bid.objects.get(pk=bid.pk)
    take_back(request)
    with pytest.raises(IntegrityError, match="has not agreed|counts by its submission"):
        execute(
            "UPDATE bids_bid SET state = 'submitted', offer_id = %s, submitted_at = %s,"
            " submitted_by_id = %s WHERE id = %s",
            before.offer_id,
            before.submitted_at,
            bid.person.pk,
            bid.pk,
        )


def test_the_database_keeps_a_bid_submitted_that_nobody_left(bid):
    named(bid)
    submit(bid)
    with pytest.raises(IntegrityError, match="no draft again"):
        execute(
            "UPDATE bids_bid SET state = 'draft', offer_id = NULL, submitted_at = NULL,"
            " submitted_by_id = NULL WHERE id = %s",
            bid.pk,
        )


@pytest.mark.parametrize(
    "change",
    [
        "answer = 'declined'",
        "digest = 'x'",
        "entry = gen_random_uuid()",
        "supplier_id = (SELECT max(id) FROM suppliers_supplier)",
        "number = 9",
    ],
)
def test_what_was_answered_is_not_rewritten(bid, change):
    request = named(bid)
    SupplierFactory()
    with pytest.raises(IntegrityError, match="stays"):
        execute(f"UPDATE bids_consentrequest SET {change} WHERE id = %s", request.pk)


def test_a_version_names_no_request_that_was_not_agreed(bid):
    submission = submit(bid)
    request = ask(fresh(bid), name(fresh(bid)))
    with pytest.raises(IntegrityError, match="has not agreed to these terms"):
        execute(
            "INSERT INTO bids_namedconsent (submission_id, consent_id) VALUES (%s, %s)",
            submission.pk,
            request.pk,
        )
