from django.conf import settings
from django.db import migrations

from bids.numbers import fresh_number
from framework_portal.audit.chain import GENESIS
from framework_portal.sealing import signing
from framework_portal.sealing.canonical import canonical
from framework_portal.sealing.merkle import leaf_hash


def give_receipts(apps, schema_editor):
    """Versions that were submitted before there were signed receipts get theirs now."""
    Submission, Receipt = apps.get_model("bids", "Submission"), apps.get_model("bids", "Receipt")
    Event = apps.get_model("audit", "AuditEvent")
    seq, digest = Event.objects.order_by("-seq").values_list("seq", "hash").first() or (0, GENESIS)
    submissions = Submission.objects.select_related(
        "bid__lot__competition", "bid__supplier", "offer"
    ).order_by("pk")
    for each in submissions:
        bid, number = each.bid, fresh_number()
        signed = signing.sign(
            {
                "kind": "receipt",
                "version": 1,
                "service": settings.PORTAL_ADDRESS,
                "of": "submission",
                "number": number,
                "competition": bid.lot.competition.reference,
                "lot": bid.lot.reference,
                "bid": bid.reference,
                "organisation": bid.supplier.reference,
                "sequence": each.sequence,
                "received_at": signing.instant(each.received_at),
                "envelope_hash": each.offer.envelope_hash,
                "commitment": each.offer.digest,
                "files": [],
                "signed_later": True,
                "audit": {"number": seq, "hash": digest},
            }
        )
        text = canonical(signed["statement"])
        Receipt.objects.create(
            reference=each.reference,
            number=number,
            kind="submission",
            competition=bid.lot.competition,
            bid=bid,
            submission=each,
            at=each.received_at,
            text=text.decode(),
            signature=signed["signature"],
            key_id=signed["statement"]["key"],
            leaf=leaf_hash(text).hex(),
        )


class Migration(migrations.Migration):
    """Before the guards, which would refuse receipts of competitions that have closed."""

    dependencies = [("bids", "0010_receipts"), ("audit", "0002_chain")]
    operations = [migrations.RunPython(give_receipts, migrations.RunPython.noop)]
