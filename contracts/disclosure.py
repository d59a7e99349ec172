"""Which sums may be published: over five organisations or more, none of which stands out.

Who stands out is told by the p% rule of official statistics (Handbook on Statistical Disclosure
Control, second edition, Eurostat's centre of excellence, 2024, section 4.2, which prefers it to the
(n,k) rule of dominance). The second largest knows its own amount, takes it from the sum, and has an
upper estimate of the largest. That must lie above the largest by `CLOSE` of it at least. Where the
sum takes in several leads' reports, the same must hold whichever lead is left out: a lead knows its
own figures, and could take them away.

What is guarded is what is not public of one organisation (`Amounts`). Its share of the promise is
public. Organisations are counted by what was promised or passed to them, nothing being a figure
too: a chain to which no money flowed is not hidden, and where all have nothing nobody stands out.

The rule is subadditive: what holds of two sums holds of both together, also where an organisation
is in both. `FEWEST` and `CLOSE` are constants, and no rows that somebody may edit: with other
values `contracts.blocks` would form blocks anew that are already published. The handbook asks to
keep p to oneself, so no page says it.
"""

from collections import Counter
from decimal import Decimal
from heapq import nlargest
from itertools import chain, islice
from typing import NamedTuple

FEWEST = 5
CLOSE = Decimal("0.1")  # p, as a part of one
NOTHING = Decimal(0)


class Amounts(NamedTuple):
    """What is told of one organisation, and not public of it alone."""

    paid: Decimal = NOTHING
    promised_volume: int = 0
    referrals: int = 0
    payments: int = 0


def added(held):
    """The sum of several `Amounts`."""
    paid, volume, referrals, payments = NOTHING, 0, 0, 0
    for own in held:
        paid += own.paid
        volume += own.promised_volume
        referrals += own.referrals
        payments += own.payments
    return Amounts(paid, volume, referrals, payments)


def together(held):
    """{organisation: amounts} of several such; an organisation that is in many is one."""
    found = {}
    for amounts in held:
        for who, own in amounts.items():
            found[who] = added([found[who], own]) if who in found else own
    return found


def may_be_told(by_lead):
    """Whether the sum over {lead: {organisation: amounts}} may be published."""
    return are_many(by_lead) and standing_out(by_lead) is None


def are_many(by_lead):
    """Whether these are five organisations; and of several leads, whichever lead is left out."""
    leads = Counter(who for held in by_lead.values() for who in held)
    alone = [sum(leads[who] == 1 for who in held) for held in by_lead.values()]
    return len(leads) - (max(alone) if len(alone) > 1 else 0) >= FEWEST


def standing_out(by_lead):
    """(organisation, place in `Amounts`) of an amount that could be estimated closely, or None.

    Takes sums of which `are_many` holds: there are two organisations whichever lead is left out.
    """
    whole = together(by_lead.values())
    taken = [{}, *(by_lead.values() if len(by_lead) > 1 else ())]
    for place in range(len(Amounts())):
        amounts = {who: own[place] for who, own in whole.items()}
        total = sum(amounts.values())
        if not total:
            continue
        ranked = sorted(amounts, key=amounts.get, reverse=True)
        for held in taken:
            own = {who: given[place] for who, given in held.items()}
            who = _estimated(amounts, total, ranked, own)
            if who is not None:
                return who, place
    return None


def _estimated(amounts, total, ranked, own):
    """Whoever stands out in `amounts` less `own`; `ranked` says whose amount is the largest."""
    # Whoever is not in `own` has all of its amount left: the first two of those are enough.
    others = islice((who for who in ranked if who not in own), 2)
    left = {who: amounts[who] - own.get(who, 0) for who in chain(own, others)}
    first, second = nlargest(2, left, key=left.get) if own else left
    rest = total - sum(own.values()) - left[first] - left[second]
    return first if rest < left[first] * CLOSE else None
