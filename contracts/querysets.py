"""Questions put to contracts and their ledgers."""

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Least

from contracts.states import COUNTED, UNSIGNED, ReportState
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.models import Competition


def last_day_of(path=""):
    """The last day of a contract as modified, or the day it was terminated; `path` leads to it."""
    modifications = apps.get_model("contracts", "Modification").objects
    newest = (
        modifications.filter(contract=OuterRef(f"{path}pk"), ends_on__isnull=False)
        .order_by("-number")
        .values("ends_on")[:1]
    )
    agreed = Coalesce(Subquery(newest), F(f"{path}ends_on"))
    # PostgreSQL's LEAST leaves null out.
    return Least(agreed, F(f"{path}terminated_on"))


class ContractQuerySet(models.QuerySet):
    """Contracts."""

    def led_by(self, user):
        """The contracts of the organisations `user` belongs to, as leads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(supplier__memberships__user=user)

    def run_by(self, user):
        """The contracts whose competition `user` may run; history is nobody's to run."""
        if not user.is_authenticated:
            return self.none()
        run = Competition.objects.run_by(user)
        return self.filter(lot__competition__in=run.values("pk"))

    def watched_by(self, user):
        """The contracts whose body `user` is the integrity officer of."""
        if not user.is_authenticated:
            return self.none()
        bodies = Officer.objects.filter(user=user, role=OfficerRole.INTEGRITY)
        return self.filter(commissioner__in=bodies.values("commissioner"))

    def visible_to(self, user):
        """The lead's people see its contracts whole; a commissioner's, those they run.

        A subcontractor's people see their own line and not the contract:
        `KeySubcontractor.objects.of(user)`.
        """
        if not user.is_authenticated:
            return self.none()
        led = self.model._default_manager.led_by(user).values("pk")
        run = self.model._default_manager.run_by(user).values("pk")
        return self.filter(Q(pk__in=led) | Q(pk__in=run))

    def public(self):
        """What everybody may read: signed contracts, those that ended, and history.

        A contract that is not signed yet is announced as an award, and not in the register.
        """
        return self.filter(Q(is_history=True) | Q(signed_on__isnull=False))

    def for_list(self):
        """Everything a list page shows, in one query."""
        return self.select_related("lot__competition", "supplier", "commissioner")


class KeySubcontractorQuerySet(models.QuerySet):
    """Key subcontractors."""

    def of(self, user):
        """The lines of the organisations `user` belongs to, as subcontractors."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(supplier__memberships__user=user)

    def visible_to(self, user):
        """Own lines, and all lines of the contracts that `user` sees."""
        if not user.is_authenticated:
            return self.none()
        contracts = self.model._meta.get_field("contract").related_model.objects.visible_to(user)
        own = self.model._default_manager.of(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(contract__in=contracts.values("pk")))


class QuarterQuerySet(models.QuerySet):
    """Quarterly returns."""

    def visible_to(self, user):
        """Those of the contracts that `user` sees; a commissioner's, once they are sent."""
        if not user.is_authenticated:
            return self.none()
        contracts = self.model._meta.get_field("contract").related_model.objects
        led = Q(contract__in=contracts.led_by(user).values("pk"))
        run = Q(contract__in=contracts.run_by(user).values("pk"))
        return self.filter(led | run)

    def owed(self):
        """Those of a quarter that began before the contract ended, which may be known late."""
        return self.alias(last_day=last_day_of("contract__")).filter(starts_on__lte=F("last_day"))

    def overdue(self, *, on):
        """Not sent by the end of the day they were due."""
        return self.owed().filter(sent_at__isnull=True, due_on__lt=on)

    def in_order(self):
        return self.order_by("contract", "number")


class LineQuerySet(models.QuerySet):
    """What was stated of one subcontractor in one quarter."""

    def of(self, user):
        """The lines of the organisations `user` belongs to, as subcontractors."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(subcontractor__supplier__memberships__user=user)

    def visible_to(self, user):
        """Own lines, and all lines of the contracts that `user` sees."""
        if not user.is_authenticated:
            return self.none()
        quarters = self.model._meta.get_field("quarter").related_model.objects.visible_to(user)
        own = self.model._default_manager.of(user).values("pk")
        return self.filter(Q(pk__in=own) | Q(quarter__in=quarters.values("pk")))

    def counted(self):
        """Those that a report is made from: confirmed, or settled by the commissioner."""
        return self.filter(state__in=COUNTED)

    def of_year(self, contract, year):
        return self.filter(quarter__contract=contract, quarter__year=year)


class ReportQuerySet(models.QuerySet):
    """Supply chain reports."""

    def visible_to(self, user):
        """Those of the contracts that `user` sees."""
        if not user.is_authenticated:
            return self.none()
        contracts = self.model._meta.get_field("contract").related_model.objects.visible_to(user)
        return self.filter(contract__in=contracts.values("pk"))

    def published(self):
        """What everybody may read: accepted reports."""
        return self.filter(state=ReportState.ACCEPTED)

    def owed(self):
        """Those of a year that began before the contract ended, which may be known late."""
        return self.alias(last_day=last_day_of("contract__")).filter(starts_on__lte=F("last_day"))

    def overdue(self, *, on):
        """Not signed by the end of the day they were due."""
        return self.owed().filter(state__in=UNSIGNED, due_on__lt=on)


class LedgerEntryQuerySet(models.QuerySet):
    """Versions of what subcontractors are owed."""

    def current(self):
        """What holds now of each subcontractor: the entry with the highest number."""
        newer = self.model._default_manager.filter(
            subcontractor=OuterRef("subcontractor"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))

    def owed_from(self, day):
        """What is owed on `day` and after it: no newer entry has taken its place by then."""
        newer = self.model._default_manager.filter(
            begun_by(day), subcontractor=OuterRef("subcontractor"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(newer))

    def holding(self, day):
        """What holds of each subcontractor on `day`; the first entry where none has begun."""
        return self.owed_from(day).filter(begun_by(day) | Q(number=1))


def begun_by(day):
    """Condition on entries: they hold on `day`, or held before it."""
    return Q(in_force_from__isnull=True) | Q(in_force_from__lte=day)


class ChainFindingQuerySet(models.QuerySet):
    """Findings of supply chains: the commissioner's, and nobody else's."""

    def visible_to(self, user):
        """Those of the contracts that `user` may run."""
        contracts = self.model._meta.get_field("contract").related_model.objects.run_by(user)
        return self.filter(contract__in=contracts.values("pk"))

    def waiting(self):
        """Not settled yet."""
        return self.filter(settled_at__isnull=True)

    def for_list(self):
        """Everything a list page shows, in one query."""
        return self.select_related("contract__lot__competition", "subcontractor", "settled_by")


class SubcontractStatementQuerySet(models.QuerySet):
    """What parties say of subcontracts."""

    def standing(self):
        """What holds now: the newest of each party for each subcontractor."""
        newer = self.model._default_manager.filter(
            subcontractor=OuterRef("subcontractor"), party=OuterRef("party"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(newer))


class ChainDecisionQuerySet(models.QuerySet):
    """Decisions about subcontracts that were not signed."""

    def standing(self):
        """The newest of each subcontractor."""
        newer = self.model._default_manager.filter(
            subcontractor=OuterRef("subcontractor"), pk__gt=OuterRef("pk")
        )
        return self.filter(~Exists(newer))
