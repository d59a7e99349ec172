"""Questions put to suppliers and their qualifications."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from suppliers.states import MemberRole, QualificationState


class MembershipQuerySet(models.QuerySet):
    """People's places in organisations."""

    def submitters(self):
        """Those who may submit bids and can sign in, by name."""
        roles = [MemberRole.OWNER, MemberRole.EDITOR]
        found = self.filter(role__in=roles, may_submit=True, user__is_active=True)
        return found.select_related("user").order_by("user__name", "pk")


class OrganisationInvitationQuerySet(models.QuerySet):
    """Organisations asked in by another."""

    def open(self, *, at):
        """Those whose link works."""
        return self.filter(accepted_at=None, cancelled_at=None, expires_at__gt=at)

    def sent_to(self, user):
        """Those that went to the mailbox `user` has proved to be theirs."""
        return self.filter(email__iexact=user.email) if user.is_authenticated else self.none()

    def of(self, user):
        """Those that organisations of `user` have sent."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(inviter__memberships__user=user)


class SupplierQuerySet(models.QuerySet):
    """Suppliers."""

    def of(self, user):
        """The organisations `user` belongs to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def edited_by(self, user):
        """The organisations `user` may act for, not only read."""
        if not user.is_authenticated:
            return self.none()
        roles = [MemberRole.OWNER, MemberRole.EDITOR]
        return self.filter(memberships__user=user, memberships__role__in=roles)

    def visible_to(self, user):
        """The own organisations; an assessor's, all."""
        if not user.is_authenticated:
            return self.none()
        assesses = Officer.objects.filter(user=user, role=OfficerRole.ASSESSOR)
        return self.filter(
            Q(pk__in=self.model._default_manager.of(user).values("pk")) | Q(Exists(assesses))
        )

    def qualified(self, *, at, category=None):
        """Those with a qualification in force at `at`, in `category` where one is given."""
        held = self._qualifications().in_force(at=at).filter(supplier=OuterRef("pk"))
        if category is not None:
            held = held.filter(category=category)
        return self.filter(Exists(held))

    def shut_out(self, *, at):
        """Those that were suspended or removed, and are qualified in nothing else."""
        lost = self._qualifications().filter(
            Q(state=QualificationState.SUSPENDED)
            | Q(state=QualificationState.REMOVED, decisions__move="remove"),
            supplier=OuterRef("pk"),
        )
        held = self._qualifications().in_force(at=at).filter(supplier=OuterRef("pk"))
        return self.filter(Exists(lost), ~Exists(held))

    def matching(self, lot, *, at):
        """Qualified in all of the lot's categories and serving all its areas."""
        from_area = self.model._meta.get_field("areas").related_model
        found = self
        for category in lot.categories.all():
            found = found.qualified(at=at, category=category)
        for leaf in from_area.objects.leaves_of(lot.areas.all()):
            found = found.filter(
                Exists(self.model.areas.through.objects.filter(supplier=OuterRef("pk"), area=leaf))
            )
        return found

    def _qualifications(self):
        return self.model._meta.get_field("qualifications").related_model.objects


class QualificationQuerySet(models.QuerySet):
    """Qualifications."""

    def in_force(self, *, at):
        """Granted, not suspended, not expired."""
        return self.filter(
            Q(expires_at__isnull=True) | Q(expires_at__gt=at), state=QualificationState.GRANTED
        )


class ApplicationQuerySet(models.QuerySet):
    """Applications to join."""

    def visible_to(self, user):
        """The own organisation's; for an assessor all that were ever submitted."""
        if not user.is_authenticated:
            return self.none()
        assesses = Officer.objects.filter(user=user, role=OfficerRole.ASSESSOR)
        return self.filter(
            Q(supplier__memberships__user=user)
            | Q(Exists(assesses)) & Q(submitted_at__isnull=False)
        ).distinct()

    def of(self, user):
        """Those of the organisations `user` belongs to, drafts included."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(supplier__memberships__user=user)

    def submitted(self):
        """What an assessor reads: never a draft."""
        return self.filter(submitted_at__isnull=False)

    def for_list(self):
        """Everything a list page shows."""
        return self.select_related("supplier").prefetch_related("categories")
