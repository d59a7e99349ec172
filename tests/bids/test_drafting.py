from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from bids.actions.drafting import Changed, save_answer, save_price, start_bid
from bids.actions.subcontracting import (
    declare_subcontracting,
    name_subcontractor,
    remove_subcontractor,
)
from bids.content import UNSAID, fingerprint, parts
from bids.models import Bid
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.models import SealedOffer
from suppliers.states import QualificationState
from tests.bids.bidding import bidder, complete_bid, submit
from tests.factories import (
    BidFactory,
    CompetitionFactory,
    LotFactory,
    OpenLotFactory,
    QuestionFactory,
    SupplierFactory,
    UserFactory,
    qualify,
)

pytestmark = pytest.mark.django_db
MARKER = "Marker-Wonderful-Method-7731"


def first_question(bid):
    return questions_of(bid.lot.competition)[0]


def test_a_matching_supplier_starts_a_bid_for_an_open_lot_and_the_trail_says_so():
    lot, person = OpenLotFactory(), UserFactory()
    supplier = qualify(SupplierFactory(), lot)

    bid = start_bid(lot=lot, supplier=supplier, by=person, at=clock.now())

    assert (bid.state, bid.draft, bid.offer) == ("draft", None, None)
    assert [event.verb for event in AuditEvent.objects.about(bid)] == ["bid.started"]


def test_a_second_live_bid_for_the_same_lot_is_refused_in_words():
    bid = BidFactory()

    with pytest.raises(Refused) as refusal:
        start_bid(lot=bid.lot, supplier=bid.supplier, by=UserFactory(), at=clock.now())

    assert refusal.value.code == "already_started"
    assert "already has a bid for this lot" in refusal.value.message
    assert Bid.objects.count() == 1


@pytest.mark.parametrize("state", [QualificationState.SUSPENDED, QualificationState.REMOVED])
def test_whoever_does_not_match_starts_nothing(state):
    lot = OpenLotFactory()
    supplier = qualify(SupplierFactory(), lot)
    supplier.qualifications.update(state=state)

    with pytest.raises(Refused) as refusal:
        start_bid(lot=lot, supplier=supplier, by=UserFactory(), at=clock.now())

    assert refusal.value.code == "no_match"


def test_from_the_closing_instant_on_nothing_is_started_and_a_microsecond_before_it_is():
    lot, person = OpenLotFactory(), UserFactory()
    supplier, closes_at = qualify(SupplierFactory(), lot), lot.competition.closes_at

    with pytest.raises(Refused) as refusal:
        start_bid(lot=lot, supplier=supplier, by=person, at=closes_at)
    bid = start_bid(lot=lot, supplier=supplier, by=person, at=closes_at - timedelta(microseconds=1))

    assert refusal.value.code == "closed"
    assert bid.pk


def test_a_draft_competition_takes_no_bid():
    lot = LotFactory()

    with pytest.raises(Refused):
        start_bid(
            lot=lot, supplier=qualify(SupplierFactory(), lot), by=UserFactory(), at=clock.now()
        )


def test_a_save_seals_anew_and_the_former_draft_is_gone():
    bid, person = BidFactory(), UserFactory()
    question = first_question(bid)

    save_answer(bid=bid, question=question, text="First", by=person, at=clock.now())
    before = Bid.objects.get().draft
    save_answer(bid=bid, question=question, text="Second", by=person, at=clock.now())

    bid.refresh_from_db()
    assert offer_of(bid)["answers"][str(question.reference)]["text"] == "Second"
    assert (bid.edition, bid.saved_by) == (2, person)
    assert list(SealedOffer.objects.filter(purpose="draft")) == [bid.draft]
    assert bid.draft != before


def test_saving_the_same_again_changes_nothing():
    bid, person = BidFactory(), UserFactory()
    question = first_question(bid)

    for _ in range(2):
        save_answer(bid=bid, question=question, text="Same\r\nlines", by=person, at=clock.now())

    bid.refresh_from_db()
    assert bid.edition == 1
    assert AuditEvent.objects.filter(verb="bid.saved").count() == 1


def test_each_page_saves_only_its_own_part():
    bid, person = BidFactory(), UserFactory()

    save_answer(bid=bid, question=first_question(bid), text="Words", by=person, at=clock.now())
    save_price(bid=bid, price=Decimal("12.5"), note="Excluding VAT", by=person, at=clock.now())

    bid.refresh_from_db()
    content = offer_of(bid)
    assert [answer["text"] for answer in content["answers"].values()] == ["Words"]
    assert (content["price"], content["price_note"]) == ("12.50", "Excluding VAT")


def test_two_people_may_write_two_answers_from_pages_of_the_same_age():
    bid, one, other = BidFactory(), UserFactory(), UserFactory()
    first = first_question(bid)
    shown, at = fingerprint(""), clock.now()

    save_answer(bid=bid, question=first, text="Mine", shown=shown, by=one, at=at)
    save_price(
        bid=bid,
        price=Decimal(1),
        shown=fingerprint({"price": None, "price_note": ""}),
        by=other,
        at=at,
    )

    bid.refresh_from_db()
    assert offer_of(bid)["price"] == "1.00"
    assert offer_of(bid)["answers"][str(first.reference)]["text"] == "Mine"


def test_who_would_overwrite_a_colleague_is_shown_what_the_colleague_wrote():
    bid, one, other = BidFactory(), UserFactory(), UserFactory()
    question, shown, at = first_question(bid), fingerprint(""), clock.now()
    save_answer(bid=bid, question=question, text="Hers", shown=shown, by=one, at=at)

    with pytest.raises(Changed) as refusal:
        save_answer(bid=bid, question=question, text="His", shown=shown, by=other, at=at)

    bid.refresh_from_db()
    assert (refusal.value.theirs, refusal.value.saved_by) == ("Hers", one.pk)
    assert offer_of(bid)["answers"][str(question.reference)]["text"] == "Hers"
    assert "Hers" not in AuditEvent.objects.last().detail_text


def test_an_answer_to_another_competitions_question_is_refused():
    bid, foreign = BidFactory(), QuestionFactory(criterion__competition=CompetitionFactory())

    with pytest.raises(Refused) as refusal:
        save_answer(bid=bid, question=foreign, text="x", by=UserFactory(), at=clock.now())

    assert refusal.value.code == "foreign"


def test_from_closing_on_nothing_is_saved_and_the_attempt_is_kept():
    bid, person = BidFactory(), UserFactory()

    with pytest.raises(Refused) as refusal:
        save_price(bid=bid, price=Decimal(1), by=person, at=bid.lot.competition.closes_at)

    assert refusal.value.code == "closed"
    assert [event.verb for event in AuditEvent.objects.about(bid)] == ["bid.saving_refused"]


def test_what_is_drafted_lies_nowhere_in_the_database_in_clear():
    bid, person = BidFactory(), UserFactory()
    save_answer(bid=bid, question=first_question(bid), text=MARKER, by=person, at=clock.now())
    save_price(bid=bid, price=Decimal("987654321.12"), note=MARKER, by=person, at=clock.now())
    name_subcontractor(
        bid=bid,
        name=MARKER,
        role=MARKER,
        share_percent=Decimal(10),
        by=person,
        at=clock.now(),
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s'
                " OR t::text LIKE %s",
                [f"%{MARKER}%", f"%{MARKER.encode().hex()}%", "%987654321%"],
            )
            assert cursor.fetchone() == (0,), table


def test_a_change_after_submission_is_a_draft_beside_the_offer_that_counts():
    bid = complete_bid()
    submission = submit(bid)
    question = first_question(bid)

    save_answer(bid=bid, question=question, text="Better", by=bid.person, at=clock.now())

    bid.refresh_from_db()
    assert (bid.state, bid.has_changes, bid.offer) == ("submitted", True, submission.offer)
    assert offer_of(bid)["answers"][str(question.reference)]["text"] == "Better"


def test_a_change_taken_back_after_submission_is_no_change():
    bid = complete_bid(text="As it was")
    submit(bid)
    question = first_question(bid)

    for text in ("Better", "As it was"):
        save_answer(bid=bid, question=question, text=text, by=bid.person, at=clock.now())

    bid.refresh_from_db()
    assert (bid.has_changes, bid.draft) == (False, None)


def name(bid, **fields):
    given = {"name": "North Star", "role": "Housing", "share_percent": Decimal(10)} | fields
    return name_subcontractor(bid=bid, by=UserFactory(), at=clock.now(), **given)


def test_subcontractors_are_named_changed_and_removed():
    bid = BidFactory()
    registered = SupplierFactory(name="Registered House")

    one = name(bid, relied_on=True)
    two = name(bid, name="", supplier=registered, share_percent=Decimal("12.5"))
    name(bid, reference=one, role="Training")
    remove_subcontractor(bid=bid, reference=two, by=UserFactory(), at=clock.now())

    bid.refresh_from_db()
    assert offer_of(bid)["subcontractors"] == [
        UNSAID
        | {
            "reference": one,
            "name": "North Star",
            "role": "Training",
            "share_percent": "10.00",
            "salt": offer_of(bid)["subcontractors"][0]["salt"],
        }
    ]


@pytest.mark.parametrize(
    ("second", "code"),
    [
        ({"name": "north star"}, "named_already"),
        ({"name": "Other", "share_percent": Decimal("90.01")}, "share"),
        ({"name": "Other", "share_percent": Decimal("-1")}, "share"),
    ],
)
def test_a_subcontractor_is_named_once_and_the_shares_fit_into_the_whole(second, code):
    bid = BidFactory()
    name(bid)

    with pytest.raises(Refused) as refusal:
        name(bid, **second)

    assert refusal.value.code == code


def test_the_bidder_is_not_its_own_subcontractor():
    bid = BidFactory()

    with pytest.raises(Refused) as refusal:
        name(bid, supplier=bid.supplier)

    assert refusal.value.code == "itself"


def test_a_changed_subcontractor_is_not_overwritten_unseen():
    bid = BidFactory()
    reference = name(bid)
    bid.refresh_from_db()
    shown = fingerprint(offer_of(bid)["subcontractors"][0])
    name(bid, reference=reference, role="Hers", shown=shown)

    with pytest.raises(Changed) as refusal:
        name(bid, reference=reference, role="His", shown=shown)

    assert refusal.value.theirs["role"] == "Hers"


def test_the_declaration_is_made_anew_when_another_organisation_is_named():
    bid, person = BidFactory(), UserFactory()
    name(bid)
    declare_subcontracting(bid=bid, uses=True, no_exclusivity=True, by=person, at=clock.now())

    name(bid, name="Another")

    bid.refresh_from_db()
    assert offer_of(bid)["no_exclusivity"] is False


def test_a_bid_lists_what_is_still_missing_in_it():
    bid = BidFactory()
    questions = questions_of(bid.lot.competition)

    asked = parts(offer_of(bid), questions, is_priced=True)
    complete = complete_bid(bid)

    assert [part.kind for part in asked if part.is_missing] == ["answer", "price", "subcontractors"]
    assert asked[-1].state == "optional"
    assert not any(part.is_missing for part in parts(offer_of(complete), questions, is_priced=True))


def test_an_answer_over_its_limit_is_kept_but_not_complete():
    bid = BidFactory()
    question = first_question(bid)
    text = "word " * (question.word_limit + 1)

    save_answer(bid=bid, question=question, text=text, by=bidder(bid), at=clock.now())

    bid.refresh_from_db()
    assert parts(offer_of(bid), [question], is_priced=False)[0].state == "in_progress"
