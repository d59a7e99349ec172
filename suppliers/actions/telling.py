"""Whom an organisation's news goes to: its contact and its owners."""

from framework_portal import background
from framework_portal.notifications import outbox
from suppliers.states import MemberRole


def tell(supplier, kind, *, key, **context):
    """Queue `kind` to the contact and the owners of `supplier`, each address once."""
    context = {"supplier": str(supplier.reference), **context}
    outbox.queue_many(
        kind,
        [
            {"to": address, "key": f"{key}:{number}", "context": context}
            for number, address in enumerate(addresses(supplier))
        ],
    )


def addresses(supplier):
    """The contact's address first, then the owners' in the order they joined."""
    owners = supplier.memberships.filter(role=MemberRole.OWNER, user__is_active=True)
    found = [supplier.contact_email, *owners.order_by("pk").values_list("user__email", flat=True)]
    return list({address.lower(): address for address in found}.values())


def check_soon(supplier):
    """Have the compliance checks of `supplier` run once this transaction commits."""
    background.soon("suppliers.tasks.check_supplier", supplier.pk)
