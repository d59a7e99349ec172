"""Several parts at once into other lots: what is ticked and nothing else, all of it or none."""

from decimal import Decimal

import pytest
from django.urls import reverse

from bids.actions.drafting import save_answer, save_price
from bids.actions.sharing import PRICE, share_parts
from bids.content import answer_text, fingerprint, price_of
from bids.models import Bid, Submission
from bids.selectors.bidding import offer_of, questions_of
from framework_portal import clock
from framework_portal.audit.models import AuditEvent
from framework_portal.refusals import Refused
from lots.states import CriterionKind
from tests.bids import test_sharing
from tests.bids.bidding import complete_bid, read_by, stand_by
from tests.bids.test_sharing import Many
from tests.factories import CriterionFactory, QuestionFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
NO_PRICE = {"price": None, "price_note": ""}


class Several(Many):
    """Of whose competition each bid answers two questions and names a price."""

    @property
    def questions(self):
        return questions_of(self.competition)

    def fill(self, bid, *texts, price=None):
        about = {"bid": bid, "by": self.person, "at": clock.now()}
        for question, text in zip(self.questions, texts, strict=False):
            save_answer(question=question, text=text, **about)
        if price is not None:
            save_price(price=Decimal(price), note="All in", **about)

    def content(self, bid):
        found = Bid.objects.for_desk().get(pk=bid.pk)
        return offer_of(read_by(self.person, found))

    def texts(self, bid):
        return [answer_text(self.content(bid), question) for question in self.questions]

    def take(self, into, start=None):
        return share_parts(
            bid=read_by(self.person, self.bids[0]),
            questions=self.questions,
            into={bid.reference: parts for bid, parts in into.items()},
            start=start,
            by=self.person,
            at=clock.now(),
        )

    def keys(self):
        return [str(question.reference) for question in self.questions]

    def page(self):
        return reverse("supplier:bid_parts_share", args=[self.bids[0].reference])


@pytest.fixture
def many(monkeypatch):
    def with_two_questions(competition, publish=test_sharing.publish):
        quality = CriterionFactory(competition=competition, weight=70)
        QuestionFactory.create_batch(2, criterion=quality)
        CriterionFactory(competition=competition, kind=CriterionKind.PRICE, weight=30)
        return publish(competition)

    monkeypatch.setattr(test_sharing, "publish", with_two_questions)
    many = Several(bids=3, lots=4)
    many.fill(many.bids[0], "We listen", "We stay", price="500")
    return many


def test_what_was_chosen_is_taken_and_nothing_else(many):
    one, two = many.keys()
    many.fill(many.bids[1], "", "Another way", price="900")
    empty = fingerprint("")

    changed = many.take(
        {many.bids[1]: {one: empty}, many.bids[2]: {one: empty, PRICE: fingerprint(NO_PRICE)}},
        start={many.lots[3]: [two]},
    )

    started = Bid.objects.get(lot=many.lots[3])
    assert changed == 3
    assert many.texts(many.bids[1]) == ["We listen", "Another way"]
    assert many.content(many.bids[1])["price"] == "900.00"
    assert many.texts(many.bids[2]) == ["We listen", ""]
    assert price_of(many.content(many.bids[2])) == {"price": "500.00", "price_note": "All in"}
    assert (many.texts(started), many.content(started)["price"]) == (["", "We stay"], None)


def test_where_one_part_was_changed_meanwhile_nothing_is_taken(many):
    one, two = many.keys()
    many.fill(many.bids[2], "", "Written meanwhile")

    with pytest.raises(Refused) as refusal:
        many.take(
            {many.bids[1]: {one: fingerprint("")}, many.bids[2]: {two: fingerprint("")}},
            start={many.lots[3]: [one]},
        )

    assert refusal.value.code == "changed"
    assert many.bids[2].lot.title in refusal.value.message
    assert many.texts(many.bids[1]) == ["", ""]
    assert not Bid.objects.filter(lot=many.lots[3]).exists()


def test_a_price_changed_meanwhile_is_not_replaced(many):
    many.fill(many.bids[1], price="900")

    with pytest.raises(Refused) as refusal:
        many.take({many.bids[1]: {PRICE: fingerprint(NO_PRICE)}})

    assert "the price for" in refusal.value.message
    assert many.content(many.bids[1])["price"] == "900.00"


def test_unfinished_parts_and_foreign_ones_go_nowhere(many):
    other = Several(bids=1)
    with pytest.raises(Refused) as foreign:
        many.take({many.bids[1]: {str(other.question.reference): fingerprint("")}})
    with pytest.raises(Refused) as elsewhere:
        many.take({other.bids[0]: {many.keys()[0]: fingerprint("")}})
    many.fill(many.bids[0], "")
    with pytest.raises(Refused) as unfinished:
        many.take({many.bids[1]: {many.keys()[0]: fingerprint("")}})

    codes = [each.value.code for each in (foreign, elsewhere, unfinished)]
    assert codes == ["foreign", "foreign", "empty"]


def test_the_former_words_stay_in_the_history_and_the_trail_names_the_parts(many):
    one, _two = many.keys()
    many.fill(many.bids[1], "Former words", price="900")

    many.take({many.bids[1]: {one: fingerprint("Former words")}})

    assert many.bids[1].versions.filter(question=many.questions[0]).count() == 2
    event = AuditEvent.objects.about(many.bids[1]).last()
    assert (event.verb, event.details["boxes"]) == ("bid.saved", [one])


def test_what_becomes_complete_stands_by_where_that_was_instructed(many):
    bid = complete_bid(many.bids[1], by=many.person, price="900")
    stand_by(bid, by=many.person)
    shown = {"price": "900.00", "price_note": ""}

    many.take({many.bids[1]: {PRICE: fingerprint(shown)}})

    assert Submission.objects.filter(bid=many.bids[1]).count() == 2


# --- The page ----------------------------------------------------------------------------------


def boxes(page):
    found = page.context["places"]
    return {(place.lot.pk, part.key): f"{place.name}:{part.key}:{part.shown}"
            for place in found for part in place.parts}  # fmt: skip


def test_the_page_shows_what_differs_and_takes_what_is_ticked(client, many):
    one, two = many.keys()
    many.fill(many.bids[1], "We listen", "We leave", price="900")
    sign_in(client, many.person)
    page = client.get(many.page())

    assert "in place of another answer" in page.text
    assert "£500 in place of £900" in page.text
    assert "Starts a bid" in page.text
    assert "checked" not in page.text
    ticks = boxes(page)
    chosen = [
        ticks[many.lots[1].pk, two],
        ticks[many.lots[2].pk, PRICE],
        ticks[many.lots[3].pk, one],
    ]
    said = client.post(many.page(), {"take": chosen}, follow=True)

    assert "What you ticked is now in 3 more lots" in said.text
    assert many.texts(many.bids[1]) == ["We listen", "We stay"]
    assert many.content(many.bids[1])["price"] == "900.00"
    assert many.content(many.bids[2])["price"] == "500.00"
    assert many.texts(Bid.objects.get(lot=many.lots[3])) == ["We listen", ""]


def test_every_empty_answer_is_filled_and_no_price_and_no_other_answer(client, many):
    many.fill(many.bids[1], "Our own", price="900")
    sign_in(client, many.person)
    client.post(many.page(), {"every_empty": "on"})

    assert many.texts(many.bids[1]) == ["Our own", "We stay"]
    assert many.texts(many.bids[2]) == ["We listen", "We stay"]
    assert many.content(many.bids[2])["price"] is None
    assert many.texts(Bid.objects.get(lot=many.lots[3])) == ["We listen", "We stay"]


def test_nothing_ticked_is_told_and_what_was_ticked_stays_ticked(client, many):
    one, _two = many.keys()
    sign_in(client, many.person)
    nothing = client.post(many.page(), {})
    assert "Select what should go into which lots" in nothing.text
    tick = boxes(client.get(many.page()))[many.lots[1].pk, one]
    many.fill(many.bids[1], "Written meanwhile")

    again = client.post(many.page(), {"take": [tick]})

    assert "was changed after you opened the page" in again.text
    assert many.texts(many.bids[1])[0] == "Written meanwhile"


@pytest.mark.parametrize("nonsense", ["", "x", "x:y", "a:b:c:d", "\x00", ":" * 9])
def test_nonsense_in_a_box_takes_nothing(client, many, nonsense):
    sign_in(client, many.person)
    for value in (nonsense, f"{many.bids[1].reference}:{nonsense}"):
        assert client.post(many.page(), {"take": [value]}).status_code == 200

    assert many.texts(many.bids[1]) == ["", ""]


def test_it_is_nobody_elses_and_costs_the_same_for_more_lots(
    client, many, django_assert_max_num_queries
):
    sign_in(client, Several(bids=1).person)
    assert client.get(many.page()).status_code == 404
    sign_in(client, many.person)
    client.get(many.page())
    with django_assert_max_num_queries(12):
        client.get(many.page())
    with django_assert_max_num_queries(40):
        client.post(many.page(), {"every_empty": "on"})
