"""Award: proposed by one officer, approved by another, announced to everybody at once."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.models import Award, Bid, NamedSubcontractor
from bids.selectors.agreed import agreed_in
from bids.selectors.evaluation import in_turn, opened_offer, rankings
from bids.states import AWARD, BID, AwardState, BidState, Decision
from framework_portal.audit import trail
from framework_portal.notifications import outbox
from framework_portal.refusals import Refused
from lots.models import Competition, Lot
from lots.states import COMPETITION, CompetitionState
from suppliers.models import Qualification, Supplier


@transaction.atomic
def propose_award(*, lot, bid, reasons, by, at):
    """Propose `bid` for `lot`, or, with None, that nobody is awarded it.

    The bid must stand first in the ranking: what counts was said in the criteria, and nothing
    else decides (Procurement Act 2023 s.19). Between equals the reasons say why. After the
    contract was refused to the first, the next has its turn.
    """
    # The competition first, as everybody does: two who wait for each other would both fail.
    competition = Competition.objects.select_for_update().get(lots=lot.pk)
    lot = Lot.objects.select_for_update().get(pk=lot.pk)
    lot.competition = competition
    _refuse_unless_deciding(lot)
    if Award.objects.standing().filter(lot=lot).exists():
        raise Refused("already_proposed", _("An award is already proposed for this lot"))
    if bid is None and not reasons.strip():
        raise Refused("no_reasons", _("Say why nobody is awarded this lot"), field="reasons")
    if bid is not None:
        _refuse_unless_first(lot, bid, reasons, at)
    award = Award.objects.create(
        lot=lot,
        bid=bid,
        opening=lot.competition.opening,
        decision=Decision.NO_AWARD if bid is None else Decision.AWARD,
        reasons=reasons,
        proposed_at=at,
        proposed_by=by,
    )
    trail.record(
        "award.proposed", award, by=by, lot=str(lot.reference), bid=bid and str(bid.reference)
    )
    return award


@transaction.atomic
def propose_first_ranked(*, competition, by, at):
    """Propose the first-ranked bid of every lot that has no proposal; answers the new awards.

    Lots where bids share the first rank, and lots without a bid to award, are left for a decision
    of their own: each needs reasons.
    """
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    _refuse_unless_evaluated(competition)
    proposed = []
    decided = Award.objects.standing()
    undecided = competition.lots.exclude(pk__in=decided.values("lot"))
    for standings in rankings(competition, lots=undecided).values():
        first = [standing for standing in standings if standing.rank == 1]
        if len(first) == 1:
            lot = first[0].bid.lot
            proposed.append(propose_award(lot=lot, bid=first[0].bid, reasons="", by=by, at=at))
    return proposed


@transaction.atomic
def approve_awards(*, competition, by, at):
    """Approve every proposal that somebody else made; answers the awards approved."""
    Competition.objects.select_for_update().get(pk=competition.pk)
    # Locked in one go: one that is sent back meanwhile is left out, and stops none of the others.
    waiting = (
        Award.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition, state=AwardState.PROPOSED)
        .exclude(proposed_by=by)
        .order_by("lot__position")
    )
    return [approve_award(award=award, by=by, at=at) for award in waiting]


@trail.keeps_refusals("award.approval_refused", of="award")
@transaction.atomic
def approve_award(*, award, by, at):
    """A second officer agrees with the proposal."""
    award = Award.objects.select_for_update().get(pk=award.pk)
    reached = AWARD.target("approve", award.state)
    _refuse_unless_deciding(award.lot)
    if award.proposed_by_id == by.pk:
        raise Refused("same_person", _("Somebody else must approve the award: you proposed it"))
    award.state, award.approved_at, award.approved_by = reached, at, by
    award.save(update_fields=["state", "approved_at", "approved_by"])
    trail.record("award.approved", award, by=by)
    return award


@transaction.atomic
def send_award_back(*, award, reasons, by, at):
    """Set a proposal aside before it is announced; another can then be made."""
    award = Award.objects.select_for_update().get(pk=award.pk)
    reached = AWARD.target("send_back", award.state)
    if not reasons.strip():
        raise Refused("no_reasons", _("Say why the proposal goes back"), field="reasons")
    award.state = reached
    award.set_aside_at, award.set_aside_by, award.set_aside_because = at, by, reasons
    award.save(update_fields=["state", "set_aside_at", "set_aside_by", "set_aside_because"])
    trail.record("award.sent_back", award, by=by)
    return award


@transaction.atomic
def announce_awards(*, competition, by, at):
    """Tell everybody the outcome of every lot at the same moment, and make it public.

    Each bidder gets the assessment summary of its bid (Procurement Act 2023 s.50(3)): a mail with
    a link, and the page behind it, from this commit on.
    """
    competition = Competition.objects.select_for_update().get(pk=competition.pk)
    reached = COMPETITION.target("award", competition.state)
    awards = list(
        Award.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition)
        .standing()
        .select_related("lot", "bid__supplier", "bid__opened", "bid__lot__competition")
    )
    if len(awards) != competition.lots.count() or any(
        award.state != AwardState.APPROVED for award in awards
    ):
        raise Refused(
            "not_all_approved", _("Every lot needs an approved decision before you announce")
        )
    for award in awards:
        if award.bid is not None:
            refuse_unless_qualified(award.bid, at)
        make_public(award, by, at)
    competition.state = reached
    competition.save(update_fields=["state"])
    outcomes = _settle_bids(competition, {award.bid_id for award in awards if award.bid_id})
    outbox.queue_many(
        "bid_outcome",
        [
            {
                "to": bid.supplier.contact_email,
                "key": f"bid_outcome:{bid.reference}",
                "context": {"bid": str(bid.reference)},
            }
            for bid in outcomes
        ],
    )
    trail.record_many("award.announced", awards, by=by)
    trail.record("competition.awarded", competition, by=by)
    return awards


def make_public(award, by, at):
    """The award as everybody reads it: its lead's name, and those its bid names."""
    award.state = AWARD.target("announce", award.state)
    award.announced_at, award.announced_by = at, by
    award.announced_on = timezone.localdate(at)
    award.lead_name = award.bid.supplier.name if award.bid else ""
    award.save(update_fields=["state", "announced_at", "announced_by", "announced_on", "lead_name"])
    if award.bid is None:
        return
    agreed = agreed_in(opened_offer(award.bid) or {})
    suppliers = _suppliers(agreed)
    NamedSubcontractor.objects.bulk_create(
        NamedSubcontractor(
            award=award,
            position=position,
            name=each.name,
            named_as=each.named_as,
            supplier_id=suppliers.get(each.supplier),
            role=each.entry.get("role") or "",
            share_percent=each.entry.get("share_percent") or None,
        )
        for position, each in enumerate(agreed, start=1)
    )


def _suppliers(agreed):
    """{reference: primary key} of the organisations that agreed."""
    keys = [each.supplier for each in agreed if each.supplier]
    found = Supplier.objects.filter(reference__in=keys).values_list("reference", "pk")
    return {str(reference): key for reference, key in found}


def _settle_bids(competition, winners):
    bids = list(
        Bid.objects.select_for_update(of=("self",))
        .filter(lot__competition=competition, state=BidState.OPENED)
        .select_related("supplier")
    )
    for bid in bids:
        bid.state = BID.target("accept" if bid.pk in winners else "reject", bid.state)
    Bid.objects.bulk_update(bids, ["state"], batch_size=500)
    return bids


def _refuse_unless_deciding(lot):
    """A lot is decided once the marks stand; and again after its contract was refused."""
    again = lot.competition.state == CompetitionState.AWARDED
    if not (again and Award.objects.refused().filter(lot=lot).exists()):
        _refuse_unless_evaluated(lot.competition)


def _refuse_unless_evaluated(competition):
    if competition.state != CompetitionState.EVALUATED:
        raise Refused("not_evaluated", _("Awards are decided once the evaluation is complete"))


def _refuse_unless_first(lot, bid, reasons, at):
    first = in_turn(lot)
    if bid.pk not in [standing.bid.pk for standing in first]:
        raise Refused(
            "not_first",
            _("Only the bid that ranks first, or next after a refusal, can be proposed"),
        )
    if len(first) > 1 and not reasons.strip():
        raise Refused(
            "tied", _("Two bids rank first. Say why you propose this one"), field="reasons"
        )
    refuse_unless_qualified(bid, at)


def refuse_unless_qualified(bid, at):
    held = Qualification.objects.in_force(at=at).filter(supplier=bid.supplier_id)
    if bid.lot.categories.exclude(pk__in=held.values("category")).exists():
        raise Refused(
            "not_qualified",
            _("%(supplier)s is no longer qualified for lot %(lot)s")
            % {"supplier": bid.supplier.name, "lot": bid.lot.title},
        )
