"""The ceremony of an opening, as one officer sees it: who is there, and whose act is next.

There may be two for one competition: everything but the price, and later the prices.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from bids.actions.opening import first_part
from bids.actions.two_acts import holding_approval, waits_for_watch
from bids.models import LogHead, OpeningApproval, PriceOpening, QualityLock
from bids.timing import GRACE
from framework_portal.wording import spaced
from lots.models import KeyShare, Part
from lots.selectors import fingerprints
from lots.states import CompetitionState


@dataclass(frozen=True)
class Present:
    """One of the openers: has this one acted, and for how long does it hold?"""

    user: object
    approval: OpeningApproval | None
    minutes_left: int


@dataclass(frozen=True)
class Ceremony:
    """What the page shows. Nothing here depends on how many bids there are."""

    competition: object
    part: str
    opens_at: datetime
    is_time: bool
    is_unwatched: bool  # the watch cannot say yet how it was at closing
    people: list
    approval: OpeningApproval | None  # the first act, while it holds
    lapsed: OpeningApproval | None  # the newest first act, where it ran out
    act: str  # "approve" or "open": what the person may do next; "" where nothing
    has_approved: bool
    former_until: datetime | None
    fingerprints: list
    log_root: str

    @property
    def is_opener(self):
        return bool(self.act)

    @property
    def can_act(self):
        """Whether the page shows the form of the act that is next."""
        return bool(self.act) and self.is_time and not self.is_unwatched

    @property
    def is_of_prices(self):
        return self.part == Part.PRICE


def waiting_part(competition):
    """What of `competition` waits to be opened, or "" where nothing does."""
    if competition.state == CompetitionState.PUBLISHED and competition.closes_at is not None:
        return first_part(competition)
    if competition.state != CompetitionState.OPENED or not competition.price_after_quality:
        return ""
    is_locked = QualityLock.objects.filter(competition=competition).exists()
    is_open = PriceOpening.objects.filter(competition=competition).exists()
    return Part.PRICE if is_locked and not is_open else ""


def ceremony(competition, part, user, *, at):
    """The opening of `part`, as `user` finds it at `at`."""
    approval = holding_approval(competition, at=at, part=part)
    openers = competition.openers.select_related("user").order_by("user__name", "pk")
    people = [_present(opener.user, approval, at) for opener in openers]
    is_opener = any(each.user == user for each in people)
    has_approved = approval is not None and approval.approved_by_id == user.pk
    opens = is_opener and approval is not None and not has_approved
    head = LogHead.objects.filter(competition=competition).order_by("pk").last()
    return Ceremony(
        competition=competition,
        part=part,
        opens_at=competition.closes_at + GRACE,
        is_time=at >= competition.closes_at + GRACE,
        is_unwatched=waits_for_watch(competition),
        people=people,
        approval=approval,
        lapsed=None if approval else _newest(competition, part),
        act=("open" if opens else "approve") if is_opener else "",
        has_approved=has_approved,
        former_until=former_until(competition, user),
        fingerprints=[key for key in fingerprints(competition) if key["part"] == part],
        log_root=spaced(head.root) if head else "",
    )


def former_until(competition, user):
    """Until when `user` had the passphrase that opens this, if it is not the present one."""
    shares = KeyShare.objects.filter(key__competition=competition, opener__user=user)
    share = shares.select_related("opener_key").first()
    return share and share.opener_key.retired_at


def _present(user, approval, at):
    own = approval if approval and approval.approved_by_id == user.pk else None
    left = math.ceil((own.expires_at - at).total_seconds() / 60) if own else 0
    return Present(user=user, approval=own, minutes_left=left)


def _newest(competition, part):
    acts = OpeningApproval.objects.filter(
        competition=competition, part=part, approved_at__gte=competition.closes_at + GRACE
    )
    return acts.select_related("approved_by").order_by("-pk").first()
