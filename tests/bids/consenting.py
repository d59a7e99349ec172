"""Key subcontractors that were named and have agreed, through the actions."""

from datetime import date
from decimal import Decimal

from bids.actions.answering_consents import answer_consent, claim_consent
from bids.actions.consents import ask_consent
from bids.actions.subcontracting import declare_subcontracting, name_subcontractor
from bids.forms.chains import SubcontractorForm
from bids.states import ConsentAnswer, Exclusivity
from framework_portal import clock
from tests.factories import MembershipFactory, SupplierFactory

TERMS = {
    "role": "Mentoring",
    "share_percent": Decimal("12.50"),
    "volume": 40,
    "payment_days": 30,
    "starts_on": date(2027, 4, 1),
    "relied_on": False,
}


def terms_for(bid, **fields):
    """Whole terms for an entry of `bid`, over all categories and areas of its lot."""
    lot = bid.lot
    return {
        **TERMS,
        "categories": list(lot.categories.values_list("slug", flat=True)),
        "areas": [area.key for area in lot.areas.select_related("level")],
        **fields,
    }


def typed(bid, **fields):
    """What somebody sends with the form of one organisation, on its page."""
    said = terms_for(bid, name="Small Steps", email="hello@small.example")
    starts_on, _relied_on = said.pop("starts_on"), said.pop("relied_on")
    boxes = SubcontractorForm(lot=bid.lot).fields["starts_on"].widget.widgets_names
    parts = (starts_on.day, starts_on.month, starts_on.year)
    dates = {f"starts_on{box}": part for box, part in zip(boxes, parts, strict=True)}
    return {**said, **dates, **fields}


def name(bid, *, supplier=None, by=None, **fields):
    """Name an organisation with whole terms, and declare that it is free; gives the entry's key.

    With an `email` it is invited, under the `name` that is given with it.
    """
    by, at = by or bid.person, clock.now()
    if supplier is None and "email" not in fields:
        supplier = SupplierFactory(**({"name": fields["name"]} if "name" in fields else {}))
    said = terms_for(bid, **{"name": supplier.name if supplier else "", **fields})
    reference = name_subcontractor(bid=bid, by=by, at=at, supplier=supplier, **said)
    declare_subcontracting(bid=bid, uses=True, no_exclusivity=True, by=by, at=at)
    return reference


def ask(bid, reference, *, by=None):
    """Put its terms to the organisation with this entry."""
    return ask_consent(bid=bid, reference=reference, by=by or bid.person, at=clock.now())


def person_of(supplier):
    """Somebody who may answer for `supplier`."""
    found = supplier.memberships.select_related("user").first()
    return found.user if found else MembershipFactory(supplier=supplier).user


def answer(
    consent,
    said=ConsentAnswer.AGREED,
    *,
    exclusivity=Exclusivity.NOT_ASKED,
    told="",
    words="",
    by=None,
):
    """Answer as the subcontractor does."""
    return answer_consent(
        consent=consent,
        answer=said,
        exclusivity=exclusivity,
        told=told,
        words=words or ("Fewer people" if said == ConsentAnswer.CHANGE_ASKED else ""),
        by=by or person_of(consent.supplier),
        at=clock.now(),
    )


def named(bid, *, by=None, claimed_by=None, **fields):
    """Named AND agreed: gives the request. What is not said of it is as in `TERMS`.

    With an `email` it is invited, comes in as `claimed_by` or a new supplier, and agrees.
    """
    return agree(ask(bid, name(bid, by=by, **fields), by=by), claimed_by=claimed_by)


def agree(request, *, claimed_by=None):
    """Agree to what was asked; who was invited comes in as `claimed_by` or a new supplier."""
    if request.supplier is None:
        supplier = claimed_by or SupplierFactory()
        claim = {"supplier": supplier, "by": person_of(supplier), "at": clock.now()}
        request = claim_consent(consent=request, **claim)
    return answer(request)
