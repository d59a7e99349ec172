"""Commands that write a file of keys: a new one, or with `--rotate` a newer key in one."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError


class KeyFileCommand(BaseCommand):
    """Makes the key file (0600) for production; `--rotate` adds a newer key to an existing one."""

    requires_system_checks = []
    # What writes the first key into the file `path`, what a newer one, and what is told of it.
    first = newer = told = None

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--rotate", action="store_true", help="add a key to an existing file")

    def handle(self, *, path, rotate, **options):
        if path.exists() and not rotate:
            raise CommandError(f"{path} exists; use --rotate to add a newer key. Nothing changed.")
        if rotate and not path.exists():
            raise CommandError(f"There is no key file at {path} to add a key to.")
        try:
            key_id = self.newer(path) if rotate else self.first(path)
        except OSError as error:
            raise CommandError(f"{path} could not be written: {error.strerror}") from None
        self.stdout.write(f"{path} {self.told.format(key=key_id)}")
