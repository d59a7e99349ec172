"""Writes the file with the keys that sign receipts, or lets a newer key sign."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from framework_portal.sealing import signing


class Command(BaseCommand):
    """Makes the key file (0600) for production; `--rotate` lets a fresh key sign from now on."""

    help = "Write a file of signing keys at PATH, or let a newer key sign with --rotate."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--rotate", action="store_true", help="add a key to an existing file")

    def handle(self, *, path, rotate, **options):
        if path.exists() and not rotate:
            raise CommandError(f"{path} exists; use --rotate to add a newer key. Nothing changed.")
        if rotate and not path.exists():
            raise CommandError(f"There is no key file at {path} to add a key to.")
        try:
            key_id = signing.rotate(path) if rotate else signing.first_key(path)
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}") from None
        self.stdout.write(
            f"{path} now signs with the key {key_id}. Publish its fingerprint where bidders find"
            " it without this service; what earlier keys signed stays verifiable."
        )
