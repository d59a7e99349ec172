"""What key subcontractors said of exclusivity: for the integrity officer, after the opening.

Nothing else reads it. The lead, and whoever evaluates its bid, must never learn of it.
"""

from bids.identity import consent_identity
from bids.models import ExclusivityAnswer
from bids.selectors.consents import EXCLUSIVITY
from bids.states import UNSEALED, Exclusivity
from framework_portal.sealing.envelope import read_opened


def told_of_opened():
    """Every yes about a bid that was opened, the earliest first.

    What was said about a bid that was withdrawn or never handed in stays sealed: that there was
    such a bid is nobody's to learn.
    """
    found = ExclusivityAnswer.objects.filter(
        said=Exclusivity.ASKED,
        consent__bid__state__in=UNSEALED,
        consent__bid__lot__competition__opening__isnull=False,
    )
    return found.select_related("consent__bid__lot__competition").order_by("said_at", "pk")


def words_told(*, bid, entry):
    """What was told of it, in the subcontractor's own words, where it told anything."""
    answers = told_of_opened().filter(consent__bid__reference=bid, consent__entry=entry)
    texts = [_words(answer) for answer in answers.select_related("words")]
    return [text for text in texts if text]


def _words(answer):
    bound_to = consent_identity(answer.consent, EXCLUSIVITY)
    return read_opened(answer.words, bound_to=bound_to)["words"]
