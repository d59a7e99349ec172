"""A later deadline: one officer proposes it with a reason, a second confirms it, in time."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from framework_portal.wording import moment_with_zone
from lots.actions.locking import refusing, save
from lots.actions.record import note, open_for_change
from lots.checks import readiness
from lots.models import DeadlineExtension
from lots.rules import runs_competition
from lots.selectors import officers_of
from lots.states import ChangeKind

CLOSED = "closed", _("Bids have closed, so the deadline can no longer be moved")


@trail.keeps_refusals("competition.extension_refused", of="competition")
@transaction.atomic
def propose_extension(*, competition, closes_at, reason, by, at, edition=None):
    """Ask for a later deadline. Nothing moves until a second officer confirms."""
    competition = open_for_change(competition, at=at, edition=edition)
    _refuse_outsider(by, competition)
    if not reason.strip():
        raise Refused("no_reason", _("Say why, for everybody to read"), field="reason")
    if closes_at <= competition.closes_at:
        raise Refused(
            "not_later",
            _("A deadline can only be moved later than %(deadline)s")
            % {"deadline": moment_with_zone(competition.closes_at)},
            field="closes_at",
        )
    unsound = next((gap for gap in readiness.closing_hour(closes_at) if gap.stops), None)
    if unsound is not None:
        raise Refused(unsound.code, unsound.message, field="closes_at")
    if competition.extensions.waiting().exists():
        raise Refused("waiting", _("An extension is already waiting for a second officer"))
    extension = competition.extensions.create(
        closes_at=closes_at, reason=reason, proposed_at=at, proposed_by=by
    )
    save(competition)
    _tell_colleagues(extension, by)
    _record("proposed", extension, by=by)
    return extension


@trail.keeps_refusals("competition.extension_refused", of="extension")
@transaction.atomic
def confirm_extension(*, extension, by, at):
    """Move the deadline, as the second of two officers; the dates that follow it move along."""
    competition = open_for_change(extension.competition, at=at)
    _refuse_outsider(by, competition)
    extension = _waiting(extension)
    if extension is None:
        raise Refused("decided", _("This extension has been decided already"))
    if extension.proposed_by_id == by.pk:
        raise Refused(
            "second_person", _("You proposed this extension. A second officer must confirm it")
        )
    if extension.closes_at <= competition.closes_at:
        raise Refused(
            "not_later",
            _("A rule has moved the deadline to %(deadline)s meanwhile. Reject this extension")
            % {"deadline": moment_with_zone(competition.closes_at)},
        )
    extension.confirmed_at, extension.confirmed_by = at, by
    extension.save(update_fields=["confirmed_at", "confirmed_by"])
    before = competition.closes_at
    moved = following_dates(competition, extension.closes_at, at=at)
    for name, value in moved.items():
        setattr(competition, name, value)
    with refusing(deadline_only_extended=CLOSED):
        save(competition, *moved)
    summary = now_("Bids now close on %(after)s (was %(before)s).") % {
        "after": moment_with_zone(extension.closes_at),
        "before": moment_with_zone(before),
    }
    note(
        competition,
        ChangeKind.EXTENDED,
        summary,
        extension.reason,
        by=by,
        at=at,
        of=[extension.reference],
        closed_at_before=before,
        closes_at_after=extension.closes_at,
    )
    return competition


@trail.keeps_refusals("competition.extension_refused", of="extension")
@transaction.atomic
def reject_extension(*, extension, by, at):
    """Leave the deadline where it is. Whoever proposed it may take it back so, too."""
    _refuse_outsider(by, open_for_change(extension.competition, at=at))
    extension = _waiting(extension)
    if extension is None:
        raise Refused("decided", _("This extension has been decided already"))
    extension.rejected_at, extension.rejected_by = at, by
    extension.save(update_fields=["rejected_at", "rejected_by"])
    _record("rejected", extension, by=by)
    return extension


def following_dates(competition, closes_at, *, at):
    """The timetable once bids close at `closes_at`: what comes after keeps its distance.

    Questions go on for as much longer, unless they have closed.
    """
    longer = closes_at - competition.closes_at
    dates = {"closes_at": closes_at}
    if competition.clarifications_close_at and competition.clarifications_close_at > at:
        dates["clarifications_close_at"] = competition.clarifications_close_at + longer
    if competition.opening_due_at:
        dates["opening_due_at"] = competition.opening_due_at + longer
    if competition.award_due_on:
        local = timezone.localdate
        days = (local(closes_at) - local(competition.closes_at)).days
        dates["award_due_on"] = competition.award_due_on + timedelta(days=days)
    return dates


def _tell_colleagues(extension, by):
    """Ask everybody who could be the second officer; after the deadline it is of no use."""
    competition, reference = extension.competition, str(extension.reference)
    context = {"competition": str(competition.reference), "extension": reference}
    outbox.queue_many(
        "extension_proposed",
        [
            {
                "to": officer.email,
                "key": f"extension-proposed:{reference}:{officer.reference}",
                "context": context,
                "expires_at": competition.closes_at,
            }
            for officer in officers_of(competition)
            if officer != by and runs_competition(officer, competition)
        ],
    )


def _refuse_outsider(by, competition):
    # Part of the act itself: a deadline is moved by two officers, never by an administrator.
    if not runs_competition(by, competition):
        raise Refused("not_an_officer", _("Only officers who run the competition move a deadline"))


def _waiting(extension):
    return DeadlineExtension.objects.waiting().filter(pk=extension.pk).first()


def _record(what, extension, *, by):
    trail.record(
        f"competition.extension_{what}",
        extension.competition,
        by=by,
        extension=str(extension.reference),
        closes_at=extension.closes_at.isoformat(),
    )
