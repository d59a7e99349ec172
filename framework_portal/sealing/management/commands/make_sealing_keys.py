"""Writes the file with the sealing keys, or adds a key to it."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from framework_portal.sealing.keys import add_key


class Command(BaseCommand):
    """Makes the key file (0600) for production; `--rotate` adds a newer key to an existing one."""

    help = "Write a sealing key file at PATH, or add a newer key to it with --rotate."
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
            key_id = add_key(path)
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}") from None
        self.stdout.write(
            f"{path} now seals with the key {key_id}. Back it up apart from the data."
        )
