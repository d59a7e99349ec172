"""Who follows a competition: who has begun a bid, has asked, or could bid."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from bids.models import Bid, ClarificationAsker, Unfollowed
from lots.models import Competition, Lot
from suppliers.models import Membership
from suppliers.selectors.matching import matching_competitions
from suppliers.states import MemberRole

WRITERS = [MemberRole.OWNER, MemberRole.EDITOR]


@dataclass
class Following:
    """One person's tie to one competition."""

    email: str
    since: datetime
    has_bid: bool = False

    def or_earlier(self, since, *, has_bid):
        """The same, where another reason to follow is told too."""
        self.since = min(self.since, since)
        self.has_bid = self.has_bid or has_bid


def followers(competitions, *, at, all_of_them=False):
    """(person, competition), as keys, → Following: owners and editors, and whoever asked.

    Those who want no more news of a competition and have no bid in it do not follow it, unless
    `all_of_them` are wanted.
    """
    keys = [competition.pk for competition in competitions]
    found = {}
    for person, email, competition, since, has_bid in _ties(keys, at):
        tie = found.setdefault((person, competition), Following(email, since))
        tie.or_earlier(since, has_bid=has_bid)
    if all_of_them:
        return found
    left = Unfollowed.objects.filter(competition__in=keys)
    for pair in left.values_list("person", "competition"):
        if pair in found and not found[pair].has_bid:
            del found[pair]
    return found


def unfollowed(people, competitions):
    """The pairs of `people` and `competitions`, as keys, of which no more news is wanted."""
    left = Unfollowed.objects.filter(person__in=people, competition__in=competitions)
    return set(left.values_list("person", "competition"))


def followed_by(user, *, at):
    """The open competitions that `user` follows or has stopped following, the next to close first.

    Each has `is_followed`.
    """
    competitions = Competition.objects.open(at=at).order_by("closes_at", "pk")
    ties = {pair for pair in followers(competitions, at=at) if pair[0] == user.pk}
    left = dict(Unfollowed.objects.filter(person=user).values_list("competition", "pk"))
    shown = [each for each in competitions if (user.pk, each.pk) in ties or each.pk in left]
    for each in shown:
        each.is_followed = each.pk not in left
    return shown


def _ties(competitions, at):
    yield from _bidders(competitions)
    yield from _askers(competitions)
    yield from _matching(competitions, at)


def _bidders(competitions):
    member = "supplier__memberships__"
    bids = Bid.objects.live().filter(
        **{f"{member}role__in": WRITERS, f"{member}user__is_active": True},
        lot__competition__in=competitions,
    )
    facts = [f"{member}user", f"{member}user__email", "lot__competition", "started_at"]
    for row in bids.values_list(*facts):
        yield *row, True


def _askers(competitions):
    asked = ClarificationAsker.objects.filter(
        clarification__competition__in=competitions, asked_by__is_active=True
    )
    facts = ["asked_by", "asked_by__email", "clarification__competition", "clarification__asked_at"]
    for row in asked.values_list(*facts):
        yield *row, False


def _matching(competitions, at):
    suppliers = defaultdict(list)
    for competition, supplier in matching_competitions(
        Lot.objects.filter(competition__in=competitions), at=at
    ):
        suppliers[supplier].append(competition)
    published = dict(
        Competition.objects.filter(pk__in=competitions).values_list("pk", "published_at")
    )
    members = Membership.objects.filter(
        supplier__in=suppliers, role__in=WRITERS, user__is_active=True
    )
    for supplier, person, email, joined_at in members.values_list(
        "supplier", "user", "user__email", "joined_at"
    ):
        for competition in suppliers[supplier]:
            yield person, email, competition, max(published[competition], joined_at), False
