"""The terms that a requested change proposes, line by line."""

from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.models import ProposedLine
from contracts.selectors.cases import TERMS, current_entry, share_left
from contracts.states import BRINGS_IN, ENDS, CaseKind, CaseParty
from framework_portal.refusals import Refused

CENT = Decimal("0.01")
# What a lead may write of somebody's terms; the rest follows from it or from the ledger.
WRITTEN = ["role", "categories", "areas", "share_percent", "volume_per_quarter", "payment_days"]


def proposed_lines(case, terms, *, name=""):
    """The lines that `case` proposes, unsaved; `terms` are what the lead wrote.

    `name` is what the lead calls an organisation that is invited.
    """
    lines, held = [], None
    if case.subcontractor is not None:
        held = current_entry(case.subcontractor)
        ends = case.kind in ENDS
        proposed = _nothing(held) if ends else _changed(case, held, terms)
        lines.append(
            ProposedLine(
                case=case, party=CaseParty.AFFECTED, name=case.subcontractor.name, **proposed
            )
        )
    if case.kind in BRINGS_IN:
        proposed = _of_newcomer(case, held, terms)
        called = case.replacement.name if case.replacement else name
        lines.append(ProposedLine(case=case, party=CaseParty.REPLACEMENT, name=called, **proposed))
    refuse_share(case, lines, on=case.effective_on)
    return lines


def refuse_share(case, lines, *, on):
    """From the day `on`, all shares of the chain together never come to more than the price."""
    asked = sum((line.share_percent or 0 for line in lines), Decimal(0))
    left = share_left(case.contract, on=on, but=case.subcontractor)
    if asked > left:
        raise Refused(
            "share",
            _(
                "The shares of all subcontractors come to more than 100%%. "
                "At most %(left)s%% is left"
            )
            % {"left": f"{left:f}".rstrip("0").rstrip(".") or "0"},
            field="share_percent",
        )


def _nothing(held):
    """The end: what was owed is owed no more."""
    return {name: getattr(held, name) for name in TERMS} | {
        "share_percent": Decimal(0),
        "share_pounds": Decimal(0),
        "volume_per_quarter": 0,
        "relied_on": False,
        "is_end": True,
    }


def _changed(case, held, terms):
    before = {name: getattr(held, name) for name in TERMS}
    after = before | {name: terms[name] for name in WRITTEN if name in terms}
    if after["share_percent"] != before["share_percent"]:
        after["share_pounds"] = _pounds(case, after["share_percent"], held)
    if case.kind == CaseKind.REDUCE:
        _refuse_more(before, after)
    elif all(before[name] == after[name] for name in TERMS):
        raise Refused("nothing", _("Change at least one of the terms"))
    return after


def _of_newcomer(case, held, terms):
    """What is not written is as it was of the one before it, or as it is of the lot."""
    return {name: terms.get(name) for name in ("share_percent", "volume_per_quarter")} | {
        "role": terms["role"],
        "categories": terms.get("categories", held.categories if held else _categories(case)),
        "areas": terms.get("areas", held.areas if held else _areas(case)),
        "payment_days": terms.get("payment_days"),
        "share_pounds": _pounds(case, terms.get("share_percent"), held),
        "starts_on": case.effective_on,
        # Who takes the place of somebody that a condition was met through has to meet it too.
        "relied_on": bool(held and held.relied_on),
    }


def _categories(case):
    return list(case.contract.lot.categories.order_by("number").values_list("slug", flat=True))


def _areas(case):
    return [area.key for area in case.contract.lot.areas.select_related("level")]


def _pounds(case, percent, held):
    """As the ledger has it: of the price that the shares of this line were said of."""
    if percent is None:
        return None
    if held and held.share_percent and held.share_pounds is not None:
        return (held.share_pounds * percent / held.share_percent).quantize(CENT)
    value = case.contract.value
    return None if value is None else (value * percent / 100).quantize(CENT)


def _refuse_more(before, after):
    """A reduction is less of something and more of nothing; else it is a change of terms."""
    kept = all(before[name] == after[name] for name in ("role", "payment_days"))
    figures = [(before[name], after[name]) for name in ("share_percent", "volume_per_quarter")]
    lists = [(set(before[name]), set(after[name])) for name in ("categories", "areas")]
    no_more = all(new == old or None not in (old, new) and new <= old for old, new in figures)
    no_more = no_more and all(new <= old for old, new in lists)
    if not kept or not no_more:
        raise Refused(
            "more",
            _(
                "A reduction can only make the share, the volume, the categories or the areas "
                "less. Ask for another change of terms instead"
            ),
        )
    if all(old == new for old, new in [*figures, *lists]):
        raise Refused("nothing", _("Make at least one of the terms less"))
