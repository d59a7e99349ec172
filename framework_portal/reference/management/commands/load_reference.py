"""`manage.py load_reference`: framework, periods, categories, areas and holidays."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError

from framework_portal.reference.actions.loading import load_reference
from framework_portal.reference.facts import FOLDER, read_reference
from framework_portal.reference.files import BrokenFile


class Command(BaseCommand):
    """Safe to run again: it writes what is new or changed, all of it or nothing."""

    help = "Load the framework, its categories, areas and periods, and the bank holidays."

    def add_arguments(self, parser):
        parser.add_argument(
            "--data",
            type=Path,
            default=FOLDER,
            metavar="DIR",
            help="folder with framework.json, categories.json and areas.json (default: our own)",
        )

    def handle(self, *, data, **options):
        try:
            done = load_reference(facts=read_reference(data))
        except BrokenFile as broken:
            raise CommandError(f"Nothing was loaded. {broken}") from None
        except IntegrityError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"Nothing was loaded. The database refused it: {reason}") from None
        for kind, outcome in done.items():
            self.stdout.write(f"{kind}: {outcome}")
