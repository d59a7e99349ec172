"""The contract or the line an address names, for the person asking; another's is a 404."""

from django.shortcuts import get_object_or_404

from contracts.models import Contract, KeySubcontractor


def led_contract(user, reference):
    """A contract that an organisation of `user` leads."""
    return get_object_or_404(Contract.objects.led_by(user).for_list(), reference=reference)


def run_contract(user, reference):
    """A contract that `user` runs for the commissioner."""
    return get_object_or_404(Contract.objects.run_by(user).for_list(), reference=reference)


def own_line(user, reference):
    """The line of an organisation of `user` as a subcontractor; of the contract only its frame."""
    lines = KeySubcontractor.objects.of(user).select_related(
        "supplier",
        "contract__lot__competition",
        "contract__commissioner",
        "contract__supplier",
    )
    return get_object_or_404(lines, reference=reference)
