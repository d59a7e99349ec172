"""Instants of the demonstration, told from the moment it is made."""

from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.utils import timezone

from framework_portal import clock


class Timeline:
    """Days and hours in London around `now`."""

    def __init__(self, now):
        self.now = now

    def day(self, offset):
        """The date `offset` days from today."""
        return timezone.localdate(self.now) + timedelta(days=offset)

    def at(self, offset, hour=14):
        """The instant at `hour` of the day that is `offset` days from today."""
        return timezone.make_aware(datetime.combine(self.day(offset), time(hour)))

    def later_today(self):
        """A full hour, three hours from now or so, and never midnight."""
        hour = (timezone.localtime(self.now) + timedelta(hours=3)).replace(
            minute=0, second=0, microsecond=0
        )
        return hour + timedelta(hours=1) if hour.hour == 0 else hour

    @contextmanager
    def then(self, instant):
        """Let the clock of the portal stand at `instant`, which is in the past."""
        with clock.fixed_at(min(instant, self.now)) as at:
            yield at
