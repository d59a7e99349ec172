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
from framework_portal.each import for_each
from framework_portal.notifications import outbox

# Days before the day that is due; of several notices that are due the nearest is sent.
VIEW_NOTICES = [3, 1, 0]
DECISION_NOTICES = [5, 1, 0]
WEEK = 7


def remind_of_cases(*, at):
    """Who has not given a view, and what waits for a decision or a review."""
    today = timezone.localdate(at)

    def remind_of_view(case):
        # Whether it gave one is nobody's matter but its own and the commissioner's.
        if not case.subcontractor.supplier_id or case.views.exists():
            return 0
        left = _nearest(VIEW_NOTICES, (case.views_due_on - today).days)
        people = writers(case.subcontractor.supplier)
        return _send("case_view_due", case, people, CONCERNED, f"view:{left}")

    def remind_of_decision(case):
        left = _nearest(DECISION_NOTICES, (case.decide_by - today).days)
        return _send("case_due", case, officers(case), COMMISSIONER, f"decision:{left}")

    def remind_of_review(case):
        left = _nearest(DECISION_NOTICES, (case.review_due_on - today).days)
        return _send("case_review_due", case, officers(case), COMMISSIONER, f"review:{left}")

    waiting, to_review = ChangeCase.objects.waiting(), ChangeCase.objects.to_review()
    return (
        for_each(_soon(waiting, "views_due_on", VIEW_NOTICES, today), remind_of_view)
        + for_each(_soon(waiting, "decide_by", DECISION_NOTICES, today), remind_of_decision)
        + for_each(_soon(to_review, "review_due_on", DECISION_NOTICES, today), remind_of_review)
    )


def find_overdue(*, at):
    """What was not decided or reviewed in time: a finding once, and a reminder each week."""
    today = timezone.localdate(at)

    def find_undecided(case):
        _raise_overdue(case, FindingKind.DECISION_OVERDUE, "case-decision", case.decide_by, at)
        weeks = (today - case.decide_by).days // WEEK
        _send("case_due", case, officers(case), COMMISSIONER, f"decision:late:{weeks}")

    def find_unreviewed(case):
        due_on = case.review_due_on
        _raise_overdue(case, FindingKind.EMERGENCY_UNREVIEWED, "case-review", due_on, at)
        weeks = (today - due_on).days // WEEK
        _send("case_review_due", case, officers(case), COMMISSIONER, f"review:late:{weeks}")

    for_each(_late(ChangeCase.objects.waiting(), "decide_by", today), find_undecided)
    for_each(_late(ChangeCase.objects.to_review(), "review_due_on", today), find_unreviewed)


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
    return cases.for_list().order_by("pk")


def _nearest(notices, left):
    return min(notice for notice in notices if left <= notice)


def _send(kind, case, people, page, key):
    rows = rows_of(case, people, page, f"{reminders_of(case)}{key}")
    return outbox.queue_many(kind, rows) if rows else 0
