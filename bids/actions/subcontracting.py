"""Naming key subcontractors in a bid's draft."""

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.drafting import Changed, put_down, taken_up
from bids.content import MOST_SUBCONTRACTORS, find, fingerprint, share_total
from framework_portal.audit import trail
from framework_portal.refusals import Refused


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def declare_subcontracting(*, bid, uses, by, at, no_exclusivity=None):
    """Keep whether others deliver a part, and that none of them was asked to work for us alone."""
    bid, content = taken_up(bid, at)
    if not uses and content["subcontractors"]:
        raise Refused(
            "named_already", _("Remove the organisations you have named first"), field="uses"
        )
    wanted = {"uses_subcontractors": uses}
    if no_exclusivity is not None:
        wanted["no_exclusivity"] = no_exclusivity
    if wanted.items() <= content.items():
        return bid
    return put_down(bid, content | wanted, by=by, at=at, part="subcontractors")


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def name_subcontractor(
    *,
    bid,
    by,
    at,
    name,
    role,
    share_percent,
    relied_on=False,
    supplier=None,
    reference=None,
    shown=None,
):
    """Add an organisation, or change the one with this `reference`; answers its reference.

    `supplier` is one of the register, whose name then counts; otherwise `name` was typed.
    """
    bid, content = taken_up(bid, at)
    entry = {
        "reference": str(reference or uuid.uuid4()),
        "name": supplier.name if supplier else " ".join(name.split()),
        "supplier": str(supplier.reference) if supplier else None,
        "role": role.replace("\r\n", "\n"),
        "share_percent": f"{share_percent:.2f}",
        "relied_on": bool(relied_on),
    }
    before = find(content["subcontractors"], reference) if reference else None
    if entry == before:
        return entry["reference"]
    if reference and (before is None or shown is not None and shown != fingerprint(before)):
        raise Changed(before)
    others = [each for each in content["subcontractors"] if each is not before]
    _refuse_wrong(bid, entry, supplier, others)
    if before is None:
        content["subcontractors"].append(entry)
        content["no_exclusivity"] = False  # it was not said of this one
    else:
        content["subcontractors"][content["subcontractors"].index(before)] = entry
    content["uses_subcontractors"] = True
    put_down(bid, content, by=by, at=at, part="subcontractor")
    return entry["reference"]


@trail.keeps_refusals("bid.saving_refused", of="bid")
@guards.in_words
@transaction.atomic
def remove_subcontractor(*, bid, reference, by, at):
    """Take an organisation out again. Twice is once."""
    bid, content = taken_up(bid, at)
    entry = find(content["subcontractors"], reference)
    if entry is None:
        return bid
    content["subcontractors"].remove(entry)
    if not content["subcontractors"]:
        content["uses_subcontractors"], content["no_exclusivity"] = None, False
    return put_down(bid, content, by=by, at=at, part="subcontractor")


def _refuse_wrong(bid, entry, supplier, others):
    if supplier is not None and supplier.pk == bid.supplier_id:
        raise Refused("itself", _("Your own organisation cannot be a subcontractor"), field="name")
    if len(others) >= MOST_SUBCONTRACTORS:
        raise Refused(
            "too_many",
            _("You can name up to %(most)d organisations") % {"most": MOST_SUBCONTRACTORS},
        )
    names = {each["name"].casefold() for each in others}
    known = {each["supplier"] for each in others if each["supplier"]}
    if entry["name"].casefold() in names or entry["supplier"] in known:
        raise Refused("named_already", _("You have named this organisation already"), field="name")
    left = 100 - share_total({"subcontractors": others})
    if not 0 <= float(entry["share_percent"]) <= left:
        raise Refused(
            "share",
            _("The shares of all organisations come to more than 100%%. At most %(left)s%% is left")
            % {"left": f"{left:f}".rstrip("0").rstrip(".") or "0"},
            field="share_percent",
        )
