"""What `verify_audit` walks besides the chain: evidence of other apps, which register theirs here.

A check is a function that yields the breaks it finds, one sentence each, the first one first. It is
given `Chain`, which knows whether the trail still holds an event.
"""

from framework_portal.audit.chain import GENESIS
from framework_portal.audit.models import AuditEvent, AuditHead
from framework_portal.sealing.broken import ForgedStatement

CHECKS = {}


def evidence(name):
    """Register a check under the `name` that the command prints."""

    def register(check):
        CHECKS[name] = check
        return check

    return register


class Chain:
    """The trail as it is now."""

    def holds(self, anchor):
        """Whether the event that a signed statement names is still there, with the same hash."""
        number, digest = anchor["number"], anchor["hash"]
        if number == 0:
            return digest == GENESIS
        return AuditEvent.objects.filter(seq=number, hash=digest).exists()


def signature_breaks(row, what):
    """Yields the break of a signed row whose text is not what was signed."""
    try:
        row.check_signature()
    except ForgedStatement:
        yield f"{what} is not what was signed"


@evidence("signed heads")
def heads(chain):
    """Every head that was signed: a chain that was written anew as a whole does not have them."""
    for head in AuditHead.objects.order_by("day").iterator():
        what = f"The signed head of {head.day}"
        yield from signature_breaks(head, what)
        said = head.statement
        if (said["number"], said["hash"], said["day"]) != (head.seq, head.hash, str(head.day)):
            yield f"{what} does not hold what it says"
        if not chain.holds(said):
            yield f"{what} names event {said['number']}, which the chain does not contain"
