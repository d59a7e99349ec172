"""Who may come into a chain by a case: asked when it is raised, and again when it is granted.

Any organisation may, as in a bid. It need not have joined the framework unless the lead relies on
it; but one that the framework shut out does not come back by this door.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import ChangeCase, KeySubcontractor
from contracts.selectors.cases import current_entry
from contracts.states import CaseParty
from framework_portal.refusals import Refused
from suppliers.models import Qualification, Supplier
from suppliers.selectors.inviting import taken_up_by

NAMED = gettext_lazy("This organisation is in the chain already. Ask to change its terms instead")

NOT_QUALIFIED = gettext_lazy(
    "You rely on this subcontractor to meet a condition. Name one who is qualified in each of the "
    "categories"
)


def refuse_unfit(case, at):
    """Refuse the organisation that `case` would bring in, under the lock of its contract."""
    comes_in, contract = case.replacement, case.contract
    if comes_in is None:
        raise Refused("nobody", _("Choose who is to come in"), field="name")
    if comes_in.pk == contract.supplier_id:
        raise Refused("itself", _("Your own organisation cannot be a subcontractor"), field="name")
    others = ChangeCase.objects.waiting().filter(contract=contract, replacement=comes_in)
    if others.exclude(pk=case.pk).exists():
        raise Refused(
            "one_at_a_time",
            _("Bringing this organisation in is being decided already"),
            field="name",
        )
    refuse_standing(case, at)


def refuse_newcomer(*, contract, kind, line, supplier, at):
    """Refuse a choice before terms are written for it; `line` is whose place it would take."""
    case = ChangeCase(contract=contract, kind=kind, subcontractor=line, replacement=supplier)
    refuse_unfit(case, at)
    if line is not None and line.entry.relied_on:
        held, wanted = _held(supplier, at), set(line.entry.categories)
        if not held or wanted and not wanted & held:
            raise Refused("not_qualified", NOT_QUALIFIED, field="name")


def refuse_address(case, email):
    """Refuse an address by what this lead knows of it: whom it asked there, and for what.

    Whose else it is nobody asks here; who may not come in is refused when it takes up the link.
    """
    contract = case.contract
    others = ChangeCase.objects.waiting().filter(contract=contract)
    if others.filter(invitation__email__iexact=email).exists():
        raise Refused(
            "one_at_a_time",
            _("Bringing this organisation in is being decided already"),
            field="email",
        )
    behind = taken_up_by(inviter=contract.supplier, email=email)
    if behind is not None and _is_in_chain(contract, supplier=behind):
        raise Refused("named_already", NAMED, field="email")


def refuse_name(case, name):
    """Refuse the name of somebody who is in the chain."""
    if _is_in_chain(case.contract, name__iexact=name):
        raise Refused("named_already", NAMED, field="name")


def _is_in_chain(contract, **who):
    """Whether such a one has a line that has not ended: it is changed, not added again."""
    named = KeySubcontractor.objects.filter(contract=contract, **who)
    return any(not current_entry(line).is_end for line in named)


def refuse_standing(case, at):
    """Refuse who is in the chain already, or was suspended or removed from the framework."""
    if _is_in_chain(case.contract, supplier=case.replacement):
        raise Refused("named_already", NAMED, field="name")
    if Supplier.objects.shut_out(at=at).filter(pk=case.replacement.pk).exists():
        raise Refused(
            "shut_out",
            _("This organisation is suspended or removed from the framework. Name another"),
            field="name",
        )


def refuse_unqualified(case, lines, at):
    """Whom a condition of participation is met through is qualified (2023 Act s.72).

    In every category that it is relied on for, as in a bid; and in one where none is named.
    """
    wanted = [line for line in lines if line.party == CaseParty.REPLACEMENT and line.relied_on]
    if not wanted or case.replacement is None:
        return  # an invited one has until the decision
    held = _held(case.replacement, at)
    if not held or any(set(line.categories) - held for line in wanted):
        # By the field that mends it: what it is relied on for, or who it is.
        raise Refused("not_qualified", NOT_QUALIFIED, field="categories" if held else "name")


def _held(supplier, at):
    """The categories that it is qualified in."""
    held = Qualification.objects.in_force(at=at).filter(supplier=supplier)
    return set(held.values_list("category__slug", flat=True))
