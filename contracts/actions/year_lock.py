"""What every action on a year's figures begins with: one lock, and whether the year still moves.

The report of the year is the row that all of them lock, first: a line, an answer, a settlement and
a signature of the same year come one after the other, so that what is signed is what is so.
"""

from django.utils.translation import gettext as _

from contracts.models import SupplyChainReport
from contracts.states import ReportState
from framework_portal.refusals import Refused


def lock_year(quarter):
    """The report of the year that `quarter` belongs to, locked."""
    return SupplyChainReport.objects.select_for_update(of=("self",)).get(
        contract=quarter.contract_id, year=quarter.year
    )


def refuse_unless_open(report, *, to_lead=False):
    """The year's figures still move: for the lead until it signs, for others until acceptance."""
    if report.state == ReportState.ACCEPTED:
        raise Refused(
            "reported",
            _("The report of this year is accepted and published. Its figures do not change now"),
        )
    if to_lead and report.state == ReportState.SIGNED:
        raise Refused(
            "signed",
            _(
                "Your organisation has signed the report of this year. Ask the commissioner to "
                "return it before you change a figure"
            ),
        )
