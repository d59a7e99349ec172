"""Naming key subcontractors in a bid's draft."""

import secrets
import uuid
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from bids import guards
from bids.actions.consents import ask_at_new_address, name_no_more, refuse_another
from bids.actions.drafting import Changed, put_down, taken_up
from bids.actions.unsaved_entries import drop_unsaved, let_go_saved
from bids.content import (
    MOST_PAYMENT_DAYS,
    MOST_SUBCONTRACTORS,
    UNSAID,
    find,
    fingerprint,
    share_total,
)
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
    role="",
    categories=(),
    areas=(),
    share_percent=None,
    volume=None,
    payment_days=None,
    starts_on=None,
    relied_on=False,
    supplier=None,
    email="",
    reference=None,
    shown=None,
    over=None,
    hand=None,
):
    """Add an organisation, or change the one with this `reference`; answers its reference.

    `supplier` is one of the register, whose name then counts; otherwise `name` was typed, and it
    is asked at `email`. What is not said yet may be said later: asking for its consent, and the
    submission, wait for it. `over` and `hand` say which page saves: what
    it had typed and not saved is kept no more.
    """
    bid, content = taken_up(bid, at)
    before = find(content["subcontractors"], reference) if reference else None
    entry = {
        "reference": str(reference or uuid.uuid4()),
        "name": supplier.name if supplier else " ".join(name.split()),
        "supplier": str(supplier.reference) if supplier else None,
        "email": "" if supplier else email.strip().lower(),
        "role": role.replace("\r\n", "\n"),
        "categories": sorted(categories),
        "areas": sorted(areas),
        "share_percent": None if share_percent is None else f"{share_percent:.2f}",
        "volume": volume,
        "payment_days": payment_days,
        "starts_on": None if starts_on is None else starts_on.isoformat(),
        "relied_on": bool(relied_on),
        "salt": (before or {}).get("salt") or secrets.token_hex(32),
    }
    page = {"bid": bid, "entry": reference, "person": by, "over": over, "hand": hand, "at": at}
    if entry == before:
        let_go_saved(**page)
        return entry["reference"]
    asked = before and bid.consents.filter(entry=entry["reference"]).exists()
    moves = asked and _is_another(entry, UNSAID | before)
    if moves:
        refuse_another(bid, entry, UNSAID | before)
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
    bid = put_down(bid, content, by=by, at=at, part="subcontractor")
    if moves:
        ask_at_new_address(bid, content, entry, before, by=by, at=at)
    let_go_saved(**page)
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
    name_no_more(bid, at=at, but=content)
    drop_unsaved(bid, but=content)
    if not content["subcontractors"]:
        content["uses_subcontractors"], content["no_exclusivity"] = None, False
    return put_down(bid, content, by=by, at=at, part="subcontractor")


def _is_another(entry, before):
    """Whether somebody else would have to answer for the entry than before."""
    who = [(each["supplier"], each["email"]) for each in (entry, before)]
    return any(who[1]) and who[0] != who[1]


def _refuse_wrong(bid, entry, supplier, others):
    _refuse_wrong_terms(bid, entry)
    if supplier is not None and supplier.pk == bid.supplier_id:
        raise Refused("itself", _("Your own organisation cannot be a subcontractor"), field="name")
    if len(others) >= MOST_SUBCONTRACTORS:
        raise Refused(
            "too_many",
            _("You can name up to %(most)d organisations") % {"most": MOST_SUBCONTRACTORS},
        )
    names = {each["name"].casefold() for each in others}
    known = {each[key] for each in others for key in ("supplier", "email") if each.get(key)}
    if entry["name"].casefold() in names or known & {entry["supplier"], entry["email"]}:
        raise Refused("named_already", _("You have named this organisation already"), field="name")
    left = 100 - share_total({"subcontractors": others})
    if not 0 <= Decimal(entry["share_percent"] or 0) <= left:
        raise Refused(
            "share",
            _("The shares of all organisations come to more than 100%%. At most %(left)s%% is left")
            % {"left": f"{left:f}".rstrip("0").rstrip(".") or "0"},
            field="share_percent",
        )


def _refuse_wrong_terms(bid, entry):
    """The terms of one entry, each by itself."""
    lot = bid.lot
    categories = set(lot.categories.values_list("slug", flat=True))
    if not categories.issuperset(entry["categories"]):
        raise Refused("foreign", _("Choose categories of this lot"), field="categories")
    if not {area.key for area in lot.areas.select_related("level")}.issuperset(entry["areas"]):
        raise Refused("foreign", _("Choose areas of this lot"), field="areas")
    if entry["payment_days"] is not None and not 1 <= entry["payment_days"] <= MOST_PAYMENT_DAYS:
        raise Refused(
            "payment_days",
            _("It must be paid within 30 days, from 1 to 30 (Procurement Act 2023, section 73)"),
            field="payment_days",
        )
    if entry["volume"] is not None and not 0 <= entry["volume"] < 1_000_000:
        raise Refused("volume", _("Enter a number of people, 0 or more"), field="volume")
