"""Whether what was opened is what was sent: judged by the bidder's own copy, not by the portal."""

import hashlib

from bids.content import price_alone, without_price
from bids.identity import identity
from bids.selectors.bidding import own_copy
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.envelope import read_opened
from suppliers.vault.opening import VaultLocked


def opened_as_sent(bid):
    """True or False for an opened bid; None where it is not opened or cannot be judged here.

    Each digest that the receipt commits to is made anew twice: from the own copy, and from what
    the officers read. All three must be one; a price that is still sealed is not judged yet.
    """
    if bid.opened is None or bid.offer is None:
        return None
    submission = bid.offer.submission
    try:
        sent, salt = own_copy(bid, submission)
    except VaultLocked:
        return None
    is_split = submission.price_offer_id is not None
    judged = [(submission.offer, bid.opened, without_price(sent) if is_split else sent)]
    if is_split and bid.opened_price is not None:
        judged.append((submission.price_offer, bid.opened_price, price_alone(sent)))
    return all(
        {_digest(own, salt), _digest(read_opened(opened, bound_to=identity(bid)), salt)}
        == {sealed.digest}
        for sealed, opened, own in judged
    )


def _digest(content, salt):
    return hashlib.sha256(salt + canonical(content)).hexdigest()
