"""Deleting what belongs to drafts that nobody ever submitted, once it has been kept long enough.

Of a bid that has a version only the draft goes, and its words stay in the history.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bids.actions.consents import forget_terms
from bids.actions.drafting import locked
from bids.actions.leftovers import put_away_forgotten
from bids.actions.uploading import abandon_upload
from bids.models import AnswerVersion, Bid, BidDocument, BidUpload, ConsentRequest
from framework_portal.audit import trail
from framework_portal.documents.actions import discard_document
from framework_portal.sealing.envelope import discard


def abandoned_drafts(*, at):
    """Bids that were never submitted and still hold something, long after their competition."""
    before = at - timedelta(days=settings.DRAFTS_KEPT_DAYS)
    of_the_bid = {"bid": OuterRef("pk")}
    return (
        Bid.objects.filter(
            Q(lot__competition__closes_at__lte=before)
            | Q(lot__competition__abandoned_at__lte=before),
            Q(draft__isnull=False)
            | Exists(BidDocument.objects.filter(**of_the_bid))
            | Exists(BidUpload.objects.filter(**of_the_bid))
            | Exists(AnswerVersion.objects.filter(**of_the_bid))
            | Exists(ConsentRequest.objects.held().filter(**of_the_bid)),
            submissions__isnull=True,
        )
        .select_related("supplier")
        .order_by("pk")
    )


def remove_abandoned_drafts(*, at):
    """Delete them: what they say and said, the files with their rows, what was on its way.

    The bid itself stays, empty: that there was one is part of the record. Twice is once. Answers
    how many.
    """
    removed = put_away_forgotten(at=at)
    for bid in abandoned_drafts(at=at):
        _remove(bid)
        removed += 1
    return removed


@transaction.atomic
def _remove(bid):
    bid = locked(bid)
    said = [version.sealed for version in bid.versions.select_related("sealed")]
    said += [bid.draft] if bid.draft is not None else []
    bid.versions.all().delete()
    bid.draft = None
    bid.save(update_fields=["draft"])
    discard(*said)
    forget_terms(bid)
    for upload in bid.uploads.all():
        abandon_upload(upload=upload)
    attached = list(bid.documents.select_related("document"))
    bid.documents.all().delete()
    for each in attached:
        discard_document(each.document)
    trail.record("bid.draft_removed", bid, files=len(attached))
