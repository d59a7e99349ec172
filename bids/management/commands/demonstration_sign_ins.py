"""`manage.py demonstration_sign_ins`: who can sign in to the demonstration, role by role."""

from django.conf import settings
from django.core.management.base import BaseCommand

from framework_portal import clock
from framework_portal.accounts.demonstration import OPENING_PASSPHRASE, PASSWORD, sign_ins


class Command(BaseCommand):
    """Prints nothing outside the demonstration."""

    help = "Print the demonstration's sign-ins."

    def handle(self, **options):
        people = sign_ins(at=clock.now()) if settings.DEMONSTRATION else []
        if not people:
            return
        width = max(len(person.user.email) for person in people)
        self.stdout.write(f"Sign in with the password: {PASSWORD}")
        for person in people:
            factor = "  (and a code)" if person.code else ""
            self.stdout.write(f"  {person.user.email:<{width}}  {person.role}{factor}")
        self.stdout.write(f"Commissioners open bids with the passphrase: {OPENING_PASSPHRASE}")
        page = f"{settings.PORTAL_ADDRESS}/demonstration/sign-ins/"
        self.stdout.write(f"Codes and sign-ins: {page}")
        self.stdout.write(f"Mails that were sent: {settings.PORTAL_ADDRESS}/demonstration/mail/")
