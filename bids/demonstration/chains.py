"""The key subcontractors of the demonstration's bids, and what they answered."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bids.actions.answering_consents import answer_consent
from bids.actions.consents import ask_consent
from bids.actions.subcontracting import declare_subcontracting, name_subcontractor
from bids.states import ConsentAnswer, Exclusivity


@dataclass(frozen=True)
class Partner:
    """One of them. `box` is its organisation's; or it is invited, by name and address."""

    box: str
    role: str
    share: str
    volume: int = 30
    days: int = 30
    relied_on: bool = False
    said: str = ConsentAnswer.AGREED  # or another answer, or "" while it is waited for
    words: str = ""
    name: str = ""
    email: str = ""


class Chains:
    """Named by the lead, asked at once, and answered an hour later."""

    def __init__(self, organisations, timeline):
        self.organisations, self.timeline = organisations, timeline

    def make(self, bid, partners, *, by, at):
        """Name `partners` in `bid`, and let each say what it says."""
        for partner in partners:
            with self.timeline.then(at) as instant:
                reference = self._named(bid, partner, by, instant)
                consent = ask_consent(bid=bid, reference=reference, by=by, at=instant)
            if partner.said:
                with self.timeline.then(at + timedelta(minutes=40)) as instant:
                    answer_consent(
                        consent=consent,
                        answer=partner.said,
                        exclusivity=Exclusivity.NOT_ASKED,
                        words=partner.words,
                        by=self.organisations.people[partner.box],
                        at=instant,
                    )
        with self.timeline.then(at) as instant:
            declare_subcontracting(bid=bid, uses=True, no_exclusivity=True, by=by, at=instant)

    def _named(self, bid, partner, by, at):
        lot = bid.lot
        return name_subcontractor(
            bid=bid,
            by=by,
            at=at,
            supplier=self.organisations.suppliers.get(partner.box),
            name=partner.name,
            email=partner.email,
            role=partner.role,
            categories=list(lot.categories.values_list("slug", flat=True)),
            areas=[area.key for area in lot.areas.select_related("level")],
            share_percent=Decimal(partner.share),
            volume=partner.volume,
            payment_days=partner.days,
            relied_on=partner.relied_on,
            starts_on=lot.competition.service_starts_on,
        )
