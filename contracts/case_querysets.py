"""Questions put to requested changes. Each audience has its own door; no door serves two."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from contracts.states import CaseParty, CaseState
from suppliers.models import Membership


class ChangeCaseQuerySet(models.QuerySet):
    """Requested changes."""

    def led_by(self, user):
        """Those that the lead's people asked for."""
        return self._of_contracts("led_by", user)

    def run_by(self, user):
        """Those that `user` may decide on for the commissioner.

        Never those of a lead that the officer belongs to: views are not for the lead's people. Nor
        those of who is affected, or comes in: nobody judges their own case.
        """
        own = Membership.objects.filter(user=user.pk).order_by().values("supplier")
        return (
            self._of_contracts("run_by", user)
            .exclude(contract__supplier__in=own)
            .exclude(subcontractor__supplier__in=own)
            .exclude(replacement__in=own)
        )

    def about(self, user):
        """Those about a line of the organisations `user` belongs to, as subcontractors."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(subcontractor__supplier__memberships__user=user)

    def asking(self, user):
        """Those that propose terms to an organisation which `user` belongs to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(replacement__memberships__user=user)

    def concerning(self, user):
        """Those that `user` is told of as an affected or an incoming organisation."""
        if not user.is_authenticated:
            return self.none()
        manager = self.model._default_manager
        return self.filter(
            Q(pk__in=manager.about(user).values("pk")) | Q(pk__in=manager.asking(user).values("pk"))
        )

    def waiting(self):
        """Not decided yet."""
        return self.filter(state=CaseState.RAISED)

    def to_review(self):
        """Granted before the hearing, and not reviewed yet."""
        return self.filter(before_hearing=True, reviewed_at__isnull=True)

    def for_list(self):
        """Everything a list page shows, in one query; with what the lead calls who comes in."""
        lines = self.model._meta.get_field("lines").related_model.objects
        comes_in = lines.filter(case=OuterRef("pk"), party=CaseParty.REPLACEMENT)
        return self.annotate(comes_in=Subquery(comes_in.values("name")[:1])).select_related(
            "contract__lot__competition",
            "contract__commissioner",
            "contract__supplier",
            "subcontractor__supplier",
            "replacement",
            "invitation",
        )

    def _of_contracts(self, door, user):
        contracts = self.model._meta.get_field("contract").related_model.objects
        return self.filter(contract__in=getattr(contracts, door)(user).values("pk"))


class AffectedViewQuerySet(models.QuerySet):
    """Views of affected subcontractors: theirs, and the commissioner's to read."""

    def visible_to(self, user):
        """Who belongs to the lead as well sees what they wrote themselves, and nothing else."""
        if not user.is_authenticated:
            return self.none()
        cases = self.model._meta.get_field("case").related_model.objects
        about = cases.about(user)
        free = about.exclude(contract__supplier__memberships__user=user.pk)
        own = Q(case__in=about.values("pk"), given_by=user)
        return self.filter(
            Q(case__in=free.values("pk")) | own | Q(case__in=cases.run_by(user).values("pk"))
        )
