"""Changing what is published: with a reason, before it closes, and told to everybody.

Each change leaves a row that everybody may read; those who began a bid are told by its row. One
that comes late moves the deadline with it. `announced` is the deadline that the officer's page
said it would move to: see `late_changes`.
"""

from django.db import transaction
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.wording import day, pounds
from lots.actions.drafting import attach, stored
from lots.actions.late_changes import leave_time, refuse_unseen_move
from lots.actions.locking import save
from lots.actions.lotting import LotTerms, refuse_terms
from lots.actions.record import note, open_for_change
from lots.states import ChangeKind

# What may be put right after publication, and how each is called. All else stands still.
COMPETITION_WORDS = {
    "summary": _("Summary"),
    "description": _("Description"),
    "contact_email": _("Contact email address"),
    "service_starts_on": _("Service starts"),
    "service_ends_on": _("Service ends"),
}
LOT_WORDS = {
    "title": _("Title"),
    "description": _("Description"),
    "value": _("Value"),
    "value_if_extended": _("Value with extensions"),
    "volume": _("Volume"),
}
LONG = {"summary", "description"}


@trail.keeps_refusals("competition.change_refused", of="competition")
@transaction.atomic
def change_competition(*, competition, changes, reason, by, at, edition=None, announced=None):
    """Put right what `changes` names: field -> new value, of COMPETITION_WORDS."""
    competition = open_for_change(competition, at=at, edition=edition)
    differing = differences(competition, changes, COMPETITION_WORDS)
    _refuse_unsound(differing, reason)
    refuse_unseen_move(competition, at=at, shown=announced)
    before = {name: getattr(competition, name) for name in differing}
    for name in differing:
        setattr(competition, name, changes[name])
    starts, ends = competition.service_starts_on, competition.service_ends_on
    if starts and ends and ends <= starts:
        raise Refused(
            "timetable", _("The service must end after it starts"), field="service_ends_on"
        )
    save(competition, *differing)
    summary = described(before, changes, COMPETITION_WORDS)
    change = note(competition, ChangeKind.CHANGED, summary, reason, by=by, at=at, of=differing)
    leave_time(competition, change, at=at)
    return change


@trail.keeps_refusals("competition.change_refused", of="lot")
@transaction.atomic
def change_lot(*, lot, changes, reason, by, at, edition=None, announced=None):
    """Put right the words or the value of a lot: field -> new value, of LOT_WORDS."""
    competition = open_for_change(lot.competition, at=at, edition=edition)
    lot = competition.lots.get(pk=lot.pk)
    differing = differences(lot, changes, LOT_WORDS)
    _refuse_unsound(differing, reason)
    refuse_unseen_move(competition, at=at, shown=announced)
    before = {name: getattr(lot, name) for name in differing}
    for name in differing:
        setattr(lot, name, changes[name])
    refuse_terms(LotTerms(value=lot.value, value_if_extended=lot.value_if_extended))
    if lot.value is None:
        raise Refused("value", _("A published lot keeps a value"), field="value")
    lot.save(update_fields=differing)
    save(competition)
    summary = now_("Lot %(number)d, %(title)s. %(changes)s") % {
        "number": lot.position,
        "title": lot.title,
        "changes": described(before, changes, LOT_WORDS),
    }
    change = note(competition, ChangeKind.CHANGED, summary, reason, by=by, at=at, of=differing)
    leave_time(competition, change, at=at)
    return change


@trail.keeps_refusals("competition.change_refused", of="competition")
@transaction.atomic
def publish_document(*, competition, upload, title, reason, by, at, edition=None, announced=None):
    """Add a document to what everybody reads."""
    # Before the lock: a scan must not keep suppliers from submitting.
    document = stored(upload, by=by)
    competition = open_for_change(competition, at=at, edition=edition)
    _refuse_unsound([title], reason)
    refuse_unseen_move(competition, at=at, shown=announced)
    added = attach(competition, document, title, by=by, at=at)
    save(competition)
    summary = now_("Document added: %(title)s") % {"title": title}
    change = note(
        competition, ChangeKind.DOCUMENT, summary, reason, by=by, at=at, of=[added.reference]
    )
    leave_time(competition, change, at=at)
    return added


@trail.keeps_refusals("competition.change_refused", of="document")
@transaction.atomic
def withdraw_document(*, document, reason, by, at, edition=None, announced=None):
    """Take a document out of what everybody reads. It is kept: people may have read it."""
    competition = open_for_change(document.competition, at=at, edition=edition)
    document = competition.documents.get(pk=document.pk)
    if document.removed_at is not None:
        return document  # pressed twice
    _refuse_unsound([document.title], reason)
    refuse_unseen_move(competition, at=at, shown=announced)
    document.removed_at, document.removed_by = at, by
    document.save(update_fields=["removed_at", "removed_by"])
    save(competition)
    summary = now_("Document withdrawn: %(title)s") % {"title": document.title}
    change = note(
        competition, ChangeKind.DOCUMENT, summary, reason, by=by, at=at, of=[document.reference]
    )
    leave_time(competition, change, at=at)
    return document


def differences(thing, changes, allowed):
    """The names in `changes` whose value differs from what `thing` says now."""
    unknown = set(changes) - set(allowed)
    if unknown:
        raise Refused("stands_still", _("This stands still once the competition is published"))
    asked = [name for name in allowed if name in changes]
    return [name for name in asked if _plain(changes[name]) != _plain(getattr(thing, name))]


def _plain(value):
    # A browser sends its own line ends for text that nobody touched.
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def described(before, changes, words):
    """What changed, in a sentence each, for everybody to read."""
    lines = []
    for name, value in before.items():
        said = {"what": words[name], "before": shown(value), "after": shown(changes[name])}
        if name in LONG:
            lines.append(now_("%(what)s rewritten.") % said)
        else:
            lines.append(now_("%(what)s: %(after)s (was %(before)s).") % said)
    return " ".join(lines)


def shown(value):
    """A value as a person reads it."""
    if value is None or value == "":
        return now_("not given")
    if hasattr(value, "as_tuple"):
        return pounds(value)
    return day(value) if hasattr(value, "year") else str(value)


def _refuse_unsound(differing, reason):
    if not differing:
        raise Refused("no_change", _("You have not changed anything"))
    if not reason.strip():
        raise Refused("no_reason", _("Say why, for everybody to read"), field="reason")
