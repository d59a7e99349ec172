"""Announcing awards makes their contracts: both or neither."""

from django.db import transaction

from bids.actions.award import announce_awards
from bids.actions.next_award import announce_next_award
from contracts.actions.making import make_contracts


@transaction.atomic
def announce_with_contracts(*, competition, by, at):
    """Announce the awards of `competition` and make their contracts in the same transaction.

    What was promised in a bid is in a ledger from the instant in which everybody learns that the
    bid has won. `contracts.tasks.make_missing_contracts` stays for whatever announced otherwise.
    """
    awards = announce_awards(competition=competition, by=by, at=at)
    make_contracts(competition=competition, at=at)
    return awards


@transaction.atomic
def announce_next_with_contract(*, award, by, at):
    """Announce the decision that follows a refused contract, and make the contract it leads to."""
    award = announce_next_award(award=award, by=by, at=at)
    make_contracts(competition=award.lot.competition, at=at)
    return award
