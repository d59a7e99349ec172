"""Shares of a competition's keys: what an opener's passphrase gives, when, and to whom.

Nothing here answers before the deadline and its grace have passed by the database's clock, whoever
asks. A share lives in the request that unlocked it, or sealed to the openers who may use it.
"""

import hashlib
import hmac

from django.utils.translation import gettext as _

from bids.models import HandedShare, QualityLock
from bids.timing import GRACE
from framework_portal import clock
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs, shares
from framework_portal.sealing.broken import InvalidSeal
from lots.actions.keys import bound_to_holder
from lots.actions.openers import private_half
from lots.actions.tries import WRONG
from lots.models import Competition, KeyShare, Opener, Part


def refuse_before_time(competition, at):
    """Nothing is opened before `at` is a minute after closing, and so is the database's clock."""
    fresh = Competition.objects.only("closes_at").get(pk=competition.pk)
    if fresh.closes_at is None or min(at, clock.now()) < fresh.closes_at + GRACE:
        raise Refused("not_closed", _("Bids can be opened one minute after closing, not before"))


def opener_of(competition, user):
    """`user` as one of those who were named to open `competition`, or refused."""
    opener = Opener.objects.filter(competition=competition, user=user).first()
    if opener is None:
        raise Refused("not_an_opener", _("You are not one of the officers who open these bids"))
    opener.user = user
    return opener


def own_share(key, opener, passphrase):
    """The share of `opener` in `key`, in words, and the private key that unlocked it."""
    _refuse_too_early(key)
    held, private = _unlocked(key, opener, passphrase)
    return _share(key, held, private), private


def practice_share(key, opener, passphrase):
    """The share of `opener` in a rehearsal's key, at any time: it opens a dummy and no bid."""
    if key.part != Part.REHEARSAL:
        raise ValueError("A share of a key that opens bids is handed out after closing only")
    held, private = _unlocked(key, opener, passphrase)
    return _share(key, held, private), held.opener_key


def try_share(key, opener, passphrase):
    """Unlock the share of `opener` in `key` and forget it: it is there, whole, and of this key."""
    held, private = _unlocked(key, opener, passphrase)
    shares.check(_share(key, held, private))


def _refuse_too_early(key):
    """By the database's clock, whoever asks; and prices wait until the quality scores stand."""
    refuse_before_time(key.competition, clock.now())
    if key.part == Part.PRICE and not QualityLock.objects.filter(competition=key.competition):
        raise Refused("not_locked", _("Prices can be opened once the quality scores are locked"))


def _unlocked(key, opener, passphrase):
    held = KeyShare.objects.select_related("opener__user", "opener_key__user").get(
        key=key, opener=opener
    )
    return held, private_half(held.opener_key, passphrase)


def _share(key, held, private):
    return _unsealed(private, held.sealed, bound_to_holder(key, held.opener, held.opener_key))


def recovery_share(key, words):
    """The printed share, typed again: it is of this key, or refused."""
    _refuse_too_early(key)
    if not hmac.compare_digest(shares.digest(words), key.recovery_hash):
        message = _("These are not the recovery words of this competition. Check every word")
        raise Refused(WRONG, message, field="recovery_words")
    return shares.tidy(words)


def hand_over(approval, key, giver, words):
    """Seal the first officer's share to each of the other openers, for as long as it holds."""
    _refuse_too_early(key)
    others = (
        KeyShare.objects.filter(key=key)
        .exclude(opener=giver)
        .select_related("opener__user", "opener_key")
    )
    forget_handed(key.competition, key.part)
    HandedShare.objects.bulk_create(
        HandedShare(
            approval=approval,
            opener=held.opener,
            sealed=keypairs.seal_to(
                bytes(held.opener_key.public_key),
                words.encode(),
                _bound_to_taker(approval, held.opener),
            ),
        )
        for held in others
    )


def rebuilt(key, approval, opener, passphrase):
    """The private key, from the share that `approval` handed over and the own one of `opener`."""
    _refuse_too_early(key)
    own, private = own_share(key, opener, passphrase)
    handed = HandedShare.objects.filter(approval=approval, opener=opener).first()
    if handed is None or approval.expires_at <= clock.now():
        raise Refused(
            "approval_expired", _("The first approval has run out. It must be given anew")
        )
    theirs = _unsealed(private, handed.sealed, _bound_to_taker(approval, opener))
    try:
        secret = shares.put_together(theirs, own)
    except InvalidSeal:
        raise unfit() from None
    if not hmac.compare_digest(hashlib.sha256(secret).hexdigest(), key.private_hash):
        raise unfit()
    return secret


def forget_handed(competition, part):
    """Destroy what was handed over: it was used, or is given anew."""
    HandedShare.objects.filter(approval__competition=competition, approval__part=part).delete()


def forget_expired(*, at):
    """Destroy what was handed over and not used in time."""
    return HandedShare.objects.filter(approval__expires_at__lte=at).delete()[0]


def _unsealed(private, sealed, bound):
    try:
        return keypairs.unseal_with(private, bytes(sealed), bound).decode()
    except InvalidSeal:
        raise unfit() from None


def unfit():
    """What is stored of the key was changed, or is of another one."""
    return Refused(
        "shares_do_not_fit",
        _("The stored shares of this competition’s key do not fit. Nothing was opened"),
    )


def _bound_to_taker(approval, opener):
    return "/".join(
        [
            "handed/1",
            *(str(approval.competition.reference), approval.part, str(approval.reference)),
            *(str(approval.approved_by.reference), str(opener.user.reference)),
            approval.expires_at.isoformat(),
        ]
    ).encode()
