"""A question as it is typed: kept for its writer alone, until it is sent or can be sent no more."""

import json
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bids.content import fingerprint
from bids.models import QuestionDraft
from framework_portal.accounts import sealed_texts
from framework_portal.refusals import Refused
from framework_portal.sealing.broken import InvalidSeal
from lots.models import Competition
from lots.states import CompetitionState

PURPOSE = "question"
MINUTE = timedelta(minutes=1)
MOST_SAVES = 60  # as of a page of a bid
KEPT_FOR = timedelta(days=7)  # after the last moment to ask: it may be asked in another way yet


def drafted(*, competition, person):
    """What was typed and not sent: {asked, lot, supplier}; nothing where nothing was."""
    draft = QuestionDraft.objects.filter(competition=competition, person=person).first()
    return _read(draft) if draft is not None else {}


@transaction.atomic
def keep_question(*, competition, person, typed, shown, at):
    """Keep what is `typed`, over the question with the fingerprint `shown` and over no other."""
    if not Competition.objects.get(pk=competition.pk).takes_questions(at=at):
        raise Refused("closed", _("Questions can no longer be asked in this competition"))
    own = QuestionDraft.objects.filter(competition=competition, person=person)
    fresh = QuestionDraft(
        competition=competition,
        person=person,
        sealed=_hidden(competition, person, {}),
        saved_at=at,
        counted_from=at,
    )
    QuestionDraft.objects.bulk_create([fresh], ignore_conflicts=True)
    draft = own.select_for_update().get()
    now = _read(draft).get("asked", "")
    if fingerprint(now) != shown and now != typed["asked"]:
        raise Refused("changed", _("Another page of yours holds another question"))
    own.filter(counted_from__lte=at - MINUTE).update(saves=0, counted_from=at)
    own.update(saves=F("saves") + 1, sealed=_hidden(competition, person, typed), saved_at=at)
    if own.filter(saves__gt=MOST_SAVES).exists():
        raise Refused("busy", _("This page saves too often. It goes on in a minute"))


@transaction.atomic
def forget_question(*, competition, person, asked):
    """It was sent. What another page of theirs holds stays."""
    own = QuestionDraft.objects.select_for_update()
    draft = own.filter(competition=competition, person=person).first()
    if draft is not None and _read(draft).get("asked", "").split() == asked.split():
        draft.delete()


def forget_unsent(*, at):
    """Forget what can be asked no more; answers how many."""
    before = at - KEPT_FOR
    over = Q(competition__closes_at__lte=before)
    over |= Q(competition__clarifications_close_at__lte=before)
    over |= ~Q(competition__state=CompetitionState.PUBLISHED) & Q(saved_at__lte=before)
    return QuestionDraft.objects.filter(over).delete()[0]


def _hidden(competition, person, typed):
    bound = _bound(competition, person)
    return sealed_texts.hide(json.dumps(typed), purpose=PURPOSE, bound=bound)


def _read(draft):
    bound = _bound(draft.competition, draft.person)
    try:
        return json.loads(sealed_texts.show(draft.sealed, purpose=PURPOSE, bound=bound))
    except (InvalidSeal, KeyError):
        return {}  # its key is gone


def _bound(competition, person):
    return f"{competition.reference} {person.reference}"
