"""Walks the whole chain of evidence, and all that was signed beside it; names the first break."""

from django.core.management.base import BaseCommand, CommandError

from framework_portal.audit.chain import GENESIS, breaks
from framework_portal.audit.evidence import CHECKS, Chain
from framework_portal.audit.models import AuditEvent

BATCH = 5000


class Command(BaseCommand):
    """Exit code 1 at the first break. `--known` checks the chain against a head kept elsewhere."""

    help = (
        "Verify the audit chain from its first event to its last, every signed head, receipt,"
        " log and record of an opening, and that they agree."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--known",
            metavar="SEQ:HASH",
            action="append",
            default=[],
            help="a head from a receipt or a daily mail, which the chain must still contain",
        )

    def handle(self, *, known, **options):
        seq, prev_hash = 0, GENESIS
        while batch := list(AuditEvent.objects.filter(seq__gt=seq).order_by("seq")[:BATCH]):
            for event, wrong in breaks(batch, prev_hash=prev_hash, seq=seq):
                raise CommandError(f"The chain breaks at event {event.seq}: it {wrong}.")
            seq, prev_hash = batch[-1].seq, batch[-1].hash
        for head in known:
            self.compare(head)
        for name, check in CHECKS.items():
            for broken in check(Chain()):
                raise CommandError(f"The {name} break: {broken}.")
        self.stdout.write(f"{seq} events, unbroken. Head {seq}:{prev_hash}")
        self.stdout.write(f"Checked besides: {', '.join(CHECKS)}.")

    def compare(self, head):
        seq, _, hash_ = head.partition(":")
        if not seq.isdecimal() or len(hash_) != 64:
            raise CommandError(f"{head!r} is not SEQ:HASH")
        if not AuditEvent.objects.filter(seq=int(seq), hash=hash_).exists():
            raise CommandError(f"The chain does not contain the known head {head}.")
