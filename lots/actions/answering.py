"""Answering a question to everybody. Who asked it is not known here, and is never published."""

from django.db import transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.late_changes import leave_time, refuse_unseen_move
from lots.actions.record import note, open_for_change
from lots.models import Clarification
from lots.states import ChangeKind


@trail.keeps_refusals("competition.answer_refused", of="clarification")
@transaction.atomic
def answer_clarification(*, clarification, question, answer, by, at, announced=None):
    """Publish `answer`, under `question`: what was asked, without what would name the asker."""
    competition = open_for_change(clarification.competition, at=at)
    clarification = Clarification.objects.select_for_update().get(pk=clarification.pk)
    if clarification.withdrawn_at is not None:
        raise Refused("withdrawn", _("Whoever asked for this clarification has taken it back"))
    if clarification.answered_at is not None:
        raise Refused("answered", _("This clarification has been answered already"))
    for name, text in (("question", question), ("answer", answer)):
        if not text.strip():
            raise Refused("no_words", _("Enter the question and its answer"), field=name)
    refuse_unseen_move(competition, at=at, shown=announced)
    clarification.question, clarification.answer = question, answer
    clarification.answered_at, clarification.answered_by = at, by
    clarification.save(update_fields=["question", "answer", "answered_at", "answered_by"])
    change = note(
        competition,
        ChangeKind.ANSWERED,
        now_("A clarification was answered."),
        "",
        by=by,
        at=at,
        of=[clarification.reference],
    )
    leave_time(competition, change, at=at)
    return clarification
