"""What every opening is made of: an approval that hands a share over, and the act that uses it.

The callers hold the lock on the competition, and have asked whether the time has come.
"""

from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from bids.actions import shares
from bids.actions.logs import publish_log_head, receipted_offers
from bids.guards import UNWATCHED
from bids.identity import identity
from bids.models import Bid, OpeningApproval
from bids.timing import GRACE
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_with, seal
from framework_portal.sealing.models import Purpose
from framework_portal.sealing.signing import instant
from lots.models import Competition

# The first officer's act holds this long for the second's.
APPROVAL_HOLDS = timedelta(minutes=15)


def locked(competition):
    """The competition under its lock: once it is ours, no submission is still on its way."""
    return Competition.objects.select_for_update().get(pk=competition.pk)


def hold_bids(competition):
    """Lock the bids of `competition` in their order, before anything is written to the trail.

    Whoever changes a bid locks it first and the trail last; so does an opening.
    """
    bids = Bid.objects.filter(lot__competition=competition).order_by("pk")
    return list(bids.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def waits_for_watch(competition):
    """Whether an outage at closing may not be written down yet; the database refuses the same.

    Once a first officer has approved, no deadline moves, and nothing waits.
    """
    if OpeningApproval.objects.filter(competition=competition).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT bids_watch_can_say(%s)", [competition.pk])
        return not cursor.fetchone()[0]


def approve(competition, part, by, at, passphrase, recovery_words):
    """The first act: the own share, or the printed one, is handed to the other openers."""
    opener, key = shares.opener_of(competition, by), _key(competition, part)
    if waits_for_watch(competition):
        raise Refused("unwatched", UNWATCHED)
    if recovery_words:
        words = shares.recovery_share(key, recovery_words)
    else:
        words, _private = shares.own_share(key, opener, passphrase)
    publish_log_head(competition=competition, at=at)
    approval = OpeningApproval.objects.create(
        competition=competition,
        part=part,
        by_recovery=bool(recovery_words),
        approved_at=at,
        approved_by=by,
        expires_at=at + APPROVAL_HOLDS,
    )
    shares.hand_over(approval, key, opener, words)
    recovered = {"by_recovery": True} if recovery_words else {}
    trail.record("competition.opening_approved", competition, by=by, part=part, **recovered)
    return approval


def unlocked(competition, part, by, at, passphrase):
    """The second act: (key, the first act, the private key), for this request alone."""
    opener, key = shares.opener_of(competition, by), _key(competition, part)
    approval = holding_approval(competition, at=at, part=part)
    if approval is None:
        raise Refused(
            "no_first_approval",
            _("Another officer must approve the opening first, within 15 minutes"),
        )
    if approval.approved_by_id == by.pk:
        raise Refused("same_person", _("A second officer must open the bids: you approved already"))
    return key, approval, shares.rebuilt(key, approval, opener, passphrase)


def second_act(opening, part, *, by, at, passphrase, envelopes):
    """Unseal all at once, and write down what was opened: [(bid, envelope, what was found)].

    `envelopes` gives the bids with their envelopes once the key is there. One that cannot be read
    is kept, is named in the record by its hash and stops nobody else's.
    """
    competition = opening.competition
    key, approval, private = unlocked(competition, part, by, at, passphrase)
    receipted = receipted_offers(competition=competition)
    opened = [
        (bid, envelope, unsealed(bid, envelope, private, receipted))
        for bid, envelope in envelopes(competition)
    ]
    del private
    opening.record = [entry(*each) for each in opened]
    sign(opening, key, approval, by, at)
    return opened


def keep_opened(opening, part, verb, bids, fields, *, by):
    """Save what was found, forget the shares that were handed over, and tell the trail."""
    Bid.objects.bulk_update(bids, fields, batch_size=500)
    shares.forget_handed(opening.competition, part)
    tell(verb, opening, by)
    return opening


def holding_approval(competition, *, at, part):
    """The newest first act for `part` that still holds at `at`, or None."""
    return (
        OpeningApproval.objects.filter(
            competition=competition,
            part=part,
            expires_at__gt=at,
            approved_at__gte=competition.closes_at + GRACE,
        )
        .order_by("-approved_at", "-pk")
        .select_related("competition", "approved_by")
        .first()
    )


def bids_in(competition, state):
    """The bids of `competition` in `state`, locked, with their envelopes."""
    return list(
        Bid.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition, state=state, offer__isnull=False)
        .select_related("lot__competition", "supplier", "offer__submission__price_offer")
        .order_by("pk")
    )


def unsealed(bid, envelope, private, receipted):
    """(content, salt) of an envelope of the version that counts; None where it cannot be read."""
    if (bid.pk, envelope.envelope_hash, envelope.digest) not in receipted:
        return None  # it is not what the bidder's receipt says
    bound_to = identity(bid, bid.offer.submission.sequence)
    try:
        return read_with(private, envelope, bound_to=bound_to)
    except InvalidSeal:
        return None


def resealed(bid, found):
    """What was found, for those who evaluate: it commits to the content as the receipt does."""
    content, salt = found
    return seal(content, purpose=Purpose.OPENED, bound_to=identity(bid), salt=salt)


def entry(bid, envelope, found):
    """A line of the record: which envelope, by its hash, and whether it could be read."""
    return {
        "bid": str(bid.reference),
        "sequence": bid.offer.submission.sequence,
        "digest": envelope.digest,
        "envelope_hash": envelope.envelope_hash,
        "outcome": "unreadable" if found is None else "opened",
    }


def sign(opening, key, approval, by, at):
    """Sign and save the record of an opening: who, when, which envelopes, and how each opened."""
    opening.approval, opening.first_by = approval, approval.approved_by
    opening.second_by, opening.opened_at = by, at
    opening.say(
        {
            "kind": "opening-record",
            "version": 1,
            "service": settings.PORTAL_ADDRESS,
            "competition": opening.competition.reference,
            "opening": opening.reference,
            "part": key.part,
            "key_fingerprint": keypairs.fingerprint(bytes(key.public_key)),
            "closed_at": instant(opening.competition.closes_at),
            "first": {
                "person": approval.approved_by.reference,
                "at": instant(approval.approved_at),
                "by_recovery_share": approval.by_recovery,
            },
            "second": {"person": by.reference, "at": instant(at)},
            "envelopes": opening.record,
        }
    )
    opening.save(force_insert=True)


def tell(verb, opening, by):
    """Keep in the trail what was opened."""
    outcomes = [line["outcome"] for line in opening.record]
    trail.record(
        verb,
        opening.competition,
        by=by,
        opening=str(opening.reference),
        first=str(opening.first_by.reference),
        envelopes=[line["envelope_hash"] for line in opening.record],
        unreadable=outcomes.count("unreadable"),
    )


def _key(competition, part):
    key = competition.sealing_keys.filter(part=part).select_related("competition").first()
    if key is None:
        raise Refused("no_key", _("This competition has no key, so nothing could be sealed to it"))
    return key
