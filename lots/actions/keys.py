"""The keys of a competition: made once, at publication, split, and thrown away.

From then on the portal holds what bids are sealed to and the openers' shares, each sealed to the
opener's own key. No share can be exchanged later: what it was split from is gone.
"""

import hashlib

from framework_portal.sealing import keypairs, shares
from framework_portal.sealing.envelope import seal_to
from framework_portal.sealing.models import Purpose
from lots.models import KeyShare, Opener, OpenerKey, Part, SealingKey

DUMMY = {"answers": {}, "price": "0.00", "rehearsal": True}


def make_keys(competition, *, parts=(Part.WHOLE,)):
    """Make and split the keys of a draft that is being published.

    Answers what is to be printed and kept offline: the recovery share of each part, in words.
    """
    holders = _holders(competition)
    recovery = {part: _made(competition, part, holders) for part in parts}
    _made(competition, Part.REHEARSAL, holders)
    return recovery


def bound_to_holder(key, opener, opener_key):
    """What a sealed share is bound to: moved to another row it does not open."""
    return "/".join(
        [
            "share/1",
            *(str(key.competition.reference), key.part, bytes(key.public_key).hex()),
            *(str(opener.user.reference), str(opener_key.reference)),
        ]
    ).encode()


def rehearsal_bound_to(competition):
    """What the dummy bid of a rehearsal is bound to."""
    return {"competition": str(competition.reference), "rehearsal": True}


def _holders(competition):
    """The openers of `competition`, each with the key in use."""
    openers = list(Opener.objects.filter(competition=competition).select_related("user"))
    # Locked, so that nobody exchanges a key while shares are sealed to it.
    keys = OpenerKey.objects.select_for_update(of=("self",)).filter(
        user__in=[opener.user_id for opener in openers], retired_at=None
    )
    by_user = {key.user_id: key for key in keys}
    return [(opener, by_user[opener.user_id]) for opener in openers]


def _made(competition, part, holders):
    private, public = keypairs.fresh_pair()
    *held, recovery = shares.split(private, len(holders) + 1)
    is_rehearsal = part == Part.REHEARSAL
    key = SealingKey.objects.create(
        competition=competition,
        part=part,
        public_key=public,
        private_hash=hashlib.sha256(private).hexdigest(),
        recovery_hash=shares.digest(recovery),
        open_share=recovery if is_rehearsal else "",
        dummy=_dummy(competition, public) if is_rehearsal else None,
    )
    KeyShare.objects.bulk_create(
        KeyShare(
            key=key,
            opener=opener,
            opener_key=opener_key,
            sealed=keypairs.seal_to(
                bytes(opener_key.public_key),
                share.encode(),
                bound_to_holder(key, opener, opener_key),
            ),
        )
        for (opener, opener_key), share in zip(holders, held, strict=True)
    )
    return recovery


def _dummy(competition, public):
    bound_to = rehearsal_bound_to(competition)
    return seal_to(public, DUMMY, purpose=Purpose.DUMMY, bound_to=bound_to)
