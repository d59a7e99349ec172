"""A compliance check of this app: are the key subcontractors of a lead still in good standing?"""

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from bids.states import AwardState
from contracts.models import Contract, LedgerEntry
from contracts.querysets import last_day_of
from contracts.states import ContractState
from suppliers.checks import Finding, Verdict, check
from suppliers.models import Qualification, Supplier
from suppliers.states import Outcome, QualificationState

CODE = "subcontractors_standing"
LOST = [QualificationState.SUSPENDED, QualificationState.REMOVED]
# Not before the award is announced: a finding must not tell who is going to win.
ANNOUNCED = [AwardState.ANNOUNCED, AwardState.CONFIRMED]
LIVE = [ContractState.DRAFT, ContractState.SIGNED]
VERDICTS = {
    "none": Verdict(Outcome.PASS, _("No subcontractor of the register is owed work")),
    "standing": Verdict(Outcome.PASS, _("The key subcontractors are in good standing")),
    "lost": Verdict(
        Outcome.REFER,
        _("A key subcontractor of a contract is suspended or was removed"),
        _("Tell the commissioner how the service goes on, or ask for a change of subcontractor"),
    ),
}


def for_all(at):
    """By the ledgers: who was replaced by a granted case counts no more, who came in does."""
    sql = """
        WITH owed AS (
            SELECT DISTINCT c.supplier_id, k.supplier_id AS partner_id
            FROM contracts_contract c
            JOIN bids_award a ON a.id = c.award_id AND a.state = ANY(%(announced)s)
            JOIN contracts_keysubcontractor k ON k.contract_id = c.id
            JOIN contracts_ledgerentry e ON e.subcontractor_id = k.id AND NOT e.is_end
            WHERE c.supplier_id IS NOT NULL AND k.supplier_id IS NOT NULL
              AND c.state = ANY(%(live)s)
              AND coalesce((SELECT m.ends_on FROM contracts_modification m
                            WHERE m.contract_id = c.id AND m.ends_on IS NOT NULL
                            ORDER BY m.number DESC LIMIT 1), c.ends_on, %(today)s) >= %(today)s
              AND NOT EXISTS (
                SELECT 1 FROM contracts_ledgerentry newer
                WHERE newer.subcontractor_id = k.id AND newer.number > e.number
                  AND (newer.in_force_from IS NULL OR newer.in_force_from <= %(today)s))
        ), named AS (
            SELECT owed.supplier_id, array_agg(partner.reference::text
                     ORDER BY partner.reference::text)
                     FILTER (WHERE q.supplier_id IS NOT NULL) AS lost
            FROM owed
            JOIN suppliers_supplier partner ON partner.id = owed.partner_id
            LEFT JOIN (
                SELECT DISTINCT supplier_id FROM suppliers_qualification
                WHERE state = ANY(%(lost)s)
            ) q ON q.supplier_id = partner.id
            GROUP BY owed.supplier_id
        )
        SELECT s.id AS supplier_id,
               CASE WHEN named.supplier_id IS NULL THEN 'none'
                    WHEN cardinality(named.lost) > 0 THEN 'lost' ELSE 'standing' END AS verdict,
               CASE WHEN cardinality(named.lost) > 0
                    THEN jsonb_build_object('subcontractors', to_jsonb(named.lost))
                    ELSE '{}'::jsonb END AS evidence
        FROM suppliers_supplier s
        LEFT JOIN named ON named.supplier_id = s.id
    """
    return sql, {
        "lost": [str(state) for state in LOST],
        "announced": [str(state) for state in ANNOUNCED],
        "live": [str(state) for state in LIVE],
        "today": timezone.localdate(at),
    }


def live_contracts(today):
    """Contracts under which work is owed today, or will be."""
    contracts = Contract.objects.filter(state__in=LIVE, award__state__in=ANNOUNCED)
    return contracts.alias(last_day=last_day_of()).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=today)
    )


@check(
    CODE,
    question=_("Are the key subcontractors in good standing?"),
    verdicts=VERDICTS,
    run_all=for_all,
)
def subcontractors_standing(supplier, *, at):
    today = timezone.localdate(at)
    owed = LedgerEntry.objects.owed_from(today).filter(
        is_end=False,
        subcontractor__contract__in=live_contracts(today).filter(supplier=supplier).values("pk"),
        subcontractor__supplier__isnull=False,
    )
    partners = Supplier.objects.filter(pk__in=owed.values("subcontractor__supplier"))
    if not partners.exists():
        return Finding.of(VERDICTS["none"])
    fallen = Qualification.objects.filter(state__in=LOST).values("supplier")
    lost = partners.filter(pk__in=fallen).values_list("reference", flat=True)
    if references := sorted(str(each) for each in lost):
        return Finding.of(VERDICTS["lost"], subcontractors=references)
    return Finding.of(VERDICTS["standing"])
