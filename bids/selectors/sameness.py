"""Whether what was opened is what was sent: judged by the bidder's own copy, not by the portal."""

import hashlib

from bids.selectors.bidding import own_copy
from bids.selectors.evaluation import opened_offer
from framework_portal.sealing.canonical import canonical
from suppliers.vault.opening import VaultLocked


def opened_as_sent(bid):
    """True or False for an opened bid; None where it is not opened or cannot be judged here.

    The digest on the receipt is made anew twice: from the own copy, and from what the officers
    read. All three must be one.
    """
    if bid.opened is None or bid.offer is None:
        return None
    try:
        sent, salt = own_copy(bid, bid.offer.submission)
    except VaultLocked:
        return None
    return {_digest(sent, salt), _digest(opened_offer(bid), salt)} == {bid.offer.digest}


def _digest(content, salt):
    return hashlib.sha256(salt + canonical(content)).hexdigest()
