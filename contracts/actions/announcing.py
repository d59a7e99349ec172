"""Announcing awards makes their contracts: both or neither."""

from django.db import transaction

from bids.actions.award import announce_awards
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
