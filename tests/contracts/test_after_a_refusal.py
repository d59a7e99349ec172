"""After a contract was refused (Procurement Act 2023 s.72): all know, and the lot has a next."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bids.actions.award import approve_award, propose_award, send_award_back
from bids.actions.next_award import refuse_award
from bids.models import Award, Bid
from bids.selectors.evaluation import in_turn
from bids.states import AwardState, BidState, Decision
from contracts.actions.announcing import announce_next_with_contract
from contracts.actions.directing import decide_chain
from contracts.actions.making import make_missing
from contracts.models import Contract
from contracts.states import ChainMove, ContractState
from framework_portal import clock, wording
from framework_portal.notifications.models import Message
from framework_portal.notifications.rendering import rendered
from framework_portal.refusals import Refused
from tests.contracts.building import made_contract, named
from tests.contracts.test_making import refused
from tests.factories import MembershipFactory, OfficerFactory
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract():
    """Made, and directed in vain; two more have bid. `.later` is when it can be refused."""
    return directed(more=[{"price": "90000"}, {"price": "120000"}])


def directed(more):
    contract = made_contract([named(relied_on=True)], more=more)
    contract.at = contract.award.announced_at + timedelta(days=30)
    contract.later = contract.at + timedelta(days=11)
    decide(contract, ChainMove.DIRECT, contract.at)
    return contract


def decide(contract, move, at):
    decide_chain(
        subcontractor=contract.subcontractors.get(),
        move=move,
        reasons="It was relied on",
        due_on=timezone.localdate(at) + timedelta(days=10),
        by=contract.officers[0],
        at=at,
    )


@pytest.fixture
def fallen(contract):
    decide(contract, ChainMove.REFUSE, contract.later)
    contract.refresh_from_db()
    contract.on = wording.day(contract.later)
    contract.next = contract.later + timedelta(days=1)
    return contract


def bids_of(contract):
    return list(Bid.objects.filter(lot=contract.lot).order_by("pk"))


def propose(contract, bid, reasons="The next"):
    given = {"lot": contract.lot, "by": contract.officers[0], "at": contract.next}
    return propose_award(bid=bid, reasons=reasons, **given)


def announced(contract, bid):
    first, second = contract.officers
    award = approve_award(award=propose(contract, bid), by=second, at=contract.next)
    return announce_next_with_contract(award=award, by=first, at=contract.next)


def code(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def told(kind):
    return sorted(Message.objects.filter(kind=kind).values_list("to", flat=True))


def test_the_award_falls_with_its_contract_and_the_others_who_bid_are_told(contract):
    lead, second, third = bids_of(contract)

    decide(contract, ChainMove.REFUSE, contract.later)

    award = Award.objects.get(pk=contract.award_id)
    assert (award.state, award.refused_at, award.refused_by) == (
        *(AwardState.REFUSED, contract.later, contract.officers[0]),
    )
    lead.refresh_from_db()
    assert lead.state == BidState.UNSUCCESSFUL
    others = sorted([second.supplier.contact_email, third.supplier.contact_email])
    assert told("award_refused") == others
    assert told("chain_decision_lead") == [contract.supplier.contact_email] * 2
    message = Message.objects.filter(kind="award_refused").first()
    assert lead.supplier.name not in "".join(map(str, rendered(message.kind, message.context)))


def test_an_award_falls_with_its_contract_alone_and_stays_fallen(contract):
    given = {"award": contract.award, "by": contract.officers[0], "at": contract.later}
    here = Award.objects.filter(pk=contract.award_id)
    refused("award_refused_with_its_contract", lambda: refuse_award(**given))
    refused("award_refusal_is_whole", lambda: here.update(refused_at=contract.at))

    decide(contract, ChainMove.REFUSE, contract.later)

    refused(
        "award_stays_refused",
        lambda: here.update(state=AwardState.ANNOUNCED, refused_at=None, refused_by=None),
    )
    refused("award_stays_refused", lambda: here.update(refused_at=contract.at))


def test_the_next_of_the_ranking_is_awarded_by_two_people_and_has_its_own_contract(fallen):
    lead, second, third = bids_of(fallen)
    ranks = [entry.bid for entry in in_turn(fallen.lot)]
    assert ranks == [second]  # 14 + 30 points of price against the third's
    for bid in (lead, third):
        assert code(lambda bid=bid: propose(fallen, bid)) == "not_first"

    award = propose(fallen, second)
    assert code(lambda: propose(fallen, second)) == "already_proposed"
    given = {"award": award, "at": fallen.next}
    assert code(lambda: approve_award(by=fallen.officers[0], **given)) == "same_person"
    Message.objects.all().delete()
    award = approve_award(by=fallen.officers[1], **given)
    assert not Contract.objects.filter(lot=fallen.lot).exclude(pk=fallen.pk).exists()
    announce_next_with_contract(award=award, by=fallen.officers[0], at=fallen.next)

    new = Contract.objects.get(award=award)
    assert (new.supplier, new.state, new.value) == (second.supplier, ContractState.DRAFT, 90000)
    assert new.award.announced_on == timezone.localdate(fallen.next)
    states = dict(Bid.objects.filter(lot=fallen.lot).values_list("pk", "state"))
    assert states == {
        lead.pk: BidState.UNSUCCESSFUL,
        second.pk: BidState.SUCCESSFUL,
        third.pk: BidState.UNSUCCESSFUL,
    }
    everybody = sorted(bid.supplier.contact_email for bid in bids_of(fallen))
    assert told("bid_outcome") == everybody
    make_missing(at=fallen.next)
    assert Contract.objects.filter(lot=fallen.lot).count() == 2


def test_the_lot_is_closed_without_an_award_with_reasons_and_everybody_is_told(fallen):
    assert code(lambda: propose(fallen, None, reasons=" ")) == "no_reasons"
    Message.objects.all().delete()

    award = announced(fallen, None)

    assert (award.state, award.decision) == (AwardState.ANNOUNCED, Decision.NO_AWARD)
    assert len(told("bid_outcome")) == 3
    assert Contract.objects.get(lot=fallen.lot) == fallen
    assert code(lambda: propose(fallen, bids_of(fallen)[1])) == "already_proposed"


def test_it_can_be_refused_again_until_nobody_is_left():
    contract = directed(more=[{"price": "90000", "subcontractors": [named(relied_on=True)]}])
    decide(contract, ChainMove.REFUSE, contract.later)
    contract.next = contract.later
    second = bids_of(contract)[1]
    award = announced(contract, second)
    again = Contract.objects.get(award=award)
    again.officers = contract.officers
    decide(again, ChainMove.DIRECT, contract.later + timedelta(days=1))
    decide(again, ChainMove.REFUSE, contract.later + timedelta(days=20))

    assert in_turn(contract.lot) == []
    contract.next = contract.later + timedelta(days=21)
    assert code(lambda: propose(contract, second)) == "not_first"
    announced(contract, None)
    assert Award.objects.filter(lot=contract.lot).count() == 3


def test_a_proposal_can_be_sent_back_and_made_again(fallen):
    second = bids_of(fallen)[1]
    award = propose(fallen, second)

    send_award_back(award=award, reasons="Look again", by=fallen.officers[1], at=fallen.next)

    assert announced(fallen, second).state == AwardState.ANNOUNCED


def test_the_database_takes_no_second_contract_and_no_second_award(contract):
    lead, second, _third = bids_of(contract)
    here = {"lot": contract.lot, "opening": contract.award.opening, "proposed_at": contract.at}
    here["proposed_by"] = contract.officers[0]

    refused("one_live_award_per_lot", lambda: Award.objects.create(bid=second, **here))
    decide(contract, ChainMove.REFUSE, contract.later)
    refused("no_second_award_of_a_bid", lambda: Award.objects.create(bid=lead, **here))
    contract.next = contract.later
    aside = propose(contract, second)
    send_award_back(award=aside, reasons="Look again", by=contract.officers[1], at=contract.next)
    copy = Contract.objects.get(award=announced(contract, second))
    copy.pk, copy.reference, copy.award = None, uuid4(), aside
    refused("contract_follows_an_award", lambda: copy.save(force_insert=True))
    with connection.cursor() as cursor:  # and without that guard
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE contracts_contract DISABLE TRIGGER contracts_guard_making")
    refused("one_standing_contract_per_lot", lambda: copy.save(force_insert=True))


def test_an_award_that_stands_has_no_next(contract):
    award = contract.award
    given = {"award": award, "by": contract.officers[0], "at": contract.later}

    assert code(lambda: announce_next_with_contract(**given)) == "not_next"
    contract.next = contract.later
    assert code(lambda: propose(contract, bids_of(contract)[1])) == "not_evaluated"


# --- What is read ----------------------------------------------------------------------------


def public(client, name, *args):
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200, name
    return response.content.decode()


def test_the_refusal_and_what_follows_are_public(client, fallen):
    words = f"refused to enter into this contract on {fallen.on}, because a key subcontractor had"
    pages = {
        "lot": lambda: public(client, "public:lot", fallen.lot.reference),
        "awards": lambda: public(client, "public:award_list"),
    }

    for page in pages.values():
        assert words in page() and fallen.lead_name in page()
    assert "next decision on this lot is published here" in pages["lot"]()
    assert "To be decided again" in pages["lot"]()
    competition = public(client, "public:competition", fallen.lot.competition.reference)
    assert "Contract refused; to be decided again" in competition
    assert "It was relied on" not in pages["lot"]() + pages["awards"]()
    second = bids_of(fallen)[1]
    propose(fallen, second)
    assert second.supplier.name not in pages["lot"]() + pages["awards"]()


def test_once_the_next_is_announced_both_are_public(client, fallen):
    second = bids_of(fallen)[1]

    announced(fallen, second)

    lot = public(client, "public:lot", fallen.lot.reference)
    assert "refused to enter into this contract" in lot and second.supplier.name in lot
    assert "next decision on this lot" not in lot
    competition = public(client, "public:competition", fallen.lot.competition.reference)
    assert second.supplier.name in competition and "decided again" not in competition


def test_a_lot_that_was_closed_says_why(client, fallen):
    propose_award(
        lot=fallen.lot,
        bid=None,
        reasons="The service is bought anew",
        by=fallen.officers[0],
        at=fallen.next,
    )
    award = Award.objects.standing().get(lot=fallen.lot)
    award = approve_award(award=award, by=fallen.officers[1], at=fallen.next)
    announce_next_with_contract(award=award, by=fallen.officers[0], at=fallen.next)

    lot = public(client, "public:lot", fallen.lot.reference)

    assert "closed without an award" in lot and "The service is bought anew" in lot


def outcome(client, bid):
    who = MembershipFactory(supplier=bid.supplier).user
    return sign_in(client, who).get(reverse("supplier:bid_outcome", args=[bid.reference]))


def test_each_who_bid_reads_it_on_the_page_of_its_outcome(client, fallen):
    lead, second, _third = bids_of(fallen)

    for bid in (lead, second):
        page = outcome(client, bid).content.decode()
        assert "This lot is to be decided again" in page and fallen.on in page
    announced(fallen, second)
    assert "Your bid was successful" in outcome(client, second).content.decode()
    page = outcome(client, lead).content.decode()
    assert "Your bid was not successful" in page and fallen.on in page


def test_the_officers_take_the_next_step_on_their_pages(client, fallen):
    first, second = fallen.officers
    competition, bid = fallen.lot.competition, bids_of(fallen)[1]
    awards = reverse("commissioner:awards", args=[competition.reference])
    propose_page = reverse("commissioner:award_propose", args=[fallen.lot.reference])
    page = sign_in(client, first).get(awards).content.decode()
    assert propose_page in page and "Propose the next decision" in page and fallen.on in page
    page = client.get(propose_page).content.decode()
    assert bid.supplier.name in page and f'value="{fallen.award.bid.reference}"' not in page

    client.post(propose_page, {"choice": str(bid.reference), "reasons": ""})
    award = Award.objects.standing().get(lot=fallen.lot)
    assert "Waits for another officer" in client.get(awards).content.decode()
    sign_in(client, second).post(reverse("commissioner:award_approve", args=[award.reference]))
    announce = reverse("commissioner:award_announce", args=[award.reference])
    assert announce in client.get(awards).content.decode()
    assert "A new standstill begins" in client.get(announce).content.decode()
    assert client.post(announce).url == awards

    award.refresh_from_db()
    assert (award.state, award.contract.supplier) == (AwardState.ANNOUNCED, bid.supplier)
    stranger = OfficerFactory().user
    assert sign_in(client, stranger).get(announce).status_code == 404


def test_refusing_leads_to_the_next_step(client, contract):
    line = contract.subcontractors.get()
    url = reverse("commissioner:chain_decide", args=[contract.reference, line.reference])

    with clock.fixed_at(contract.later):
        page = sign_in(client, contract.officers[0]).get(url).content.decode()
        answer = client.post(url, {"move": "refuse", "reasons": "It has not signed"})

    assert "lets the award fall" in page
    assert answer.url == reverse("commissioner:award_propose", args=[contract.lot.reference])


def test_the_lot_costs_the_same_however_often_it_was_decided(client, contract):
    def queries():
        with CaptureQueriesContext(connection) as taken:
            public(client, "public:lot", contract.lot.reference)
        return len(taken)

    sign_in(client, contract.person)
    queries()
    before = queries()
    decide(contract, ChainMove.REFUSE, contract.later)
    contract.next = contract.later
    announced(contract, bids_of(contract)[1])

    assert queries() == before
