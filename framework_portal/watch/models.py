"""What the watch saw: good looks, the outages between them, and how each day went."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from framework_portal.clock import PortalClock
from framework_portal.constraints import together
from framework_portal.watch.querysets import OutageQuerySet
from framework_portal.watch.states import Trouble

NAME = 60


class Probe(models.Model):
    """A look at the portal that found submitting possible. Its row is part of what was tried.

    It names the look before it whose answer the watcher got: only a look that a later one
    follows is known to have been answered.
    """

    reference = models.UUIDField(unique=True, editable=False)
    # Set by a trigger to portal_clock(): the one clock that outages are measured by.
    at = models.DateTimeField(editable=False, db_default=PortalClock(), db_index=True)
    seen_by = models.CharField(max_length=NAME)
    follows = models.UUIDField(null=True, db_index=True, editable=False)

    append_only = True
    discardable = True

    class Meta:
        verbose_name = _("look at the portal")
        verbose_name_plural = _("looks at the portal")

    def __str__(self):
        return str(self.reference)


class Outage(models.Model):
    """A time in which no watcher found that a bid could be submitted, by the database's clock.

    From the last good look before it to the first after it. A trigger works both out from the
    rows of the looks, so that nobody can write an outage over a time that was seen to be good.
    """

    # The watcher's own name for it, so that telling it twice makes one row.
    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    began_at = models.DateTimeField(editable=False, db_default=PortalClock())
    ended_at = models.DateTimeField(editable=False, db_default=PortalClock())
    last_good = models.UUIDField(editable=False)
    first_good = models.UUIDField(editable=False)
    what = models.CharField(max_length=20, choices=Trouble)
    detail = models.CharField(max_length=200, blank=True)
    seen_by = models.CharField(max_length=NAME)
    # How often it was tried in between, and how long that took by the watcher's own clock.
    tries = models.PositiveIntegerField()
    watcher_seconds = models.PositiveIntegerField()
    recorded_at = models.DateTimeField(editable=False, db_default=PortalClock())

    objects = OutageQuerySet.as_manager()
    append_only = True

    class Meta:
        verbose_name = _("outage")
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["ended_at"], name="outage_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(what__in=Trouble.values), name="outage_kind_known"),
            models.CheckConstraint(
                condition=Q(ended_at__gt=F("began_at")), name="outage_takes_time"
            ),
            models.CheckConstraint(condition=Q(tries__gt=0), name="outage_was_tried"),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def length(self):
        """How long it was."""
        return self.ended_at - self.began_at


class WatchedDay(models.Model):
    """How much of a day in London somebody watched, and how much of that was an outage."""

    on = models.DateField(unique=True)
    watched_seconds = models.PositiveIntegerField()
    failed_seconds = models.PositiveIntegerField()

    append_only = True

    class Meta:
        verbose_name = _("watched day")
        ordering = ["-on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(failed_seconds__lte=F("watched_seconds")),
                name="outages_were_watched",
            ),
        ]

    def __str__(self):
        return str(self.on)


class FaultReport(models.Model):
    """A fault that a signed-in person told us of. Read by the portal's staff, by no buyer."""

    # Who reports a fault in the submission of bids may be bidding.
    hidden_from_reports = True

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reported_at = models.DateTimeField(editable=False, db_default=PortalClock())
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="fault_reports"
    )
    page = models.CharField(max_length=300, blank=True)
    trying = models.TextField()
    happened = models.TextField()
    token = models.TextField(blank=True)
    # What the portal's staff answered or did about it.
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("report of a fault")
        verbose_name_plural = _("reports of faults")
        ordering = ["-reported_at"]
        constraints = [
            models.CheckConstraint(
                condition=together("answered_at", "answered_by"),
                name="fault_answer_is_whole",
            ),
        ]

    def __str__(self):
        return str(self.reference)

    @property
    def number(self):
        """What people read out on the telephone."""
        return f"F{self.pk:05d}"
