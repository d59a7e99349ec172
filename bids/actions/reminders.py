"""Telling people in time. Every function may run twice, late or in parallel.

The key of a message names its effect once: run again, nothing is sent again. Of several notices
that are due the nearest is sent, so that an outage does not end in a burst. Deadlines are part of
the keys: one that moved is reminded of afresh, and what waits for the old one is cancelled.
"""

import hashlib
from datetime import timedelta

from django.db.models import F, Q
from django.utils import timezone

from bids.models import Bid
from bids.selectors.following import WRITERS, followers
from bids.states import BidState
from framework_portal.notifications import outbox
from framework_portal.notifications.models import Message
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.models import Competition, CompetitionChange, Lot
from lots.states import BY_RULE, MOVES, ChangeKind, CompetitionState
from suppliers.models import Supplier
from suppliers.selectors.matching import matching_competitions

BID_NOTICES = [timedelta(days=7), timedelta(days=2), timedelta(days=1), timedelta(hours=2)]
QUESTION_NOTICE = timedelta(days=2)
# How long after closing an opening is late, where no time was set for it.
OPENING_TAKES = timedelta(days=1)
# Changes are told within minutes; older ones were, or nobody is helped by them.
CHANGES_LAST = timedelta(days=30)
FOLLOWERS_LAST = timedelta(days=3)
# Told to those without a bid in the news of the day.
NOT_URGENT = [ChangeKind.ANSWERED, ChangeKind.CHANGED, ChangeKind.DOCUMENT]


def remind_bidders(*, at):
    """Bids that are not submitted, or whose changes are not; to all who can submit them."""
    unsubmitted = Q(state=BidState.DRAFT) | Q(state=BidState.SUBMITTED, has_changes=True)
    due = to_writers(
        Bid.objects.filter(
            unsubmitted,
            lot__competition__state=CompetitionState.PUBLISHED,
            lot__competition__closes_at__gt=at,
            lot__competition__closes_at__lte=at + max(BID_NOTICES),
        ),
        "supplier__",
    )
    standing_by = _standing_by(due)
    facts = ["lot__competition__reference", "reference", "lot__competition__closes_at"]
    rows = []
    for competition, bid, closes_at, has_changes, person, address in due.values_list(
        *facts, "has_changes", *person_of("supplier__")
    ):
        notice = _hours(min(each for each in BID_NOTICES if closes_at - each <= at))
        rows.append(
            {
                "key": f"{deadline_key(competition, closes_at)}{bid}:{notice}:{person}",
                "to": address,
                "context": {
                    "bid": bid,
                    "closes_at": closes_at,
                    "has_changes": has_changes,
                    "stands_by": standing_by.get(bid),
                },
                "expires_at": closes_at,
            }
        )
    return book("bid_deadline", rows)


def _standing_by(due):
    """{reference: when it was saved} of the bids of which a complete version stands by."""
    kept = Bid.objects.filter(
        pk__in=due.filter(submissions__instruction__isnull=False).values("pk")
    ).with_standby()
    return dict(kept.filter(standby_at__isnull=False).values_list("reference", "standby_at"))


def remind_of_questions(*, at):
    """The last days in which questions can be asked, to those who have begun a bid."""
    ends_at = "lot__competition__clarifications_close_at"
    due = to_writers(
        Bid.objects.live().filter(
            **{f"{ends_at}__gt": at, f"{ends_at}__lte": at + QUESTION_NOTICE},
            lot__competition__state=CompetitionState.PUBLISHED,
        ),
        "supplier__",
    )
    rows = [
        {
            "key": f"questions-close:{competition}:{until.isoformat()}:{person}",
            "to": address,
            "context": {"competition": competition, "until": until},
            "expires_at": until,
        }
        for competition, until, person, address in due.values_list(
            "lot__competition__reference", ends_at, *person_of("supplier__")
        )
    ]
    return book("questions_close", rows)


def invite(*, at):
    """Every supplier that matches a lot of an open competition: once for each competition."""
    lots = Lot.objects.filter(competition__in=Competition.objects.open(at=at))
    pairs = matching_competitions(lots, at=at)
    competitions = Competition.objects.in_bulk({competition for competition, _ in pairs})
    suppliers = Supplier.objects.in_bulk({supplier for _, supplier in pairs})
    rows = [
        {
            "key": f"invitation:{competitions[one].reference}:{suppliers[other].reference}",
            "to": suppliers[other].contact_email,
            "context": {"competition": competitions[one].reference},
            "expires_at": competitions[one].closes_at,
        }
        for one, other in pairs
    ]
    return book("invitation", rows)


def tell_changes(*, at):
    """What changed after publication, to everybody who had begun a bid by then.

    But for answers: these are news, told once a day or as each person chose.
    """
    recent = CompetitionChange.objects.filter(made_at__gt=at - CHANGES_LAST, made_at__lte=at)
    cancel_untrue(recent)
    # Whom a rule's move concerns is more than the bidders: see actions.incidents.
    recent = recent.exclude(kind__in=BY_RULE)
    bids = "competition__lots__bids__"
    told = to_writers(
        recent.exclude(kind=ChangeKind.ANSWERED),
        f"{bids}supplier__",
        **{f"{bids}started_at__lte": F("made_at")},
    ).distinct()
    rows = [
        {
            "key": f"change:{change}:{person}",
            "to": address,
            "context": {"competition": competition, "change": kind},
        }
        for change, kind, competition, person, address in told.values_list(
            "reference", "kind", "competition__reference", *person_of(f"{bids}supplier__")
        )
    ]
    return book("competition_changed", rows)


def tell_followers(*, at):
    """What cannot wait, to those who may still begin a bid; a rule's moves: actions.incidents.

    A deadline that was moved and a competition that was abandoned are no news to do without: all
    who were invited are told, whatever they chose.
    """
    recent = CompetitionChange.objects.filter(
        made_at__gt=at - FOLLOWERS_LAST, made_at__lte=at
    ).exclude(kind__in=[*NOT_URGENT, *BY_RULE])
    changes = list(recent.select_related("competition"))
    if not changes:
        return 0
    ties = followers({change.competition for change in changes}, at=at, all_of_them=True)
    rows = [
        {
            "key": f"change:{change.reference}:{person}",
            "to": tie.email,
            "context": {
                "competition": change.competition.reference,
                "change": change.kind,
                "follows": True,
            },
        }
        for change in changes
        for (person, competition), tie in ties.items()
        if competition == change.competition_id and not tie.has_bid and tie.since <= change.made_at
    ]
    for change in changes:
        known = {
            tie.email.lower()
            for (_person, competition), tie in ties.items()
            if competition == change.competition_id
        }
        rows += [
            {
                "key": f"change:{change.reference}:{hashlib.sha256(to.encode()).hexdigest()[:32]}",
                "to": to,
                "context": {
                    "competition": change.competition.reference,
                    "change": change.kind,
                    "follows": True,
                },
            }
            for to in sorted(invited_to(change.competition) - known)
        ]
    return book("competition_changed", rows)


def invited_to(competition):
    """The addresses that were invited to it."""
    invitations = Message.objects.filter(key__startswith=f"invitation:{competition.reference}:")
    return {to.lower() for to in invitations.values_list("to", flat=True)}


def remind_officers(*, at):
    """Openings and awards that are late, to the officers who may act."""
    competitions = Competition.objects.filter(is_history=False)
    unopened = [
        (competition, competition.opening_due_at or competition.closes_at + OPENING_TAKES)
        for competition in competitions.closed(at=at)
    ]
    today = timezone.localdate(at)
    unawarded = competitions.filter(
        state__in=[CompetitionState.OPENED, CompetitionState.EVALUATED], award_due_on__lt=today
    )
    opening = [(competition, due) for competition, due in unopened if due <= at]
    award = [(competition, competition.award_due_on) for competition in unawarded]
    return _tell_officers("opening_overdue", opening) + _tell_officers("award_overdue", award)


def deadline_key(competition, closes_at):
    """How the keys of all reminders of one deadline begin; a bid's reference comes next."""
    return f"bid-deadline:{competition}:{closes_at.isoformat()}:"


def _tell_officers(kind, late):
    bodies = {competition.commissioner_id for competition, _due in late}
    officers = Officer.objects.filter(
        commissioner__in=bodies, role=OfficerRole.COMMISSIONER, user__is_active=True
    ).select_related("user")
    rows = []
    for user in {officer.user for officer in officers}:
        runs = set(
            Competition.objects.run_by(user)
            .filter(pk__in=[competition.pk for competition, _due in late])
            .values_list("pk", flat=True)
        )
        rows += [
            {
                "key": f"{kind}:{competition.reference}:{due.isoformat()}:{user.pk}",
                "to": user.email,
                "context": {"competition": competition.reference},
            }
            for competition, due in late
            if competition.pk in runs
        ]
    return book(kind, rows)


def cancel_untrue(changes):
    """What waits to be sent of a deadline that was moved or is no more."""
    moved = changes.filter(kind__in=[*MOVES, ChangeKind.ABANDONED])
    for change in moved.select_related("competition"):
        competition, before = change.competition.reference, change.closed_at_before
        if change.kind == ChangeKind.ABANDONED:
            outbox.cancel(f"bid-deadline:{competition}:")
        elif before is not None and before != change.competition.closes_at:
            outbox.cancel(deadline_key(competition, before))


def to_writers(rows, supplier, **conditions):
    """Those of `rows` joined with the active owners and editors of the supplier."""
    member = f"{supplier}memberships__"
    return rows.filter(
        **{f"{member}role__in": WRITERS, f"{member}user__is_active": True}, **conditions
    )


def person_of(supplier):
    return f"{supplier}memberships__user", f"{supplier}memberships__user__email"


def _hours(notice):
    return f"{notice.total_seconds() / 3600:.0f}h"


def book(kind, rows):
    """Queue those that are new, in few statements; answers how many were."""
    by_key = {row["key"]: row for row in rows}
    keys = list(by_key)
    for first in range(0, len(keys), outbox.STATEMENT_ROWS):
        known = Message.objects.filter(key__in=keys[first : first + outbox.STATEMENT_ROWS])
        for key in known.values_list("key", flat=True):
            del by_key[key]
    return outbox.queue_many(kind, by_key.values()) if by_key else 0
