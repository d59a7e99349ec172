"""Evidence of bids that `manage.py verify_audit` walks: receipts, logs and records of openings."""

from bids import logbook
from bids.models import LogHead, Opening, PriceOpening, Receipt, Submission
from bids.states import BidState
from framework_portal.audit.evidence import evidence, signature_breaks
from framework_portal.audit.models import AuditEvent
from framework_portal.sealing.envelope import envelope_hash
from framework_portal.sealing.signing import instant

BATCH = 500


@evidence("receipts")
def receipts(chain):
    """Each is what was signed, of the row it belongs to, and tied to the chain at both ends."""
    told = _told_leaves()
    rows = Receipt.objects.select_related(
        "bid__lot", "competition", "submission__offer", "submission__price_offer"
    )
    for receipt in rows.order_by("pk").iterator(chunk_size=BATCH):
        what = f"Receipt {receipt.number}"
        try:
            logbook.check_receipt(receipt)
        except logbook.BrokenLog as broken:
            yield str(broken)
            continue
        said = receipt.statement
        if _differs(receipt, said):
            yield f"{what} says something else than the rows it is of"
        if not chain.holds(said["audit"]):
            number = said["audit"]["number"]
            yield f"{what} names event {number}, which the chain does not contain"
        if not said.get("signed_later") and receipt.leaf not in told:
            yield f"{what} is not told by any event of the chain"


@evidence("submissions")
def submissions(chain):
    """Nothing that was taken in is without a receipt, and no receipt's version is gone."""
    for submission in Submission.objects.filter(receipt=None).order_by("pk")[:1]:
        yield f"Submission {submission.reference} has no receipt"
    there = set(Receipt.objects.values_list("leaf", flat=True))
    for leaf, event in _told_leaves().items():
        if leaf not in there:
            yield f"Event {event} tells of a receipt that is gone"


@evidence("logs")
def logs(chain):
    """Every head is what was signed, holds its leaves, and every receipt that came before it."""
    for head in LogHead.objects.select_related("competition").order_by("pk"):
        what = f"The head {head.root[:16]} of the log of competition {head.competition.reference}"
        try:
            logbook.check_head(head)
        except logbook.BrokenLog as broken:
            yield str(broken)
            continue
        said = head.statement
        held = (str(head.competition.reference), instant(head.closes_at))
        if (said["competition"], said["closes_at"]) != held:
            yield f"{what} does not hold what it says"
        if not chain.holds(said["audit"]):
            number = said["audit"]["number"]
            yield f"{what} names event {number}, which the chain does not contain"
        receipts = set(
            Receipt.objects.filter(competition=head.competition).values_list("leaf", flat=True)
        )
        if not set(head.leaves) - {head.blinding_leaf} <= receipts:
            yield f"{what} holds a receipt that is gone"
        is_newest = not head.competition.log_heads.filter(pk__gt=head.pk).exists()
        is_current = head.closes_at == head.competition.closes_at
        if is_newest and is_current and len(head.leaves) != len(receipts) + 1:
            yield f"{what} does not hold a receipt that was added since"


@evidence("openings")
def openings(chain):
    """Every record of an opening is what was signed, and each envelope still has its hash."""
    for model in (Opening, PriceOpening):
        for opening in model.objects.select_related("competition").order_by("pk"):
            if not opening.signature:
                continue  # from before records were signed
            what = f"The record of opening {opening.reference}"
            yield from signature_breaks(opening, what)
            said = opening.statement
            if said["envelopes"] != opening.record or said["opening"] != str(opening.reference):
                yield f"{what} does not hold what it says"
            if not AuditEvent.objects.filter(
                subject_reference=str(opening.competition.reference),
                verb__in=["competition.opened", "competition.prices_opened"],
                detail_text__contains=str(opening.reference),
            ).exists():
                yield f"{what} is not told by any event of the chain"


@evidence("envelopes")
def envelopes(chain):
    """The stored bytes of every submitted offer still have the hash that its receipt names."""
    rows = Submission.objects.select_related("offer", "price_offer").order_by("pk")
    for submission in rows.iterator(chunk_size=50):
        for offer in (submission.offer, submission.price_offer):
            if offer is not None and envelope_hash(offer) != offer.envelope_hash:
                yield f"The envelope of submission {submission.reference} was changed"


def _told_leaves():
    """{leaf: number of the event that tells of it}."""
    verbs = ["bid.submitted", "bid.withdrawn", "bid.unseated", "bid.standby_kept"]
    events = AuditEvent.objects.filter(verb__in=verbs, outcome="done").order_by("seq")
    told = ((event.details.get("leaf"), event.seq) for event in events.iterator(chunk_size=5000))
    return {leaf: seq for leaf, seq in told if leaf}


def _differs(receipt, said):
    bid, submission = receipt.bid, receipt.submission
    rows = {
        "of": receipt.kind,
        "bid": str(bid.reference),
        "lot": str(bid.lot.reference),
        "competition": str(receipt.competition.reference),
        "received_at": instant(receipt.at),
    }
    if submission is not None:
        rows |= {
            "sequence": submission.sequence,
            "received_at": instant(submission.received_at),
            "envelope_hash": submission.offer.envelope_hash,
            "commitment": submission.offer.digest,
        }
        if submission.price_offer is not None:
            price = submission.price_offer
            rows["price"] = {"envelope_hash": price.envelope_hash, "commitment": price.digest}
    if receipt.kind == "withdrawal" and bid.state != BidState.WITHDRAWN:
        return True
    if receipt.kind == "unseated" and not bid.consents.filter(withdrawn_at=receipt.at).exists():
        return True
    return any(said.get(name) != value for name, value in rows.items())
