"""Whether what was opened is what was sent: judged by the bidder's own copy, not by the portal."""

import hashlib

from bids.content import part_salt, price_alone, without_price
from bids.identity import identity
from bids.selectors.bidding import own_copy
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.envelope import read_opened
from lots.models import Part
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
    if not is_split:
        return _is_one(bid, submission.offer, bid.opened, sent, salt)
    own, of_part = without_price(sent), part_salt(salt, Part.QUALITY)
    is_same = _is_one(bid, submission.offer, bid.opened, own, of_part)
    if bid.opened_price is None:
        return is_same
    own, of_part = price_alone(sent), part_salt(salt, Part.PRICE)
    return is_same and _is_one(bid, submission.price_offer, bid.opened_price, own, of_part)


def _is_one(bid, sealed, opened, own, salt):
    read = read_opened(opened, bound_to=identity(bid))
    return {_digest(own, salt), _digest(read, salt)} == {sealed.digest}


def _digest(content, salt):
    return hashlib.sha256(salt + canonical(content)).hexdigest()
