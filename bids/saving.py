"""One request that saves: when it arrived, and what became of the version that stands by."""

from datetime import timedelta

from django.utils.translation import gettext as _

# Nothing waits so long that what arrives earlier could come to be done after closing.
NEAR = timedelta(minutes=10)


class Saving:
    """Handed along with the bid, as its vaults are: the action reads one and writes the other."""

    def __init__(self, arrival=None):
        self.arrival = arrival
        self.refusal = None  # why no version that stands by was kept of what was saved

    @property
    def words(self):
        """What the person is told where what was saved does not count; nothing where it does."""
        if self.refusal is None:
            return ""
        return _(
            "Your words are kept, but they are not the version that counts: %(why)s. The complete "
            "version before counts"
        ) % {"why": self.refusal}


def is_near(competition, at):
    """Whether a request that waits may come to be done after closing."""
    return competition.closes_at is not None and competition.closes_at - at < NEAR
