"""Gives the database's two lesser roles their rights. Run by the owner, after migrating."""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from framework_portal.audit import grants


class Command(BaseCommand):
    """Idempotent. The role that serves pages ends up with no way to change evidence."""

    help = "Grant portal_app and portal_reader what they need, and nothing else."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "--create-roles", action="store_true", help="make the two roles where they are missing"
        )

    def handle(self, *, create_roles, **options):
        with transaction.atomic():
            if create_roles:
                grants.create_roles()
            if missing := sorted(grants.missing_roles()):
                raise CommandError(
                    f"This server has no role {' and no role '.join(missing)}. "
                    "Create them (CREATE ROLE … LOGIN PASSWORD …), or use --create-roles."
                )
            grants.apply_grants()
        self.stdout.write(f"{grants.APPLICATION} and {grants.READER} have their rights.")
