"""What is to do about contracts: for leads and subcontractors on their dashboard, and counted."""

from datetime import datetime, time, timedelta

from django.db.models import BigIntegerField, Exists, F, Func, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.selectors.deadlines import Deadline, source
from contracts.models import Contract, KeySubcontractor, LedgerEntry
from contracts.selectors.ending import over
from contracts.selectors.standing import subcontracts, with_current_terms
from contracts.states import ContractState
from framework_portal.navigation import address
from framework_portal.reference.models import Period

LIVE = [ContractState.DRAFT, ContractState.SIGNED]
# Contracts whose end is in view: time to take an option or to buy anew.
ENDS_WITHIN_DAYS = 90


@source
def of_subcontracts(user, at):
    """Subcontracts that the lead has not said it signed, and those of which one says nothing."""
    live = KeySubcontractor.objects.filter(contract__state__in=LIVE, contract__is_history=False)
    led = Contract.objects.led_by(user).values("pk")
    for each in _open(live.filter(contract__in=led)):
        if each.is_relied_on and (each.by_lead is None or each.by_lead.signed_on is None):
            url = address("supplier:contract_subcontracts", reference=each.row.contract.reference)
            yield _due(each.due_on, _("Sign your subcontract"), each.row.name, url)
    for each in _open(live.of(user)):
        if each.by_itself is None:
            url = address("supplier:subcontract", reference=each.row.reference)
            about = each.row.contract.lead_name
            yield _due(each.due_on, _("Say whether you have a subcontract"), about, url)


def _open(rows):
    return [each for each in subcontracts(rows) if not each.is_ended]


def _due(on, what, about, url):
    """Without an instant where no date was set."""
    ends_at = on and timezone.make_aware(datetime.combine(on, time(23, 59, 59)))
    return Deadline(ends_at, what, about, url, has_clock=False)


# --- For the commissioner: each a condition on contracts, counted and listed by the same name ---


def to_sign(contracts, today):
    """Unsigned, and their standstill is over."""
    standstill = Period.objects.filter(slug="standstill").values_list("working_days", flat=True)
    passed = Func(
        F("award__announced_on"),
        today - timedelta(days=1),
        function="contracts_working_days",
        output_field=BigIntegerField(),
    )
    drafts = contracts.filter(state=ContractState.DRAFT)
    return drafts.annotate(passed=passed).filter(passed__gte=standstill.first() or 0)


def to_decide(contracts, today):
    """A subcontractor relied on has not signed by its day, and nothing is decided."""
    relied = LedgerEntry.objects.filter(subcontractor__contract=OuterRef("pk"), relied_on=True)
    unsettled = Func(
        F("pk"), today, function="contracts_chain_unsettled", output_field=BigIntegerField()
    )
    live = contracts.filter(Exists(relied), state__in=LIVE)
    return live.annotate(unsettled=unsettled).filter(unsettled__gt=0)


def to_notice(contracts, today):
    """Over, and the termination notice is not recorded."""
    return over(contracts, today).filter(termination_notice=None)


def to_end(contracts, today):
    """In force, with an end in view."""
    last = today + timedelta(days=ENDS_WITHIN_DAYS)
    return with_current_terms(contracts).filter(
        state=ContractState.SIGNED, now_ends_on__gte=today, now_ends_on__lte=last
    )


DUE = {"sign": to_sign, "decide": to_decide, "notice": to_notice, "ending": to_end}
