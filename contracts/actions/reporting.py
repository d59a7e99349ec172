"""The yearly report: the lead writes and signs, the commissioner accepts or returns."""

import hashlib

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.actions import chain_telling
from contracts.models import (
    LineVersion,
    QuarterReturn,
    ReportDecision,
    ReportRow,
    ReportSigning,
    SupplyChainReport,
)
from contracts.selectors.annual import disputed_lines, year_of_report
from contracts.states import REPORT, UNSIGNED, LineState, ReportState
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.canonical import canonical
from framework_portal.wording import day

LONGEST_WORDS = 20_000
ROW_FIELDS = [
    field.name for field in ReportRow._meta.concrete_fields if field.name not in ("id", "signing")
]


@transaction.atomic
def write_report(*, report, words, number, by, at):
    """Keep the lead's words. `number` is that of the words the page showed."""
    report, words = _locked(report), _plain(words)
    if report.words == words:
        return report
    REPORT.target("write", report.state)
    if number != report.words_number:
        raise Refused(
            "stale",
            _(
                "A colleague saved other words while you were writing, so yours were not saved. "
                "They are still here. Read your colleague’s, then save again"
            ),
        )
    report.words, report.words_number = words, report.words_number + 1
    report.save(update_fields=["words", "words_number"])
    return report


@trail.keeps_refusals("chain_report.signing_refused", of="report")
@transaction.atomic
def sign_report(*, report, seen, by, at):
    """Freeze the year's figures and words. `seen` is the digest of the page that was signed."""
    report = _locked(report)
    if (
        report.state == ReportState.SIGNED
        and report.signed_by_id == by.pk
        and (seen == report.signing.digest)
    ):
        return report  # pressed twice
    reached = REPORT.target("sign", report.state)
    _refuse_unready(report, at)
    year = year_of_report(report)
    digest = _digest(year, report.words)
    if seen != digest:
        raise Refused(
            "changed",
            _("Figures or words have changed since you opened the page. Read them, then sign"),
        )
    signing = ReportSigning.objects.create(
        report=report,
        number=report.signings.count() + 1,
        words=report.words,
        digest=digest,
        income_pounds=year.income_pounds,
        voluntary_pounds=year.voluntary_pounds,
        small_pounds=year.small_pounds,
        signed_at=at,
        signed_by=by,
        **year.totals,
        **year.apart_fields,
    )
    ReportRow.objects.bulk_create(
        ReportRow(signing=signing, **{name: getattr(row, name) for name in ROW_FIELDS})
        for row in year.rows
    )
    report.state, report.signing = reached, signing
    report.signed_at, report.signed_by = at, by
    report.save(update_fields=["state", "signing", "signed_at", "signed_by"])
    trail.record("chain_report.signed", report, by=by, digest=digest)
    chain_telling.tell_signed(report)
    return report


@trail.keeps_refusals("chain_report.decision_refused", of="report")
@transaction.atomic
def accept_report(*, report, signing, by, at, reasons=""):
    """Take the report as signed; it is published by that. `signing` is the one that was read."""
    return _decide(report, signing, by, at, "accept", reasons)


@trail.keeps_refusals("chain_report.decision_refused", of="report")
@transaction.atomic
def return_report(*, report, signing, reasons, by, at):
    """Give it back to the lead, with reasons."""
    return _decide(report, signing, by, at, "return_to_lead", reasons)


def seen_digest(year, words):
    """What a page that shows these figures and words is signed by."""
    return _digest(year, words)


def _decide(report, signing, by, at, move, reasons):
    report, reasons = _locked(report), _plain(reasons)
    decided = getattr(report.signing, "decision", None) if report.signing_id else None
    if decided is not None and report.signing_id == signing:
        said = (decided.decided_by_id, decided.accepted, decided.reasons)
        if said == (by.pk, move == "accept", reasons):
            return report  # pressed twice
    reached = REPORT.target(move, report.state)
    if report.signing_id != signing:
        raise Refused(
            "stale", _("The lead has signed the report anew in the meantime. Read it as it is now")
        )
    if move == "accept" and disputed_lines(report).exists():
        raise Refused(
            "disputed",
            _("A line of the year is disputed. Settle it, or return the report to the lead"),
        )
    if move != "accept" and not reasons:
        raise Refused("no_reasons", _("Say what is to be put right"), field="reasons")
    ReportDecision.objects.create(
        signing=report.signing,
        accepted=move == "accept",
        reasons=reasons,
        decided_at=at,
        decided_by=by,
    )
    report.state, report.decided_at, report.decided_by = reached, at, by
    report.reasons = reasons
    report.save(update_fields=["state", "decided_at", "decided_by", "reasons"])
    trail.record(f"chain_report.{report.state}", report, by=by, signing=report.signing.number)
    chain_telling.tell_decided(report)
    return report


def _locked(report):
    locked = SupplyChainReport.objects.select_for_update(of=("self",))
    return locked.select_related("contract", "signing").get(pk=report.pk)


def unready(report, *, at):
    """What is still to come before the report can be signed, in words; empty when nothing is."""
    if report.state not in UNSIGNED:
        return []
    today = timezone.localdate(at)
    if today <= report.ends_on:
        return [_("The year ends on %(day)s") % {"day": day(report.ends_on)}]
    words = []
    quarters = QuarterReturn.objects.filter(contract=report.contract_id, year=report.year)
    unsent = quarters.owed().filter(sent_at__isnull=True).count()
    if unsent:
        words.append(
            ngettext(
                "%(n)d quarter of the year is not sent",
                "%(n)d quarters of the year are not sent",
                unsent,
            )
            % {"n": unsent}
        )
    waiting = LineVersion.objects.filter(
        line__quarter__in=quarters, line__state=LineState.ASKED, answer__isnull=True
    ).filter(answer_due_on__gte=today)
    dates = list(waiting.order_by("-answer_due_on").values_list("answer_due_on", flat=True))
    if dates:
        words.append(
            ngettext(
                "%(n)d line can still be answered by its subcontractor, until %(day)s",
                "%(n)d lines can still be answered by their subcontractors, until %(day)s",
                len(dates),
            )
            % {"n": len(dates), "day": day(dates[0])}
        )
    if not report.words:
        words.append(_("The lead’s own words are missing"))
    return words


def _refuse_unready(report, at):
    words = unready(report, at=at)
    if words:
        raise Refused("not_ready", _("Not yet: %(what)s") % {"what": "; ".join(words)})


def _digest(year, words):
    signed = {"figures": year.values(), "words": words}
    return hashlib.sha256(canonical(signed)).hexdigest()


def _plain(words):
    return words.replace("\r\n", "\n").strip()
