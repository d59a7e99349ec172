"""`manage.py rotate_sealing_keys`: daily, so that old backups do not open what was submitted."""

from django.core.management.base import BaseCommand, CommandError

from bids.actions.rotating import rotate_keys


class Command(BaseCommand):
    """Adds a key, seals drafts anew, and destroys what older keys open of drafts."""

    help = "Seal drafts under a new key; what older keys open of drafts is destroyed after 2 days."

    def handle(self, **options):
        try:
            key_id, drafts, narrowed = rotate_keys()
        except OSError as error:
            raise CommandError(f"The key file could not be written: {error.strerror}") from None
        self.stdout.write(f"New key: {key_id}. Drafts sealed anew: {drafts}.")
        self.stdout.write(f"Older keys that open no draft from now on: {len(narrowed)}.")
        self.stdout.write("Back the key file up, and let no older copy of it lie about.")
