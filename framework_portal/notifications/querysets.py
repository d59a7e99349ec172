"""Questions one asks of the outbox."""

from django.db import models
from django.db.models import F, Q

from framework_portal.clock import PortalClock

# With waits that double from a minute, the last of these comes about three days after the first.
MOST_ATTEMPTS = 12


class MessageQuerySet(models.QuerySet):
    def waiting(self):
        """Neither sent nor cancelled."""
        return self.filter(sent_at__isnull=True, cancelled_at__isnull=True)

    def due(self):
        """To be sent now, by the database's clock: not stale, and not given up."""
        now = PortalClock()
        fresh = Q(expires_at__isnull=True) | Q(expires_at__gt=now)
        return self.waiting().filter(fresh, due_at__lte=now, attempts__lt=MOST_ATTEMPTS)

    def given_up(self):
        """Waiting, but tried too often: somebody should look."""
        return self.waiting().filter(attempts__gte=MOST_ATTEMPTS)

    def oldest_first(self):
        return self.order_by(F("due_at").asc(), "pk")
