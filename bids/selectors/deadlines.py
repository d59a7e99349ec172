"""Every deadline of a person's organisations, in one list."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.models import Bid, ConsentRequest
from bids.states import BidState
from framework_portal.navigation import address
from lots.states import CompetitionState
from suppliers.models import (
    Application,
    CheckResult,
    Evidence,
    Qualification,
    RemovalNotice,
    Supplier,
)
from suppliers.selectors.findings import with_seen
from suppliers.states import ApplicationState, Outcome, QualificationState

# Evidence is reminded of sixty days before it expires; it stays in the list until it is replaced.
AHEAD = timedelta(days=60)


@dataclass(frozen=True)
class Deadline:
    """Something that must be done, or will happen, by an instant, or when one comes to it."""

    at: datetime | None
    what: str
    about: str
    url: str = ""
    state: str = ""
    state_words: str = ""
    is_ours: bool = True  # ours to do, and not only to wait for
    has_clock: bool = True  # by the minute, and not by the day
    act: str = ""  # the words of its link once it is overdue


def soonest(deadline):
    """Sorts deadlines: the next first, and last what has no date."""
    return (deadline.at is None, deadline.at.timestamp() if deadline.at else 0)


@dataclass(frozen=True)
class Dashboard:
    """What a person's organisations have to do and to wait for."""

    organisations: list
    deadlines: list
    overdue: list
    returned: list  # applications that an assessor sent back
    qualifications: list
    findings: list
    # Here because others name them, and not applying to join: what joining asks is not theirs.
    is_only_named: bool


# What apps above this one add: functions `(user, at) -> deadlines`, each of few queries.
SOURCES = []


def source(find):
    """Decorate a function of a higher app that finds deadlines for the dashboard."""
    SOURCES.append(find)
    return find


def dashboard(user, *, at):
    """In a constant number of queries, however much there is."""
    own = list(Supplier.objects.of(user).order_by("name", "pk"))
    found = [
        *_bids(user, at),
        *_consents(user, at),
        *_evidence(user, at),
        *_removal_notices(user),
    ]
    for find in SOURCES:
        found += find(user, at)
    qualifications = list(
        Qualification.objects.filter(supplier__in=own)
        .select_related("category", "supplier")
        .order_by("supplier__name", "category__number")
    )
    found += _qualifications(qualifications, at)
    found.sort(key=soonest)
    applications = Application.objects.filter(
        supplier__in=own, state=ApplicationState.RETURNED
    ).select_related("supplier")
    findings = CheckResult.objects.filter(supplier__in=own, is_current=True).exclude(
        outcome=Outcome.PASS
    )
    return Dashboard(
        organisations=own,
        deadlines=[deadline for deadline in found if deadline.at is None or deadline.at > at],
        overdue=[deadline for deadline in found if deadline.at and deadline.at <= at],
        returned=list(applications),
        qualifications=qualifications,
        findings=with_seen(findings.select_related("supplier").order_by("outcome", "check_code")),
        is_only_named=_are_only_named(own),
    )


def _are_only_named(own):
    """In one query."""
    asked = Q(organisation_invitations__isnull=False) | Q(consents_asked__isnull=False)
    named = Supplier.objects.filter(asked, pk__in=[each.pk for each in own])
    return bool(own) and set(named.filter(applications=None).values_list("pk", flat=True)) == {
        each.pk for each in own
    }


def _bids(user, at):
    """Closing, the end of questions, and the outcome, of each bid that lives."""
    competitions = set()
    waited_for = [BidState.SUBMITTED, BidState.OPENED]
    bids = (
        Bid.objects.of(user)
        .filter(
            Q(lot__competition__state=CompetitionState.PUBLISHED, state=BidState.DRAFT)
            | Q(state__in=waited_for)
        )
        .exclude(lot__competition__state=CompetitionState.ABANDONED)
        .for_list()
    )
    for bid in bids:
        competition = bid.lot.competition
        url = address("supplier:bid_detail", reference=bid.reference)
        if competition.is_open(at=at):
            yield Deadline(
                competition.closes_at,
                _("Bid closes"),
                bid.lot.title,
                url,
                *_state(bid),
            )
        elif bid.state in waited_for and competition.award_due_on:
            yield Deadline(
                _end_of(competition.award_due_on),
                _("Outcome expected"),
                bid.lot.title,
                url,
                bid.state,
                bid.get_state_display(),
                is_ours=False,
                has_clock=False,
            )
        if competition.takes_questions(at=at) and competition.pk not in competitions:
            competitions.add(competition.pk)
            yield Deadline(
                competition.clarifications_close_at or competition.closes_at,
                _("Last moment to ask a question"),
                competition.title,
                address("supplier:clarification_list", reference=competition.reference),
            )


def _consents(user, at):
    """The answers that leads wait for."""
    waiting = ConsentRequest.objects.visible_to(user).waiting().for_list()
    for consent in waiting.filter(bid__lot__competition__closes_at__gt=at):
        yield Deadline(
            consent.bid.lot.competition.closes_at,
            _("Answer %(lead)s") % {"lead": consent.bid.supplier.name},
            consent.bid.lot.title,
            address("supplier:consent_detail", reference=consent.reference),
            "pending",
            _("Waiting for your answer"),
        )


def _state(bid):
    """The colour and the words of an open bid: which version counts comes before what changed."""
    if bid.standby_at and bid.changed_since:
        return "late", _("Stand-by version counts: something changed since")
    if bid.standby_at:
        return "submitted", _("Not submitted: stand-by version counts")
    if bid.has_changes:
        return "late", _("Changes not submitted")
    if bid.changed_since and bid.state == BidState.DRAFT:
        return "late", _("Not submitted: something changed since")
    if bid.changed_since:
        return "late", _("Submitted: something changed since")
    return "late" if bid.state == BidState.DRAFT else "submitted", bid.get_state_display()


def _evidence(user, at):
    soon = timezone.localdate(at) + AHEAD
    evidence = Evidence.objects.filter(
        supplier__memberships__user=user, replaced_at__isnull=True, expires_on__lte=soon
    ).select_related("question")
    url = address("supplier:qualification_list")
    for each in evidence:
        has_expired = each.expires_on < timezone.localdate(at)
        yield Deadline(
            _end_of(each.expires_on),
            _("Evidence expired") if has_expired else _("Evidence expires"),
            each.question.text,
            url,
            "expired" if has_expired else "",
            has_clock=False,
            act=_("Replace it"),
        )


def _removal_notices(user):
    """The supplier is heard before it is removed: open notices that it has not answered."""
    waiting = RemovalNotice.objects.filter(
        qualification__supplier__memberships__user=user, settled_at=None, replied_at=None
    )
    for notice in waiting.select_related("qualification__category"):
        yield Deadline(
            notice.reply_by,
            _("Answer before a qualification may be removed"),
            notice.qualification.category.name,
            address("supplier:removal_notice", reference=notice.reference),
            "pending",
            _("Waiting for your answer"),
            act=_("Answer it"),
        )


def _qualifications(qualifications, at):
    for each in qualifications:
        ends_at = each.expires_at if each.state == QualificationState.GRANTED else None
        if ends_at and ends_at <= at + AHEAD:
            yield Deadline(
                ends_at,
                _("Qualification ends"),
                each.category.name,
                address("supplier:qualification_list"),
            )


def _end_of(day):
    """The last second of a date, in London."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
