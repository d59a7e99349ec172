"""A subcontractor that leaves and a lead that submits, on real connections, at once."""

import pytest
from django.db import connection

from bids.actions.answering_consents import withdraw_consent
from bids.actions.consents import ask_consent
from bids.models import Bid, ConsentRequest, Submission
from bids.states import BidState
from framework_portal import clock
from framework_portal.refusals import Refused
from tests.bids.bidding import complete_bid, submit
from tests.bids.consenting import answer, ask, name, named, person_of
from tests.bids.test_submission_races import another_connection, closing_in, running, together

pytestmark = pytest.mark.django_db(transaction=True)


def leave(consent):
    return withdraw_consent(consent=consent, by=person_of(consent.supplier), at=clock.now())


def holds(bid):
    """Whether a submitted bid names nobody who has left, by the database's own rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM bids_bid b JOIN bids_submission s ON s.offer_id = b.offer_id"
            " JOIN bids_namedconsent n ON n.submission_id = s.id"
            " JOIN bids_consentrequest r ON r.id = n.consent_id"
            " WHERE b.id = %s AND b.state = 'submitted' AND r.withdrawn_at IS NOT NULL",
            [bid.pk],
        )
        return cursor.fetchone()[0] == 0


@pytest.mark.parametrize("_time", range(3))
def test_leaving_and_submitting_at_once_end_with_a_bid_that_is_not_submitted(_time):
    bid = complete_bid()
    consent = named(bid)

    submitted, left = together(lambda: submit(bid, by=bid.person), lambda: leave(consent))

    bid = Bid.objects.get(pk=bid.pk)
    assert isinstance(left, ConsentRequest) and left.withdrawn_at
    assert bid.state == BidState.DRAFT and holds(bid)
    # Whichever came first: it was submitted and taken back, with a receipt, or never taken in.
    if isinstance(submitted, Refused):
        assert submitted.code == "no_consent" and not Submission.objects.exists()
    else:
        assert bid.receipts.filter(kind="unseated").count() == 1


def test_a_submission_that_waits_for_the_withdrawal_knows_of_it():
    bid = complete_bid()
    consent = named(bid)
    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        with running(lambda: submit(bid, by=bid.person)) as result:
            other.execute("SELECT pg_sleep(0.2)")
            other.execute(
                "UPDATE bids_consentrequest SET withdrawn_at = now(), withdrawn_by_id = %s"
                " WHERE id = %s",
                [bid.person.pk, consent.pk],
            )
            other.connection.commit()
            refusal = result()
    assert isinstance(refusal, Refused) and refusal.code == "no_consent"


def test_a_withdrawal_held_at_the_lock_over_the_deadline_is_refused_and_the_bid_stands():
    bid = complete_bid()
    consent = named(bid)
    submit(bid)
    closes_at = closing_in(bid, 1)
    with another_connection() as other:
        other.execute("SELECT 1 FROM bids_bid WHERE id = %s FOR UPDATE", [bid.pk])
        with running(lambda: leave(consent)) as result:
            while clock.now() <= closes_at:
                other.execute("SELECT pg_sleep(0.1)")
            other.connection.rollback()
            refusal = result()

    assert isinstance(refusal, Refused) and refusal.code == "closed"
    assert Bid.objects.get(pk=bid.pk).state == BidState.SUBMITTED
    assert not ConsentRequest.objects.filter(withdrawn_at__isnull=False).exists()


def test_two_colleagues_who_ask_at_once_ask_once():
    bid = complete_bid()
    reference = name(bid)
    asked = {"bid": bid, "reference": reference, "by": bid.person, "at": clock.now()}

    one, other = together(lambda: ask_consent(**asked), lambda: ask_consent(**asked))

    assert one == other == ConsentRequest.objects.get()


def test_two_who_answer_at_once_give_one_answer():
    bid = complete_bid()
    consent = ask(bid, name(bid))
    person_of(consent.supplier)

    said = together(
        lambda: answer(consent, "agreed"),
        lambda: answer(consent, "declined"),
    )

    (refused,) = [each for each in said if isinstance(each, Refused)]
    assert refused.code == "answered"
    consent.refresh_from_db()
    assert bool(consent.signed) == (consent.answer == "agreed")
