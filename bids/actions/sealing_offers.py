"""Sealing what is submitted: to the competition's key, and beside it the bidder's own copy.

Whoever seals here cannot open again: the private half of the one was split among the competition's
openers when it was published, and thrown away; the other's only the bidder's signed-in people have.
"""

import os
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from bids.content import as_submitted, part_salt, price_alone, without_price
from bids.identity import identity
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import SALT_BYTES, seal_to
from framework_portal.sealing.models import Purpose
from lots.models import Part, SealingKey
from suppliers.vault.keeping import seal_kept


def fresh_salt():
    """The salt of one submission: the offer and the bidder's copy commit to the content alike."""
    return os.urandom(SALT_BYTES)


def seal_offer(bid, content, *, sequence, salt):
    """`content` as version `sequence` of `bid`, for the openers of its competition only.

    Without the price, where that is opened after quality: `seal_price` seals it by itself.
    """
    part, content = Part.WHOLE, as_submitted(content)
    if bid.lot.competition.price_after_quality:
        part, content = Part.QUALITY, without_price(content)
        salt = part_salt(salt, part)
    public, bound_to = public_key(bid.lot.competition, part), identity(bid, sequence)
    return seal_to(public, content, purpose=Purpose.OFFER, bound_to=bound_to, salt=salt)


def seal_price(bid, content, *, sequence, salt):
    """The price of `content` in an envelope of its own; None where it is not opened apart."""
    if not bid.lot.competition.price_after_quality:
        return None
    public = public_key(bid.lot.competition, Part.PRICE)
    bound_to = identity(bid, sequence)
    price, salt = price_alone(content), part_salt(salt, Part.PRICE)
    return seal_to(public, price, purpose=Purpose.PRICE, bound_to=bound_to, salt=salt)


def keep_copy(bid, content, *, sequence, salt):
    """The same content for the bidder's own people, in their organisation's vault."""
    content, bound_to = as_submitted(content), identity(bid, sequence)
    return seal_kept(bid.supplier, content, purpose=Purpose.COPY, bound_to=bound_to, salt=salt)


def public_key(competition, part):
    """What bids of `competition` are sealed to."""
    return _public_key(competition.reference, part)


# The database keeps the keys of a published competition as they are: they are read once a process.
@lru_cache(maxsize=1024)
def _public_key(reference, part):
    key = SealingKey.objects.filter(competition__reference=reference, part=part).first()
    if key is None:
        raise Refused("no_key", _("This competition has no key that bids could be sealed to"))
    return bytes(key.public_key)
