"""What is said in confidence: the only writers of reports, their messages and their closing.

None of these writes to the audit trail or to a log, where an event would tell that there is a
report: `contracts.actions.anchoring` keeps what they write from being changed.
"""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from contracts.confidence import concealed_words
from contracts.models import ConfidentialMessage, ConfidentialReading, ConfidentialReport
from framework_portal.notifications import outbox
from framework_portal.notifications.models import CONFIDENTIAL
from framework_portal.reference.calendar import after, period
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from framework_portal.refusals import Refused
from suppliers.models import Membership

# A page looked at again within this is the same reading.
ONE_READING = timedelta(minutes=10)


@transaction.atomic
def report_in_confidence(*, kind, words, only_author, by, at, subcontractor=None, consent=None):
    """Tell the integrity officer of the commissioner; nobody else learns that it was done.

    About the line a subcontractor is named in, or a bid that was opened and names it.
    """
    parties = _of_line(subcontractor) if subcontractor else _of_bid(consent)
    if parties["lead_id"] == parties["supplier_id"]:
        raise Refused("own", _("Your organisation leads this contract itself"))
    report = ConfidentialReport.objects.create(
        subcontractor=subcontractor,
        consent=None if subcontractor else consent,
        **parties,
        kind=kind,
        only_author=only_author,
        made_at=at,
        made_by=by,
        answer_due=after(at, period("confidential-answer")),
    )
    _say(report, words, by, from_officer=False)
    return report


def _of_line(line):
    contract = line.contract
    if contract.supplier_id is None or line.supplier_id is None:
        raise Refused("history", _("This is a contract of the public record, with nobody to ask"))
    return {
        "commissioner_id": contract.commissioner_id,
        "supplier_id": line.supplier_id,
        "lead_id": contract.supplier_id,
        "lot_id": contract.lot_id,
    }


def _of_bid(consent):
    bid = consent.bid
    if bid.opened_id is None or consent.supplier_id is None:
        raise Refused("not_opened", _("You can write about a bid when it has been opened"))
    return {
        "commissioner_id": bid.lot.competition.commissioner_id,
        "supplier_id": consent.supplier_id,
        "lead_id": bid.supplier_id,
        "lot_id": bid.lot_id,
    }


@transaction.atomic
def add_words(*, report, words, by):
    """More, from the subcontractor's side."""
    report = _open(report)
    return _say(report, words, by, from_officer=False)


@transaction.atomic
def answer_report(*, report, words, by, at):
    """The officer's words to the subcontractor; the first ones are the answer that was due."""
    report = _open(report)
    message = _say(report, words, by, from_officer=True)
    if report.answered_at is None:
        report.answered_at = at
        report.save(update_fields=["answered_at"])
    return message


@transaction.atomic
def close_report(*, report, outcome, words, by, at):
    """The officer's last words, and how it ended. Whoever reports again writes a new one."""
    report = _open(report)
    _say(report, words, by, from_officer=True)
    report.answered_at = report.answered_at or at
    report.closed_at, report.closed_by, report.outcome = at, by, outcome
    report.save(update_fields=["answered_at", "closed_at", "closed_by", "outcome"])
    return report


@transaction.atomic
def note_reading(*, report, by, at):
    """Keep that the officer `by` has read `report`: once, however often a page is loaded anew."""
    report = ConfidentialReport.objects.select_for_update().get(pk=report.pk)
    lately = report.readings.filter(officer=by, read_at__gt=at - ONE_READING)
    if not lately.exists():
        ConfidentialReading.objects.create(report=report, officer=by, read_at=at)


def listeners(commissioner_id, lead_id):
    """The integrity officers of a body, but for those who belong to the lead."""
    leads = Membership.objects.filter(supplier=lead_id).order_by().values("user")
    officers = Officer.objects.filter(
        commissioner=commissioner_id, role=OfficerRole.INTEGRITY, user__is_active=True
    ).exclude(user__in=leads)
    return [officer.user for officer in officers.select_related("user")]


def _open(report):
    report = ConfidentialReport.objects.select_for_update().get(pk=report.pk)
    if report.is_closed:
        raise Refused("closed", _("This note is closed. Write a new one"))
    return report


def _say(report, words, by, *, from_officer):
    message = ConfidentialMessage(report=report, from_officer=from_officer, made_by=by)
    message.words = concealed_words(message, words)
    message.save(force_insert=True)
    if from_officer:
        _tell_the_writer(report, message)
    else:
        outbox.queue_many("confidential_waiting", _letters(report, message))
    return message


def _tell_the_writer(report, message):
    """To the person and not to the organisation, and nothing where they left it."""
    person, stays = report.made_by, Membership.objects.filter(supplier=report.supplier_id)
    if person.is_active and stays.filter(user=person).exists():
        outbox.queue("account_something_new", to=person.email, key=_key(message, person))


def _letters(report, message):
    people = listeners(report.commissioner_id, report.lead_id)
    return [{"to": person.email, "key": _key(message, person)} for person in people]


def _key(message, person):
    return f"{CONFIDENTIAL}{message.reference}:{person.reference}"
