"""What is noticed of a supply chain: raised once for each fact, and settled in words.

Nothing confidential goes here: what subcontractors report in confidence has findings of its own.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import ChainFinding
from contracts.states import FindingKind, Signer
from framework_portal import wording
from framework_portal.audit import trail
from framework_portal.refusals import Refused

SIGNED = {
    Signer.SUBCONTRACTOR: gettext_lazy("The subcontractor says that it signed on %(on)s"),
    Signer.LEAD: gettext_lazy("The lead says that the subcontract was signed on %(on)s"),
}


@transaction.atomic
def raise_finding(kind, contract, *, key, at, subcontractor=None, **facts):
    """Note `kind` of `contract`; answers the finding, and whether it is new.

    `key` names the fact: the second to notice it changes nothing, settled or not. `facts` are
    references, names of organisations and figures.
    """
    given = {
        "kind": kind,
        "contract": contract,
        "subcontractor": subcontractor,
        "facts": facts,
        "raised_at": at,
    }
    finding, is_new = ChainFinding.objects.get_or_create(key=key, defaults=given)
    if is_new:
        trail.record("chain.found", contract, kind=str(kind), finding=str(finding.reference))
    return finding, is_new


@trail.keeps_refusals("chain.settling_refused", of="finding")
@transaction.atomic
def settle_finding(*, finding, because, by, at):
    """Say what came of it. The first word stands; two officers at once are told apart."""
    finding = ChainFinding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    because = because.replace("\r\n", "\n").strip()
    if not because:
        raise Refused("empty", _("Say what you found, and what was done"), field="because")
    if finding.settled_at is not None:
        if (finding.settled_by_id, finding.settled_because) == (by.pk, because):
            return finding  # pressed twice
        raise Refused("settled", _("Somebody has settled this finding in the meantime"))
    finding.settled_at, finding.settled_by, finding.settled_because = at, by, because
    finding.save(update_fields=["settled_at", "settled_by", "settled_because"])
    trail.record("chain.settled", finding, by=by)
    return finding


@transaction.atomic
def settle_by_signature(*, statement, at):
    """Settle what waits because a subcontract was not signed, now that `statement` says it is.

    The portal does this itself: no person is named, and the statement it rests on is kept. The
    caller holds the contract, and knows that the statement is the word that counts.
    """
    waiting = ChainFinding.objects.select_for_update(of=("self",)).filter(
        subcontractor=statement.subcontractor_id,
        kind=FindingKind.NOT_SIGNED,
        settled_at__isnull=True,
    )
    because = SIGNED[statement.party] % {"on": wording.day(statement.signed_on)}
    for finding in waiting.order_by("pk"):
        finding.settled_at, finding.settled_by_statement = at, statement
        finding.settled_because = because
        finding.save(update_fields=["settled_at", "settled_by_statement", "settled_because"])
        trail.record("chain.settled", finding, statement=str(statement.reference))
