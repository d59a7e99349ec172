"""Taking up a contract to change it: the row is locked, and read anew."""

from contracts.models import Contract
from framework_portal.refusals import Refused


def locked(contract):
    """The contract as it is now, held until the transaction ends. Everything of it waits here."""
    rows = Contract.objects.select_for_update(of=("self",))
    rows = rows.select_related("award", "lot__competition", "supplier", "commissioner")
    return rows.get(pk=contract.pk)


def words(text, *, field, message):
    """What was typed, in order; refused where it is empty."""
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("empty", message, field=field)
    return text
