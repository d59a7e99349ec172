"""Who is told of a quarter's lines and of a year's report. Messages hold references alone."""

from bids.actions.reminders import book
from bids.selectors.following import WRITERS
from contracts.models import Contract
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from suppliers.models import Membership


def ask_subcontractors(versions):
    """Each subcontractor that is asked: once for each version of its line."""
    asked = {
        version.line.subcontractor.supplier_id: version
        for version in versions
        if version.answer_due_on is not None
    }
    rows = [
        {
            "key": f"line-asked:{asked[supplier].reference}:{person}",
            "to": address,
            "context": {"line": str(asked[supplier].line.reference)},
        }
        for supplier, person, address in writers(asked)
    ]
    book("line_asked", rows)


def tell_disputed(line):
    """The lead: it can correct the line."""
    context = {"quarter": str(line.quarter.reference)}
    _tell(
        "line_disputed",
        f"line-disputed:{line.reference}:{line.number}",
        line.quarter.contract.supplier_id,
        context,
    )


def tell_settled(line):
    """The lead and the subcontractor."""
    key = f"line-settled:{line.reference}:{line.number}"
    quarter, own = str(line.quarter.reference), str(line.reference)
    _tell("line_settled", key, line.quarter.contract.supplier_id, {"quarter": quarter})
    _tell("line_settled", f"{key}:own", line.subcontractor.supplier_id, {"line": own})


def tell_reopened(report):
    """The lead: what it signed is to be signed anew."""
    _tell_lead("chain_report_reopened", report)


def tell_decided(report):
    """The lead, of an acceptance or a return."""
    _tell_lead("chain_report_decided", report)


def tell_signed(report):
    """The officers who decide."""
    rows = [
        {
            "key": f"chain-report-signed:{report.signing_id}:{user.pk}",
            "to": user.email,
            "context": {"report": str(report.reference)},
        }
        for _contract, user in officers_of([report.contract])
    ]
    book("chain_report_signed", rows)


def writers(suppliers):
    """(supplier, person, address) of the active owners and editors of some suppliers."""
    members = Membership.objects.filter(
        supplier__in=list(suppliers), role__in=WRITERS, user__is_active=True
    )
    return members.order_by("pk").values_list("supplier", "user", "user__email")


def officers_of(contracts):
    """(contract, user): the officers who run each of these contracts, and are not of its lead."""
    bodies = {contract.commissioner_id for contract in contracts}
    officers = Officer.objects.filter(
        commissioner__in=bodies, role=OfficerRole.COMMISSIONER, user__is_active=True
    ).select_related("user")
    pks = {contract.pk: contract for contract in contracts}
    for user in sorted({officer.user for officer in officers}, key=lambda user: user.pk):
        run = Contract.objects.run_by(user).filter(pk__in=pks)
        run = run.exclude(supplier__memberships__user=user)
        for pk in run.values_list("pk", flat=True):
            yield pks[pk], user


def _tell_lead(kind, report):
    context = {"report": str(report.reference), "state": report.state}
    key = f"{kind}:{report.signing_id}"
    _tell(kind, key, report.contract.supplier_id, context)


def _tell(kind, key, supplier, context):
    rows = [
        {"key": f"{key}:{person}", "to": address, "context": context}
        for _supplier, person, address in writers([supplier])
    ]
    book(kind, rows)
