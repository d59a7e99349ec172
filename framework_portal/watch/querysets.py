"""Questions put to outages."""

from django.db import models
from django.db.models import Q


class OutageQuerySet(models.QuerySet):
    """Outages."""

    def touching(self, start, end):
        """Those that lie, wholly or in part, between two instants."""
        return self.filter(Q(began_at__lt=end) & Q(ended_at__gt=start))
