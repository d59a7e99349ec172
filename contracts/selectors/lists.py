"""The commissioner's contracts, narrowed as the list's filters say."""

from django.db.models import Q

from contracts.selectors.due import DUE
from contracts.selectors.standing import with_current_terms
from contracts.states import ContractState
from suppliers.selectors.holdings import LotArea

STATES = {
    "draft": lambda today: Q(state=ContractState.DRAFT),
    "running": lambda today: Q(state=ContractState.SIGNED, now_ends_on__gte=today),
    "over": lambda today: (
        Q(state=ContractState.TERMINATED, signed_on__isnull=False)
        | Q(state=ContractState.SIGNED, now_ends_on__lt=today)
    ),
    "refused": lambda today: Q(state=ContractState.TERMINATED, signed_on__isnull=True),
}


def narrowed(contracts, chosen, *, places, today):
    """Those of `contracts` that the filters `chosen` leave, with their current terms."""
    found = with_current_terms(contracts)
    if state := STATES.get(chosen.get("state")):
        found = found.filter(state(today))
    for word in chosen.get("lead", "").split():
        found = found.filter(lead_name__icontains=word)
    for level in ("region", "police_area"):
        if area := places.find(level, chosen.get(level)):
            inside = LotArea.objects.filter(area__in=places.within(area.pk))
            found = found.filter(lot__in=inside.values("lot"))
    if due := DUE.get(chosen.get("due")):
        found = found.filter(pk__in=due(contracts, today).values("pk"))
    return found


def counted(contracts, *, today):
    """How many there are of each thing to do."""
    return {name: due(contracts, today).count() for name, due in DUE.items()}
