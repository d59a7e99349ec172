"""A compliance check of this app: are the subcontractors named in awards still in good standing?"""

from django.db.models import Q
from django.utils.translation import gettext_noop as _

from bids.models import NamedSubcontractor
from bids.states import AwardState
from suppliers.checks import Finding, Verdict, check
from suppliers.states import Outcome, QualificationState

LOST = [QualificationState.SUSPENDED, QualificationState.REMOVED]
# Not before the award is announced: a finding must not tell who is going to win.
LIVE = [AwardState.ANNOUNCED, AwardState.CONFIRMED]
VERDICTS = {
    "none": Verdict(Outcome.PASS, _("No subcontractor of the register is named in an award")),
    "standing": Verdict(Outcome.PASS, _("The named subcontractors are in good standing")),
    "lost": Verdict(
        Outcome.REFER,
        _("A subcontractor named in an award is suspended or was removed"),
        _("Tell the commissioner how the service goes on, or who takes the place"),
    ),
}


def for_all(at):
    """By the bids that won: bids that are not opened are sealed, for this check too."""
    sql = """
        SELECT s.id AS supplier_id,
               CASE WHEN named.supplier_id IS NULL THEN 'none'
                    WHEN cardinality(named.lost) > 0 THEN 'lost' ELSE 'standing' END AS verdict,
               CASE WHEN cardinality(named.lost) > 0
                    THEN jsonb_build_object('subcontractors', to_jsonb(named.lost))
                    ELSE '{}'::jsonb END AS evidence
        FROM suppliers_supplier s
        LEFT JOIN (
            SELECT b.supplier_id, array_agg(DISTINCT partner.reference::text
                     ORDER BY partner.reference::text)
                     FILTER (WHERE q.supplier_id IS NOT NULL) AS lost
            FROM bids_award a
            JOIN bids_bid b ON b.id = a.bid_id
            JOIN bids_namedsubcontractor n ON n.award_id = a.id
            JOIN suppliers_supplier partner ON partner.id = n.supplier_id
            LEFT JOIN (
                SELECT DISTINCT supplier_id FROM suppliers_qualification
                WHERE state = ANY(%(lost)s)
            ) q ON q.supplier_id = partner.id
            WHERE a.state = ANY(%(live)s)
            GROUP BY b.supplier_id
        ) named ON named.supplier_id = s.id
    """
    return sql, {"lost": [str(state) for state in LOST], "live": [str(state) for state in LIVE]}


@check(
    "subcontractors_standing",
    question=_("Are the subcontractors named in awards in good standing?"),
    verdicts=VERDICTS,
    run_all=for_all,
)
def subcontractors_standing(supplier, *, at):
    named = NamedSubcontractor.objects.filter(
        award__bid__supplier=supplier, award__state__in=LIVE, supplier__isnull=False
    )
    if not named.exists():
        return Finding.of(VERDICTS["none"])
    lost = named.filter(Q(supplier__qualifications__state__in=LOST))
    references = sorted({str(each) for each in lost.values_list("supplier__reference", flat=True)})
    if references:
        return Finding.of(VERDICTS["lost"], subcontractors=references)
    return Finding.of(VERDICTS["standing"])
