"""`manage.py remove_abandoned_drafts`: what the nightly task does, or only what it would do."""

from django.core.management.base import BaseCommand
from django.db.models import Count

from bids.actions.leftovers import forgotten_leftovers
from bids.actions.retention import abandoned_drafts, remove_abandoned_drafts
from framework_portal import clock


class Command(BaseCommand):
    """Names bids by their references only."""

    help = "Delete drafts that were never submitted, with their files, after the retention time."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would be deleted")

    def handle(self, *, dry_run, **options):
        at = clock.now()
        if not dry_run:
            self.stdout.write(f"Deleted: {remove_abandoned_drafts(at=at)} drafts")
            return
        found = abandoned_drafts(at=at).annotate(files=Count("documents", distinct=True))
        for bid in found:
            self.stdout.write(f"{bid.reference}: {bid.files} files")
        left = forgotten_leftovers(at=at)
        for bid in left:
            self.stdout.write(f"{bid.reference}: the draft only")
        self.stdout.write(f"Would be deleted: {len(found) + len(left)} drafts")
