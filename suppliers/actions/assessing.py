"""Judging applications to join: decide in each category, or ask for more."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from framework_portal.audit import trail
from framework_portal.reference.models import Category
from framework_portal.refusals import Refused
from suppliers import periods
from suppliers.actions.standing import decide
from suppliers.actions.telling import check_soon, tell
from suppliers.models import Application, JoiningQuestion, MorePoint
from suppliers.states import APPLICATION, ApplicationState, QualificationState


@dataclass(frozen=True)
class Verdict:
    """What was decided in one category, and why."""

    category: Category
    grant: bool
    reasons: str = ""


@dataclass(frozen=True)
class Need:
    """What must be added or mended: of one question, or of the application as a whole."""

    needed: str
    question: JoiningQuestion | None = None
    category: Category | None = None


@trail.keeps_refusals("application.decision_refused", of="application")
@transaction.atomic
def decide_application(*, application, verdicts, by, at):
    """Grant or refuse in some of its categories. All or none of `verdicts` are taken.

    The application is decided once every category is; each grant counts at once.
    """
    application = _locked(application, by)
    reached = APPLICATION.target("decide", application.state)
    waiting = {
        one.category_id: one
        for one in application.qualifications.select_for_update().filter(
            state=QualificationState.APPLIED
        )
    }
    if not verdicts:
        raise Refused("nothing", _("Decide at least one category"))
    expires_at = expiry(application.framework, at)
    for verdict in verdicts:
        qualification = waiting.pop(verdict.category.pk, None)
        if qualification is None:
            raise Refused(
                "decided_already",
                _("%(category)s has been decided by a colleague. Look again before you go on")
                % {"category": verdict.category},
            )
        move = "grant" if verdict.grant else "refuse"
        until = {"expires_at": expires_at} if verdict.grant else {}
        decide(qualification, move, reasons=verdict.reasons, by=by, at=at, **until)
    if not waiting:
        application.state, application.decided_at, application.decided_by = reached, at, by
        application.save(update_fields=["state", "decided_at", "decided_by"])
    _tell_decision(application, verdicts, at)
    check_soon(application.supplier)
    trail.record(
        "application.decided",
        application,
        by=by,
        granted=sorted(one.category.slug for one in verdicts if one.grant),
        refused=sorted(one.category.slug for one in verdicts if not one.grant),
    )
    return application


@trail.keeps_refusals("application.request_refused", of="application")
@transaction.atomic
def ask_for_more(*, application, needs, because, by, at):
    """Give the application back with what is needed, question by question."""
    application = _locked(application, by)
    reached = APPLICATION.target("ask_for_more", application.state)
    needs = [need for need in needs if need.needed.strip()]
    if not needs and not because.strip():
        raise Refused("nothing", _("Say what you need from the supplier"), field="because")
    application.state, application.returned_at, application.returned_by = reached, at, by
    application.returned_because = because.strip()
    application.save(update_fields=["state", "returned_at", "returned_by", "returned_because"])
    MorePoint.objects.bulk_create(
        [
            MorePoint(
                application=application,
                question=need.question,
                category=need.category,
                needed=need.needed.strip(),
                asked_at=at,
                asked_by=by,
            )
            for need in needs
        ]
    )
    tell(
        application.supplier,
        "more_needed",
        key=f"more_needed:{application.reference}:{at.isoformat()}",
        application=str(application.reference),
    )
    trail.record("application.returned", application, by=by, points=len(needs))
    return application


def expiry(framework, at):
    """When a qualification granted at `at` ends; None for the whole term."""
    months = framework.qualification_months
    return periods.months_after(at, months) if months else None


def _tell_decision(application, verdicts, at):
    decided = application.state == ApplicationState.DECIDED
    tell(
        application.supplier,
        "decision",
        key=f"decision:{application.reference}:{at.isoformat()}",
        application=str(application.reference),
        is_last=decided,
        categories=len(verdicts),
    )


def _locked(application, by):
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("supplier", "framework")
        .get(pk=application.pk)
    )
    if application.supplier.memberships.filter(user=by).exists():
        raise Refused("own", _("You belong to this organisation. Leave it to a colleague"))
    return application
