"""Silence raises reminders and findings, and never a consent.

Every function may run twice, late or in parallel: the key of a message or a finding names its
effect once.
"""

from datetime import timedelta

from django.utils import timezone

from contracts.actions.case_news import (
    COMMISSIONER,
    CONCERNED,
    officers,
    reminders_of,
    rows_of,
    writers,
)
from contracts.actions.findings import raise_finding
from contracts.models import ChangeCase
from contracts.states import FindingKind
from framework_portal.notifications import outbox

# Days before the day that is due; of several notices that are due the nearest is sent.
VIEW_NOTICES = [3, 1, 0]
DECISION_NOTICES = [5, 1, 0]
WEEK = 7


def remind_of_cases(*, at):
    """Who has not given a view, and what waits for a decision or a review."""
    today = timezone.localdate(at)
    sent = 0
    for case in _soon(ChangeCase.objects.waiting(), "views_due_on", VIEW_NOTICES, today):
        # Whether it gave one is nobody's matter but its own and the commissioner's.
        if case.subcontractor.supplier_id and not case.views.exists():
            left = _nearest(VIEW_NOTICES, (case.views_due_on - today).days)
            people = writers(case.subcontractor.supplier)
            sent += _send("case_view_due", case, people, CONCERNED, f"view:{left}")
    for case in _soon(ChangeCase.objects.waiting(), "decide_by", DECISION_NOTICES, today):
        left = _nearest(DECISION_NOTICES, (case.decide_by - today).days)
        sent += _send("case_due", case, officers(case), COMMISSIONER, f"decision:{left}")
    for case in _soon(ChangeCase.objects.to_review(), "review_due_on", DECISION_NOTICES, today):
        left = _nearest(DECISION_NOTICES, (case.review_due_on - today).days)
        sent += _send("case_review_due", case, officers(case), COMMISSIONER, f"review:{left}")
    return sent


def find_overdue(*, at):
    """What was not decided or reviewed in time: a finding once, and a reminder each week."""
    today = timezone.localdate(at)
    for case in _late(ChangeCase.objects.waiting(), "decide_by", today):
        _raise_overdue(case, FindingKind.DECISION_OVERDUE, "case-decision", case.decide_by, at)
        weeks = (today - case.decide_by).days // WEEK
        _send("case_due", case, officers(case), COMMISSIONER, f"decision:late:{weeks}")
    for case in _late(ChangeCase.objects.to_review(), "review_due_on", today):
        _raise_overdue(
            case, FindingKind.EMERGENCY_UNREVIEWED, "case-review", case.review_due_on, at
        )
        weeks = (today - case.review_due_on).days // WEEK
        _send("case_review_due", case, officers(case), COMMISSIONER, f"review:late:{weeks}")


def _raise_overdue(case, kind, key, due_on, at):
    raise_finding(
        kind,
        case.contract,
        subcontractor=case.subcontractor,
        key=f"{key}:{case.reference}",
        at=at,
        case=str(case.reference),
        due_on=due_on,
    )


def _soon(cases, field, notices, today):
    until = today + timedelta(days=max(notices))
    return _whole(cases.filter(**{f"{field}__range": (today, until)}))


def _late(cases, field, today):
    return _whole(cases.filter(**{f"{field}__lt": today}))


def _whole(cases):
    return cases.for_list().order_by("pk").iterator()


def _nearest(notices, left):
    return min(notice for notice in notices if left <= notice)


def _send(kind, case, people, page, key):
    rows = rows_of(case, people, page, f"{reminders_of(case)}{key}")
    return outbox.queue_many(kind, rows) if rows else 0
