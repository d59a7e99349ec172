"""Kinds and levels of the reference data."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CategoryKind(models.TextChoices):
    """Why a category stands by itself: a need, a group of people, or a kind of work."""

    NEED_AREA = "need_area", _("Need")
    COHORT = "cohort", _("Group of people")
    SPECIALIST_SERVICE = "specialist_service", _("Specialist service")


class OfficerRole(models.TextChoices):
    """What a person does for a commissioner."""

    COMMISSIONER = "commissioner", _("Commissioner")
    ASSESSOR = "assessor", _("Assessor")
    # Hears subcontractors in confidence; runs no competition by this role.
    INTEGRITY = "integrity", _("Integrity officer")


class IncidentCase(models.TextChoices):
    """What a row of the incident rule's table looks at."""

    # All outages before the deadline together; the extension counts from the deadline.
    TOTAL = "total", _("Together, before the deadline")
    # One outage that was under way at the deadline; the extension counts from its end.
    ACROSS = "across", _("Across the deadline")
