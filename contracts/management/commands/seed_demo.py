"""`manage.py seed_demo`: a living demonstration, made through the actions."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from contracts.demonstration import seed


class Command(BaseCommand):
    """Makes the demonstration once; run again, it changes nothing."""

    help = "Make a demonstration with invented people and organisations. Needs DEBUG."

    def handle(self, **options):
        if not settings.DEMONSTRATION:
            raise CommandError("The demonstration is for trying out: set DEBUG=1 DEMONSTRATION=1")
        if seed.is_there():
            self.stdout.write("The demonstration is there already.")
            return
        seed.make()
        self.stdout.write("The demonstration is made.")
