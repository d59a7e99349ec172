"""Publishing the head of a competition's log when it has closed, and holding the opening to it."""

import logging
from functools import wraps

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from bids import guards, logbook
from bids.models import LogHead
from bids.timing import GRACE
from framework_portal.audit import trail
from framework_portal.each import for_each
from framework_portal.refusals import Refused
from framework_portal.sealing.signing import instant
from lots.models import Competition
from lots.states import CompetitionState

logger = logging.getLogger(__name__)

BROKEN = _(
    "The log of this competition does not agree with what was published. Nothing was opened. "
    "Report this at once: somebody has changed, added or taken out evidence"
)


def told(action):
    """Decorate an action: a log that is broken is told to whoever runs the portal, and refused."""

    @wraps(action)
    def kept(*, competition, **kwargs):
        try:
            return action(competition=competition, **kwargs)
        except logbook.BrokenLog as broken:
            logger.critical("Competition %s: %s", competition.reference, broken)
            raise Refused("log_broken", BROKEN) from broken

    return kept


@guards.in_words
@told
@transaction.atomic
def publish_log_head(*, competition, at):
    """Sign and publish the root of the log, once for each deadline. Repeating changes nothing."""
    # What is taken in holds this row FOR SHARE until it is committed: nothing is on its way now.
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    if competition.closes_at is None or at < competition.closes_at + GRACE:
        raise Refused(*guards.WORDS["log_head_after_closing"])
    former = competition.log_heads.order_by("pk").last()
    if former is not None and former.closes_at == competition.closes_at:
        return former
    receipts = logbook.receipts_of(competition)
    head = LogHead(
        competition=competition,
        closes_at=competition.closes_at,
        published_at=at,
        blinding=logbook.fresh_blinding(competition),
    )
    leaves = {receipt.leaf for receipt in receipts} | {logbook.leaf_of(head.blinding)}
    head.leaves = sorted(leaves)
    head.root = logbook.root(head.leaves)
    if former is not None:
        _refuse_lost(former, leaves)
    seq, digest = trail.head()
    head.say(
        {
            "kind": "log-head",
            "version": 1,
            "competition": competition.reference,
            "closes_at": instant(head.closes_at),
            "published_at": instant(at),
            "root": head.root,
            "supersedes": former and former.root,
            "audit": {"number": seq, "hash": digest},
        }
    )
    head.save(force_insert=True)
    trail.record("competition.log_published", competition, head=head.root)
    return head


def publish_due_log_heads(*, at):
    """The heads of all competitions that have closed; one that cannot be is told, and waits."""

    def publish_head(competition):
        publish_log_head(competition=competition, at=at)

    published = LogHead.objects.filter(competition=OuterRef("pk"), closes_at=OuterRef("closes_at"))
    due = Competition.objects.filter(
        ~Exists(published),
        state=CompetitionState.PUBLISHED,
        is_history=False,
        closes_at__lte=at - GRACE,
    )
    for_each(due, publish_head)


@told
def receipted_offers(*, competition):
    """What the receipts say was submitted, once the log reproduces its published head.

    Answers {(bid id, envelope hash, digest)}, of prices that lie apart as well: an envelope that is
    not among them was exchanged.
    """
    head = competition.log_heads.filter(closes_at=competition.closes_at).first()
    if head is None:
        raise logbook.BrokenLog("No head was published for this deadline")
    receipts = logbook.receipts_of(competition)
    logbook.check_log(head, receipts)
    said = [(receipt.bid_id, receipt.statement) for receipt in receipts]
    envelopes = [*said, *((bid, each["price"]) for bid, each in said if "price" in each)]
    return {(bid, each["envelope_hash"], each["commitment"]) for bid, each in envelopes}


def _refuse_lost(former, leaves):
    logbook.check_head(former)
    kept = set(former.leaves) - {logbook.leaf_of(former.blinding)}
    if not kept <= leaves:
        raise logbook.BrokenLog("Receipts that the former head holds are gone")
