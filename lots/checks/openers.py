"""Whether those who will open a competition have shown that they can, shortly before closing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q

from framework_portal.sealing.shares import NEEDED
from lots.models import KeyShare, Opener
from lots.states import CompetitionState

# From so long before closing on, each opener rehearses; what was shown before counts no longer.
REHEARSE_WITHIN = timedelta(hours=48)


@dataclass(frozen=True)
class Standing:
    """One opener, and the last time this one's passphrase opened the dummy bid."""

    user: object
    rehearsed_at: datetime | None
    is_ready: bool


@dataclass(frozen=True)
class Rehearsal:
    """How the openers of a published competition stand at an instant."""

    begins_at: datetime
    has_begun: bool
    standings: list

    @property
    def ready(self):
        return [each for each in self.standings if each.is_ready]

    @property
    def lacking(self):
        """Those who have not rehearsed, though it is time."""
        return [each for each in self.standings if self.has_begun and not each.is_ready]

    @property
    def is_in_danger(self):
        """Whether it is not known of enough people that they can open the bids."""
        return self.has_begun and len(self.ready) < NEEDED

    def of(self, user):
        """The standing of `user`, or None where this is none of the openers."""
        return next((each for each in self.standings if each.user == user), None)


def rehearsals(competitions, *, at):
    """competition id -> its Rehearsal, in one query; only of those that wait to be opened."""
    competitions = list(competitions)
    waiting = {
        each.pk: each
        for each in competitions
        if each.state == CompetitionState.PUBLISHED and each.closes_at
    }
    proofs = "shares__opener_key__proofs__"
    openers = (
        Opener.objects.filter(competition__in=competitions)
        .annotate(
            rehearsed_at=Max(
                f"{proofs}proven_at",
                filter=Q(**{f"{proofs}competition": F("competition")}),
            )
        )
        .select_related("user")
        .order_by("user__name", "pk")
    )
    rows = {each.pk: [] for each in competitions}
    for opener in openers:
        rows[opener.competition_id].append(opener)
    return {pk: _rehearsal(competition, rows[pk], at) for pk, competition in waiting.items()}


def rehearsal(competition, *, at):
    """How the openers of one competition stand, or None where nothing waits to be opened."""
    return rehearsals([competition], at=at).get(competition.pk)


def _rehearsal(competition, openers, at):
    begins_at = competition.closes_at - REHEARSE_WITHIN
    return Rehearsal(
        begins_at=begins_at,
        has_begun=at >= begins_at,
        standings=[
            Standing(
                user=opener.user,
                rehearsed_at=opener.rehearsed_at,
                is_ready=opener.rehearsed_at is not None and opener.rehearsed_at >= begins_at,
            )
            for opener in openers
        ],
    )


@dataclass(frozen=True)
class Duty:
    """A competition that a person is to open, and how far that is prepared."""

    competition: object
    standing: Standing | None  # None while it is a draft
    begins_at: datetime | None
    has_begun: bool
    is_closed: bool
    # It opens with the passphrase that the person had before the present one.
    by_former_key: bool


def duties_of(user, *, at):
    """What `user` is an opener of and what is not opened yet, the nearest closing first."""
    former = KeyShare.objects.filter(opener=OuterRef("pk"), opener_key__retired_at__isnull=False)
    mine = list(
        Opener.objects.filter(
            user=user,
            competition__state__in=[CompetitionState.DRAFT, CompetitionState.PUBLISHED],
        )
        .annotate(by_former_key=Exists(former))
        .select_related("competition__commissioner")
        .order_by(F("competition__closes_at").asc(nulls_last=True), "pk")
    )
    found = rehearsals([opener.competition for opener in mine], at=at)
    return [_duty(opener, found.get(opener.competition_id), user, at) for opener in mine]


def _duty(opener, found, user, at):
    closes_at = opener.competition.closes_at
    return Duty(
        competition=opener.competition,
        standing=found and found.of(user),
        begins_at=found and found.begins_at,
        has_begun=bool(found and found.has_begun),
        is_closed=bool(found and closes_at <= at),
        by_former_key=opener.by_former_key,
    )
