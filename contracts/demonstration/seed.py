"""The whole demonstration up to the contracts, in one transaction: all of it or nothing."""

from django.db import transaction

from bids.demonstration import seed as bidding
from contracts.demonstration import cases, ledger, quarters, refusal, voice
from framework_portal.audit.heads import sign_head

# What each topic adds, in this order: a module with `make(stage)`.
TOPICS = [ledger, voice, quarters, cases, refusal]


def is_there():
    """Whether the demonstration was made before."""
    return bidding.is_there()


@transaction.atomic
def make():
    """People, organisations, competitions, bids and contracts, through the actions."""
    stage = bidding.make()
    for topic in TOPICS:
        topic.make(stage)
    sign_head(at=stage.timeline.now)
