"""Publishing: the moment from which everybody reads the competition and it stands still."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs
from lots.actions.keys import make_keys
from lots.actions.locking import locked, refusing, save
from lots.checks import readiness
from lots.models import Competition, Part
from lots.rules import runs_competition

PASSED = "closes_at", _("The closing time has passed. Choose a later one")


@dataclass(frozen=True)
class Published:
    """What publication leaves: the competition, and words that exist nowhere but here.

    `recovery` holds, for each part that is sealed apart, the share that is printed and kept
    offline. Whoever is handed this shows it once and keeps it nowhere.
    """

    competition: Competition
    recovery: dict

    def __repr__(self):  # never in a log or an error page
        return f"Published({self.competition.pk})"


@trail.keeps_refusals("competition.publication_refused", of="competition")
@transaction.atomic
def publish_competition(*, competition, by, at, edition=None, with_recovery=True):
    """Let everybody read it, and suppliers bid, from `at` on; answers Published.

    Without recovery the spare share is thrown away unseen, and only the openers' remain.
    """
    competition = locked(competition, "publish", edition=edition)
    # Asked again: a colleague may have added lots elsewhere since the page was opened.
    if not runs_competition(by, competition):
        raise Refused("not_your_area", _("You do not act for all the areas of its lots"))
    missing = [gap for gap in readiness.gaps(competition, at=at) if gap.stops]
    if missing:
        raise Refused(missing[0].code, missing[0].message)
    apart = competition.price_after_quality
    recovery = make_keys(competition, parts=[Part.QUALITY, Part.PRICE] if apart else [Part.WHOLE])
    if not with_recovery:
        recovery = {}
    competition.published_at, competition.published_by = at, by
    with refusing(competition_published_before_it_closes=PASSED):
        save(competition, "state", "published_at", "published_by")
    trail.record(
        "competition.published",
        competition,
        by=by,
        closes_at=competition.closes_at.isoformat(),
        lots=competition.lots.count(),
        keys=_fingerprints(competition),
        recovery_words=bool(recovery),
        openers=[str(opener.user.reference) for opener in competition.openers.order_by("pk")],
    )
    return Published(competition, recovery)


def _fingerprints(competition):
    return {
        key.part: keypairs.fingerprint(bytes(key.public_key))
        for key in competition.sealing_keys.all()
    }
