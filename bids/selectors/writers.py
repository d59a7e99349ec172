"""Who is at work on a bid, and what its parts said before."""

from datetime import timedelta

from bids.identity import version_identity
from bids.models import AnswerVersion, Presence
from suppliers.vault.keeping import read_kept

HERE_FOR = timedelta(seconds=75)  # a page that somebody works on tells of it three times a minute


def others_here(*, bid, part, but, at):
    """The people who do something at this part now, but for `but`."""
    there = Presence.objects.filter(bid=bid, part=part, seen_at__gt=at - HERE_FOR)
    found = there.exclude(person=but).select_related("person").order_by("person__name", "pk")
    return [each.person for each in found]


def versions_of(bid, question):
    """What a part said before, the newest first; they are opened with `said`."""
    found = AnswerVersion.objects.filter(bid=bid, question=question)
    return found.select_related(
        "bid__lot__competition", "bid__supplier", "question", "saved_by", "sealed"
    )


def said(version, vault):
    """What a version says, with the open `vault` of its organisation."""
    return read_kept(vault, version.sealed, bound_to=version_identity(version))["value"]
