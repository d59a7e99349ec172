"""Questions put to confidential reports and findings: always through the person who asks."""

from django.db import models
from django.db.models import F, Q

from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from suppliers.models import Membership
from suppliers.states import MemberRole


class Watched(models.QuerySet):
    """What belongs to an integrity officer of the body."""

    def watched_by(self, user):
        """Of the bodies whose integrity officer `user` is, but for a lead that they belong to."""
        if not user.is_authenticated:
            return self.none()
        bodies = Officer.objects.filter(user=user, role=OfficerRole.INTEGRITY)
        own = Membership.objects.filter(user=user).order_by()
        return self.filter(commissioner__in=bodies.values("commissioner")).exclude(
            lead__in=own.values("supplier")
        )

    def for_list(self):
        """Everything a list page shows, in one query."""
        return self.select_related("supplier", "lead", "lot__competition", "commissioner")


class ConfidentialReportQuerySet(Watched):
    """Confidential reports."""

    def of(self, user):
        """What `user` wrote for an organisation they belong to, and what colleagues shared.

        Shared with those who may edit for it. Not with those who belong to the lead as well: they
        see what they wrote themselves.
        """
        if not user.is_authenticated:
            return self.none()
        places = Membership.objects.filter(user=user).order_by()
        edits = places.filter(role__in=[MemberRole.OWNER, MemberRole.EDITOR])
        shared = Q(only_author=False, supplier__in=edits.values("supplier"))
        shared &= ~Q(lead__in=places.values("supplier"))
        own = self.filter(supplier__in=places.values("supplier"))
        return own.filter(Q(made_by=user) | shared)

    def unanswered(self):
        """Those the officer has not answered yet."""
        return self.filter(answered_at=None)

    def by_need(self):
        """Unanswered ones by when the answer is due, then open ones, then closed ones."""
        return self.order_by(
            F("closed_at").desc(nulls_first=True),
            F("answered_at").desc(nulls_first=True),
            "answer_due",
            "pk",
        )


class IntegrityFindingQuerySet(Watched):
    """What only integrity officers are told."""

    def open_first(self):
        return self.order_by(F("settled_at").desc(nulls_first=True), "-raised_at", "-pk")
