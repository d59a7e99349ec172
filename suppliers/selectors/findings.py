"""What the compliance checks saw, in words: for the supplier itself, and for assessors."""

from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from framework_portal import wording
from framework_portal.navigation import address
from suppliers.models import Application, Qualification, Supplier

GAPS = {
    "address": gettext_lazy("Address"),
    "contact_name": gettext_lazy("Contact’s name"),
    "contact_email": gettext_lazy("Contact’s email address"),
}


def with_seen(findings, *, is_assessor=False):
    """The findings as a list, each with `seen`: pairs of a label and its (words, address) parts.

    In one query at most, whatever they name. Who else gave a register number is for assessors
    only, and so is the way to another organisation's page.
    """
    findings = list(findings)
    named = {
        reference
        for finding in findings
        for key in ("subcontractors", "others")
        for reference in finding.evidence.get(key, [])
    }
    organisations = _organisations(named) if named else {}
    for finding in findings:
        finding.seen = list(_seen(finding.evidence, organisations, is_assessor))
    return findings


def _seen(evidence, organisations, is_assessor):
    if "ended" in evidence:
        yield _("Ran out on"), [(wording.day(date.fromisoformat(evidence["ended"])), "")]
    if "missing" in evidence:
        yield _("Missing"), [(GAPS.get(name, name), "") for name in evidence["missing"]]
    if "numbers" in evidence:
        yield _("Register numbers concerned"), [(evidence["numbers"], "")]
    if "subcontractors" in evidence:
        yield _("Subcontractors"), _named(evidence["subcontractors"], organisations, is_assessor)
    if "others" in evidence and is_assessor:
        yield _("Also given by"), _named(evidence["others"], organisations, is_assessor)


def _named(references, organisations, is_assessor):
    found = [organisations[each] for each in references if each in organisations]
    return [(name, page if is_assessor else "") for name, page in found]


def _organisations(references):
    """{reference: (name, the assessor's page of it, where there is one)}."""
    applied = Application.objects.submitted().filter(supplier=OuterRef("pk"))
    stands = Qualification.objects.filter(supplier=OuterRef("pk"))
    found = Supplier.objects.filter(reference__in=references).annotate(
        has_page=Exists(applied) | Exists(stands)
    )
    return {
        str(each.reference): (
            each.name,
            address("assessor:supplier_detail", reference=each.reference) if each.has_page else "",
        )
        for each in found
    }
