"""Rehearsing an opening: an opener shows that the passphrase still opens what it must open.

All that the opening will need is done but for the bids: the own key, the own share of every key,
a share put together with another, a dummy bid opened. Nothing is revealed and nothing is kept.
"""

import hashlib
import hmac

from django.db import transaction
from django.utils.translation import gettext as _

from bids.actions import shares
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from framework_portal.sealing.envelope import read_with
from framework_portal.sealing.shares import put_together
from lots.actions.keys import DUMMY, rehearsal_bound_to
from lots.actions.openers import counted
from lots.models import Competition, OpenerProof, Part
from lots.states import CompetitionState


@trail.keeps_refusals("competition.rehearsal_refused", of="competition")
@counted
@transaction.atomic
def rehearse_opening(*, competition, by, passphrase):
    """Prove the own passphrase on this competition's keys; answers the OpenerProof."""
    competition = Competition.objects.get(pk=competition.pk)
    if competition.state != CompetitionState.PUBLISHED:
        raise Refused("not_published", _("There is no opening to rehearse"))
    opener = shares.opener_of(competition, by)
    keys = {key.part: key for key in competition.sealing_keys.all()}
    rehearsal = keys.pop(Part.REHEARSAL, None)
    if rehearsal is None:
        raise Refused("no_key", _("This competition has no key, so nothing could be sealed to it"))
    words, opener_key = shares.practice_share(rehearsal, opener, passphrase)
    _open_dummy(competition, rehearsal, words)
    for key in keys.values():
        shares.try_share(key, opener, passphrase)
    proof = OpenerProof.objects.create(key=opener_key, competition=competition)
    proof.refresh_from_db()
    trail.record("competition.opening_rehearsed", competition, by=by, key=str(opener_key.reference))
    return proof


def _open_dummy(competition, rehearsal, words):
    try:
        private = put_together(words, rehearsal.open_share)
        found = hashlib.sha256(private).hexdigest()
        bound_to = rehearsal_bound_to(competition)
        content, _salt = read_with(private, rehearsal.dummy, bound_to=bound_to)
    except InvalidSeal:
        raise shares.unfit() from None
    if not hmac.compare_digest(found, rehearsal.private_hash) or content != DUMMY:
        raise shares.unfit()
