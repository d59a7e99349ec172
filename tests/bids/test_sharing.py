"""One narrative, many lots: nothing is taken along silently, and nothing is lost."""

import pytest
from django.urls import reverse

from bids.actions.drafting import save_answer, save_price
from bids.actions.sharing import share_answer
from bids.comparing import ADDED, TAKEN_OUT, differences
from bids.content import answer_text, fingerprint
from bids.models import Bid
from bids.selectors.bidding import offer_of, questions_of
from bids.selectors.writers import said, versions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from framework_portal.sealing.models import SealedOffer
from suppliers.states import MemberRole
from tests.bids.bidding import complete_bid, read_by, submit
from tests.factories import (
    BidFactory,
    CategoryFactory,
    CompetitionFactory,
    LotFactory,
    MembershipFactory,
    PoliceAreaFactory,
    SupplierFactory,
    publish,
    qualify,
)
from tests.signing_in import sign_in, vaults_of

pytestmark = pytest.mark.django_db


class Many:
    """An organisation that matches all lots of a competition, and its bids for the first ones."""

    def __init__(self, bids=3, lots=None):
        competition, where = CompetitionFactory(), [PoliceAreaFactory()]
        what = [CategoryFactory()]
        self.lots = [
            LotFactory(competition=competition, categories=what, areas=where)
            for _ in range(lots or bids)
        ]
        self.competition = publish(competition)
        self.supplier = qualify(SupplierFactory(), self.lots[0])
        self.person = MembershipFactory(supplier=self.supplier).user
        self.bids = [BidFactory(lot=lot, supplier=self.supplier) for lot in self.lots[:bids]]
        self.question = questions_of(self.competition)[0]

    def write(self, bid, text):
        save_answer(
            bid=bid, question=self.question, text=text, by=self.person, at=clock.now(), shown=None
        )

    def said(self):
        bids = Bid.objects.filter(supplier=self.supplier).for_desk().order_by("lot__position")
        found = [read_by(self.person, bid) for bid in bids]
        return [answer_text(offer_of(bid), self.question) for bid in found]

    def share(self, into, **more):
        return share_answer(
            bid=read_by(self.person, self.bids[0]),
            question=self.question,
            into={bid.reference: fingerprint(shown) for bid, shown in into.items()},
            by=self.person,
            at=clock.now(),
            **more,
        )

    def address(self, bid=None):
        kwargs = {"reference": (bid or self.bids[0]).reference, "question": self.question.reference}
        return reverse("supplier:bid_answer_share", kwargs=kwargs)

    @property
    def matrix(self):
        kwargs = {"supplier": self.supplier.reference, "reference": self.competition.reference}
        return reverse("supplier:answer_matrix", kwargs=kwargs)

    def value(self, bid, shown):
        return f"{bid.reference}:{fingerprint(shown)}"


@pytest.fixture
def many():
    many = Many(bids=3, lots=5)
    many.write(many.bids[0], "We listen first")
    return many


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "one"),
        ("one", ""),
        ("We listen first and act soon", "We always listen and then act soon"),
        ("one\n\ntwo  three", "one\ntwo three"),
        ("a " * 3000, "b " * 3000),
    ],
)
def test_differences_hold_both_texts_whole(before, after):
    pieces = differences(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind != TAKEN_OUT) == after


def test_an_answer_goes_only_into_the_lots_that_were_named(many):
    many.write(many.bids[2], "Another way")

    changed = many.share({many.bids[1]: ""})

    assert changed == 1
    assert many.said() == ["We listen first", "We listen first", "Another way"]


def test_another_answer_is_replaced_when_it_is_named_with_what_it_was_seen_to_say(many):
    many.write(many.bids[1], "Another way")

    many.share({many.bids[1]: "Another way"})

    assert many.said()[1] == "We listen first"


def test_where_a_colleague_wrote_meanwhile_nothing_at_all_is_written(many):
    many.write(many.bids[2], "Written meanwhile")

    with pytest.raises(Refused) as refusal:
        many.share({many.bids[1]: "", many.bids[2]: ""})

    assert refusal.value.code == "changed"
    assert many.said() == ["We listen first", "", "Written meanwhile"]


def test_a_later_change_of_the_source_changes_no_other_lot(many):
    many.share({many.bids[1]: ""})

    many.write(many.bids[0], "Changed later")

    assert many.said()[:2] == ["Changed later", "We listen first"]


def test_price_and_the_other_parts_stay_with_their_lots(many):
    save_price(bid=many.bids[0], price=100, by=many.person, at=clock.now())
    save_price(bid=many.bids[1], price=200, by=many.person, at=clock.now())

    many.share({many.bids[1]: ""})

    bid = Bid.objects.for_desk().get(pk=many.bids[1].pk)
    assert offer_of(bid)["price"] == "200.00"


def test_lots_not_started_are_started_with_the_answer(many):
    changed = many.share({}, start=many.lots[3:])

    assert changed == 2
    assert many.said() == ["We listen first", "", "", "We listen first", "We listen first"]
    started = Bid.objects.get(lot=many.lots[4])
    verbs = [event.verb for event in AuditEvent.objects.about(started)]
    assert verbs == ["bid.started", "bid.saved"]


def test_a_lot_that_does_not_match_is_not_started(many):
    foreign = LotFactory(competition=CompetitionFactory())

    with pytest.raises(Refused) as refusal:
        many.share({}, start=[foreign])

    assert refusal.value.code == "no_match"


def test_a_bid_of_a_rival_is_never_written(many):
    rival = BidFactory(lot=many.lots[4], supplier=qualify(SupplierFactory(), many.lots[4]))

    with pytest.raises(Refused) as refusal:
        many.share({rival: ""})

    assert refusal.value.code == "foreign"


@pytest.mark.parametrize(("text", "code"), [("", "empty"), ("word " * 101, "too_long")])
def test_only_a_finished_answer_goes_further(many, text, code):
    many.write(many.bids[0], text)

    with pytest.raises(Refused) as refusal:
        many.share({many.bids[1]: ""})

    assert refusal.value.code == code


def test_a_submitted_bid_keeps_counting_and_gets_the_answer_as_a_change(many):
    submitted = complete_bid(many.bids[1], by=many.person, text="As submitted")
    submit(submitted)

    many.share({submitted: "As submitted"})

    submitted.refresh_from_db()
    assert submitted.has_changes and submitted.offer_id is not None


def test_from_closing_on_nothing_is_taken_along(many):
    with pytest.raises(Refused) as refusal:
        share_answer(
            bid=many.bids[0],
            question=many.question,
            into={many.bids[1].reference: fingerprint("")},
            by=many.person,
            at=many.competition.closes_at,
        )

    assert refusal.value.code == "closed"


def test_replaced_drafts_leave_no_sealed_rows_behind(many):
    many.write(many.bids[1], "Another way")
    drafts = SealedOffer.objects.filter(purpose="draft")
    before = drafts.count()

    many.share({many.bids[1]: "Another way"})

    assert drafts.count() == before


def test_what_was_replaced_stands_in_the_history_whichever_way_it_came(many):
    many.write(many.bids[1], "Typed")
    many.share({many.bids[1]: "Typed"})
    many.write(many.bids[0], "A second thought")
    many.share({many.bids[1]: "We listen first"})

    vault = vaults_of(many.person).of(many.supplier)
    texts = [said(each, vault) for each in versions_of(many.bids[1], many.question)]
    assert texts == ["A second thought", "We listen first", "Typed"]


@pytest.mark.parametrize("count", [2, 42])
def test_one_act_costs_the_same_for_one_lot_and_for_all(count, django_assert_max_num_queries):
    many = Many(bids=count)
    many.write(many.bids[0], "We listen first")

    with django_assert_max_num_queries(20):
        many.share(dict.fromkeys(many.bids[1:], ""))

    assert many.said() == ["We listen first"] * count


def test_the_page_shows_the_same_the_different_and_the_empty_and_takes_the_answer_there(
    client, many
):
    many.write(many.bids[1], "We listen last")
    sign_in(client, many.person)

    page = client.get(many.address()).content.decode()
    response = client.post(
        many.address(),
        {
            "other": [many.value(many.bids[1], "We listen last")],
            "every_empty": "on",
            "shown_empty": [many.value(many.bids[2], "")],
            "every_start": "on",
        },
        follow=True,
    )

    assert "<ins>" in page and "last" in page and many.lots[3].title in page
    assert "The answer is now in 4 more lots" in response.content.decode()
    assert many.said() == ["We listen first"] * 5


def test_what_is_not_ticked_stays(client, many):
    many.write(many.bids[1], "We listen last")
    sign_in(client, many.person)

    response = client.post(many.address(), {"shown_empty": [many.value(many.bids[2], "")]})

    assert "Select the lots" in response.content.decode()
    assert many.said() == ["We listen first", "We listen last", ""]


def test_a_stale_page_is_shown_again_with_what_is_there_now(client, many):
    sign_in(client, many.person)
    many.write(many.bids[1], "Written meanwhile")

    response = client.post(many.address(), {"empty": [many.value(many.bids[1], "")]})

    assert "Nothing was changed" in response.content.decode()
    assert many.said()[1] == "Written meanwhile"


@pytest.mark.parametrize(
    "value", ["", ":", "nonsense", "00000000-0000-0000-0000-000000000000:", "\x00", "a" * 5000]
)
def test_forged_choices_change_nothing(client, many, value):
    sign_in(client, many.person)

    names = ("empty", "other", "start", "shown_empty")
    data = {name: [value] for name in names} | {"every_empty": "on"}
    response = client.post(many.address(), data)

    assert response.status_code == 200
    assert many.said() == ["We listen first", "", ""]


def test_readers_look_and_do_not_change(client, many):
    reader = MembershipFactory(supplier=many.supplier, role=MemberRole.READER).user
    sign_in(client, reader)

    page = client.get(many.address())
    response = client.post(many.address(), {"empty": [many.value(many.bids[1], "")]})

    assert page.status_code == 200 and "Put this answer" not in page.content.decode()
    assert response.status_code == 403
    assert many.said()[1] == ""


def test_strangers_and_rivals_find_no_page(client, many):
    sign_in(client, MembershipFactory().user)

    assert client.get(many.address()).status_code == 404
    assert client.get(many.matrix).status_code == 404


def test_the_table_tells_who_shares_an_answer_and_who_has_none(client, many):
    many.share({many.bids[1]: ""})
    sign_in(client, many.person)

    page = client.get(many.matrix).content.decode()

    assert "A in 2 lots, no answer in 1 lot" in " ".join(page.split())
    assert many.lots[4].title in page


@pytest.mark.parametrize("count", [1, 6])
def test_the_table_costs_the_same_for_one_lot_and_for_many(
    client, count, django_assert_max_num_queries
):
    many = Many(bids=count, lots=count + 2)
    for bid in many.bids:
        many.write(bid, f"In {bid.lot.title}")
    sign_in(client, many.person)
    client.get(many.matrix)

    with django_assert_max_num_queries(9):
        client.get(many.matrix)
    with django_assert_max_num_queries(9):
        client.get(many.address())
