"""What somebody proves of their own address tells of the organisations they are in."""

from allauth.account.signals import email_confirmed
from django.dispatch import receiver

from suppliers.actions.telling import check_soon
from suppliers.models import Supplier


@receiver(email_confirmed)
def address_confirmed(email_address, **kwargs):
    for supplier in Supplier.objects.filter(memberships__user=email_address.user):
        check_soon(supplier)
