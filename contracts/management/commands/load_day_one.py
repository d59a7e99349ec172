"""`manage.py load_day_one`: the lots let for the first day, 26 June 2021, and their contracts."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction

from bids.actions.history import load_history
from bids.history import FIRST_DAY, read_history
from contracts.actions.history import make_history_contracts
from framework_portal import clock
from framework_portal.reference.files import BrokenFile


class Command(BaseCommand):
    """Safe to run again: it writes what is new or changed, all of it or nothing."""

    help = "Load the first-day lots of 2021 as past, awarded lots. Run load_reference first."

    def add_arguments(self, parser):
        parser.add_argument(
            "--file",
            type=Path,
            default=FIRST_DAY,
            metavar="FILE",
            help="the file to load (default: our own)",
        )

    def handle(self, *, file, **options):
        try:
            with transaction.atomic():
                done = load_history(history=read_history(file), file=file.name)
                done |= make_history_contracts(at=clock.now())
        except BrokenFile as broken:
            raise CommandError(f"Nothing was loaded. {broken}") from None
        except IntegrityError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"Nothing was loaded. The database refused it: {reason}") from None
        for kind, outcome in done.items():
            self.stdout.write(f"{kind}: {outcome}")
