"""What the portal is told: the framework, its categories and areas, who buys, which days count."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from framework_portal.reference.querysets import (
    AreaQuerySet,
    CommissionerQuerySet,
    FrameworkQuerySet,
)
from framework_portal.reference.states import CategoryKind, IncidentCase, OfficerRole


class Framework(models.Model):
    """The agreement that suppliers join and commissioners buy under."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    notice_reference = models.CharField(max_length=60, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    extensions_allowed = models.PositiveSmallIntegerField(default=0)
    extension_months = models.PositiveSmallIntegerField(default=0)
    extensions_used = models.PositiveSmallIntegerField(default=0)
    # How long a granted qualification stands before it must be renewed; empty: the whole term.
    qualification_months = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.TextField(blank=True)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        verbose_name = _("framework")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="framework_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(extensions_used__lte=F("extensions_allowed")),
                name="framework_extensions_within_the_agreed",
            ),
        ]

    def __str__(self):
        return self.name


class Category(models.Model):
    """A kind of need, which suppliers qualify in."""

    slug = models.SlugField(max_length=60, unique=True)
    number = models.PositiveSmallIntegerField(unique=True)
    letter = models.CharField(max_length=2)
    name = models.CharField(max_length=120)
    # The name the framework agreement uses, kept for matching where people now say it otherwise.
    official_name = models.CharField(max_length=120)
    abbreviation = models.CharField(max_length=12)
    kind = models.CharField(max_length=20, choices=CategoryKind)
    description = models.TextField()
    delivery_notes = models.TextField(blank=True)
    outcome_themes = models.JSONField(default=list, blank=True)
    note = models.TextField(blank=True)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CategoryKind.values), name="category_kind_known"
            ),
        ]

    def __str__(self):
        return self.name


class AreaSet(models.Model):
    """One way to divide the country: probation's, or the statistical regions."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    source = models.TextField(blank=True)

    class Meta:
        verbose_name = _("set of areas")
        verbose_name_plural = _("sets of areas")

    def __str__(self):
        return self.name


class AreaLevel(models.Model):
    """A level of a set of areas: a probation region, a police area."""

    area_set = models.ForeignKey(AreaSet, models.PROTECT, related_name="levels")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    plural = models.CharField(max_length=120)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("level of areas")
        verbose_name_plural = _("levels of areas")
        ordering = ["area_set", "depth"]
        constraints = [
            models.UniqueConstraint(fields=["area_set", "depth"], name="one_level_per_depth"),
        ]

    def __str__(self):
        return self.name


class Area(models.Model):
    """A probation region, a police area or an area of another set.

    Identified by level plus slug: `west-midlands` is both a region and a police area.
    """

    level = models.ForeignKey(AreaLevel, models.PROTECT, related_name="areas")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=12, blank=True)
    ons_codes = models.JSONField(default=list, blank=True)
    country = models.CharField(max_length=40, blank=True)
    # Police and crime commissioners end in May 2028: an attribute that changes, not a name.
    governing_body = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    source = models.TextField(blank=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        ordering = ["level", "position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["level", "slug"], name="area_named_by_level_and_slug"),
        ]

    def __str__(self):
        return self.name

    @property
    def key(self):
        """`level:slug`, which names this area in addresses and files."""
        return f"{self.level.slug}:{self.slug}"


class Commissioner(models.Model):
    """A body that buys under the framework."""

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=40, blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Officer", related_name="commissioners"
    )

    objects = CommissionerQuerySet.as_manager()

    class Meta:
        verbose_name = _("commissioner")
        ordering = ["name"]

    def __str__(self):
        return self.name


class Officer(models.Model):
    """A person who acts for a commissioner, everywhere or for named areas."""

    commissioner = models.ForeignKey(Commissioner, models.PROTECT, related_name="officers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="offices")
    role = models.CharField(max_length=20, choices=OfficerRole)
    # Empty: all areas.
    areas = models.ManyToManyField(Area, blank=True, related_name="officers")

    class Meta:
        verbose_name = _("officer")
        constraints = [
            models.UniqueConstraint(
                fields=["commissioner", "user", "role"], name="officer_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(role__in=OfficerRole.values), name="officer_role_known"
            ),
        ]

    def __str__(self):
        return f"{self.user} ({self.get_role_display()})"


class Holiday(models.Model):
    """A day on which no working day is counted."""

    on = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("holiday")
        ordering = ["on"]

    def __str__(self):
        return f"{self.on:%Y-%m-%d} {self.name}"


class Period(models.Model):
    """A length of time that a rule sets: rows, so that a rule can change without new code."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    hours = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("period")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(working_days__isnull=False, days__isnull=True, hours__isnull=True)
                | Q(working_days__isnull=True, days__isnull=False, hours__isnull=True)
                | Q(working_days__isnull=True, days__isnull=True, hours__isnull=False),
                name="period_has_one_unit",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def words(self):
        """Its length as people say it: 8 working days."""
        for count, one, many in (
            (self.working_days, "%d working day", "%d working days"),
            (self.days, "%d day", "%d days"),
            (self.hours, "%d hour", "%d hours"),
        ):
            if count is not None:
                return ngettext(one, many, count) % count
        return ""


class IncidentRule(models.Model):
    """By how much an outage of the portal moves a deadline: one version of the written table.

    A competition keeps the version that was in force when it was published, so that a version
    is never changed: a better rule is a new one.
    """

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="incident_rules")
    version = models.PositiveSmallIntegerField()
    in_force_from = models.DateField()
    # Outages count from so many hours before the deadline on.
    counted_hours = models.PositiveSmallIntegerField()
    # A moved deadline falls into these hours of a working day, or on that hour of the next one.
    working_from = models.PositiveSmallIntegerField()
    working_until = models.PositiveSmallIntegerField()
    otherwise_at = models.PositiveSmallIntegerField()
    source = models.TextField(blank=True)

    append_only = True

    class Meta:
        verbose_name = _("incident rule")
        ordering = ["framework", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "version"], name="incident_rule_named_by_version"
            ),
            models.CheckConstraint(
                condition=Q(working_from__lte=F("otherwise_at"))
                & Q(otherwise_at__lte=F("working_until"))
                & Q(working_until__lt=24),
                name="incident_rule_hours_in_order",
            ),
        ]

    def __str__(self):
        return f"{self.framework}, {self.version}"


class IncidentStep(models.Model):
    """One row of the table: from so many minutes of outage on, so many minutes more."""

    rule = models.ForeignKey(IncidentRule, models.PROTECT, related_name="steps")
    case = models.CharField(max_length=10, choices=IncidentCase)
    from_minutes = models.PositiveIntegerField()
    extension_minutes = models.PositiveIntegerField()

    append_only = True

    class Meta:
        verbose_name = _("step of an incident rule")
        verbose_name_plural = _("steps of incident rules")
        ordering = ["rule", "case", "from_minutes"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "case", "from_minutes"], name="incident_step_once"
            ),
            models.CheckConstraint(
                condition=Q(case__in=IncidentCase.values), name="incident_case_known"
            ),
            models.CheckConstraint(
                condition=Q(extension_minutes__gt=0), name="incident_step_extends"
            ),
        ]

    def __str__(self):
        return f"{self.case} {self.from_minutes} → {self.extension_minutes}"
