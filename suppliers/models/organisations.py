"""Organisations that qualify and bid, and their numbers in public registers."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from framework_portal.reference.models import Area
from suppliers.querysets import SupplierQuerySet
from suppliers.states import (
    IdentifierScheme,
    LegalForm,
    Size,
)

PERSON = settings.AUTH_USER_MODEL


class Supplier(models.Model):
    """An organisation that qualifies and bids. Written only by `suppliers.actions`."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    legal_form = models.CharField(max_length=30, choices=LegalForm)
    size = models.CharField(max_length=10, choices=Size)
    # Value-driven, non-governmental, mainly reinvesting its surplus.
    is_voluntary = models.BooleanField()
    # Started before there were accounts to show: then a statement stands in for them.
    is_new = models.BooleanField(default=False)
    address = models.TextField(blank=True)
    website = models.URLField(blank=True)
    description = models.TextField(blank=True)
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40, blank=True)
    # The smallest areas it says it serves: those of its last submitted application.
    areas = models.ManyToManyField(Area, blank=True, related_name="suppliers")
    members = models.ManyToManyField(PERSON, through="Membership", related_name="suppliers")
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(legal_form__in=LegalForm.values), name="supplier_legal_form_known"
            ),
            models.CheckConstraint(condition=Q(size__in=Size.values), name="supplier_size_known"),
        ]

    def __str__(self):
        return self.name

    def matches(self, lot, *, at):
        """Whether it is qualified in all of the lot's categories and serves all its areas."""
        return Supplier.objects.filter(pk=self.pk).matching(lot, at=at).exists()


class Identifier(models.Model):
    """A number of the organisation in a public register. One of them is the main one."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="identifiers")
    scheme = models.CharField(max_length=12, choices=IdentifierScheme)
    value = models.CharField(max_length=40)
    is_main = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("identifier")
        ordering = ["-is_main", "scheme", "value"]
        indexes = [models.Index(fields=["scheme", "value"], name="identifier_lookup")]
        constraints = [
            models.CheckConstraint(
                condition=Q(scheme__in=IdentifierScheme.values), name="identifier_scheme_known"
            ),
            models.UniqueConstraint(
                fields=["supplier", "scheme", "value"], name="identifier_once_per_supplier"
            ),
            models.UniqueConstraint(
                fields=["supplier"], condition=Q(is_main=True), name="one_main_identifier"
            ),
        ]

    def __str__(self):
        return f"{self.scheme}-{self.value}"
