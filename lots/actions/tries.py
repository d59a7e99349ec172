"""Wrong opening passphrases are counted like wrong passwords, whoever asks and from wherever."""

from contextlib import contextmanager

from framework_portal import clock
from framework_portal.accounts.actions.guessing import claim_try, door, give_back
from framework_portal.refusals import Refused

WRONG = "wrong_passphrase"


@contextmanager
def one_try(by):
    """Count a try of `by` before it is made, and give it back unless it was a wrong one.

    To be entered outside the action's transaction: what is refused must stay counted.
    """
    doors = [door("opening", by.reference)]
    claim_try(doors=doors, at=clock.now())
    try:
        yield
    except Refused as refusal:
        if refusal.code != WRONG:
            give_back(doors=doors)
        raise
    give_back(doors=doors)
