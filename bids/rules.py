"""Who may do what with a bid, an opening and an award."""

import rules

from bids.states import UNSEALED
from lots.rules import runs_competition
from suppliers.rules import edits_for, reads_for, submits_for


@rules.predicate
def reads_for_bidder(user, bid):
    return bid is not None and reads_for(user, bid.supplier)


@rules.predicate
def edits_for_bidder(user, bid):
    return bid is not None and edits_for(user, bid.supplier)


@rules.predicate
def submits_for_bidder(user, bid):
    return bid is not None and submits_for(user, bid.supplier)


@rules.predicate
def submits_for_subcontractor(user, consent):
    return consent is not None and submits_for(user, consent.supplier)


@rules.predicate
def is_none_of_the_leads(user, consent):
    """Does not belong to the lead that asks: a consent is given in the own account."""
    return consent is not None and not reads_for(user, consent.bid.supplier)


@rules.predicate
def runs_its_competition(user, bid):
    return bid is not None and runs_competition(user, bid.lot.competition)


@rules.predicate
def is_unsealed(user, bid):
    return bid is not None and bid.state in UNSEALED


rules.add_perm("bids.read_own_bid", reads_for_bidder)
rules.add_perm("bids.edit_bid", edits_for_bidder)
rules.add_perm("bids.submit_bid", submits_for_bidder)
rules.add_perm("bids.withdraw_bid", submits_for_bidder)
rules.add_perm("bids.read_offer", reads_for_bidder | (runs_its_competition & is_unsealed))
rules.add_perm("bids.score_bid", runs_its_competition & is_unsealed)
# Asked of a request for consent: the subcontractor's own people, and none of the lead's.
rules.add_perm("bids.answer_consent", submits_for_subcontractor & is_none_of_the_leads)
# These are asked of a competition.
rules.add_perm("bids.open_bids", runs_competition)
rules.add_perm("bids.read_opened_bids", runs_competition)
rules.add_perm("bids.evaluate", runs_competition)
rules.add_perm("bids.propose_award", runs_competition)
rules.add_perm("bids.approve_award", runs_competition)
rules.add_perm("bids.announce_awards", runs_competition)
