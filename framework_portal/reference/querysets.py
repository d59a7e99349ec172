"""Questions put to the reference data."""

from django.db import models
from django.db.models import Q

from framework_portal.reference.states import OfficerRole


class FrameworkQuerySet(models.QuerySet):
    """Frameworks."""

    def current(self):
        """The framework the portal runs: the one that began last, or none."""
        return self.order_by("-starts_on").first()


class AreaQuerySet(models.QuerySet):
    """Areas, and the smallest areas they are made of."""

    def leaves(self):
        """Areas that have no parts: what suppliers say they serve."""
        return self.filter(parts__isnull=True)

    def leaves_of(self, areas):
        """The smallest areas that `areas` are made of, each once."""
        return self.leaves().filter(Q(pk__in=areas) | Q(parent__in=areas)).distinct()

    def at(self, level):
        """Areas of the level with this slug, in their order."""
        return self.filter(level__slug=level).order_by("position", "name")


class CommissionerQuerySet(models.QuerySet):
    """Buying bodies."""

    def of(self, user, role=OfficerRole.COMMISSIONER):
        """The bodies `user` acts for in `role`."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(officers__user=user, officers__role=role).distinct()
