"""The demonstration up to the awards. What follows from them is made by `contracts`."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.timezone import localdate

from bids.actions.library import keep_answer
from bids.demonstration import competitions as plans
from bids.demonstration.bidding import Bids
from bids.demonstration.chains import Partner
from bids.demonstration.competitions import Competitions
from bids.demonstration.incidents import faults, outage_before
from bids.demonstration.organisations import Organisations
from bids.demonstration.people import BODY, Cast
from bids.demonstration.timing import Timeline
from bids.states import ConsentAnswer
from framework_portal import clock
from framework_portal.reference.models import Commissioner


@dataclass
class Stage:
    """Who and what was made, for those who go on with it."""

    timeline: Timeline
    cast: Cast
    organisations: Organisations
    competitions: Competitions
    bids: Bids


def is_there():
    """Whether the demonstration was made before."""
    return Commissioner.objects.filter(name=BODY).exists()


@transaction.atomic
def make():
    """People, organisations, competitions and bids, through the actions that people use too.

    Answers the stage, on which more can be played.
    """
    timeline = Timeline(clock.now())
    cast = Cast()
    organisations = Organisations(cast, timeline)
    organisations.make_all()
    organisations.team("lantern")
    staff = cast.administrator()
    with timeline.then(timeline.at(-70, 9)) as at:
        cast.set_opening_passphrases(at=at)
    competitions = Competitions(cast, timeline)
    bids = Bids(cast, organisations, timeline)

    competitions.draft(plans.DRAFT)
    competitions.abandoned(plans.ABANDONED)
    _open(competitions, bids, timeline)
    _closing_today(competitions, bids, timeline)
    _closed(competitions, bids, timeline)
    _opened(competitions, bids, timeline)
    _evaluated(competitions, bids, timeline)
    _awarded(competitions, bids, timeline)
    faults(organisations.people, staff, timeline)
    _library(organisations, timeline)
    return Stage(timeline, cast, organisations, competitions, bids)


def _open(competitions, bids, timeline):
    competition = competitions.published(plans.OPEN)
    first, second, *_rest = competition.lots.order_by("position")
    partners = [
        Partner("starling", "A peer mentor for everybody who moves", "12.5", volume=40),
        Partner(
            "quietriver",
            "Counselling by telephone and in two rooms of the lead’s",
            "8",
            volume=60,
            said=ConsentAnswer.CHANGE_ASKED,
            words="We can see 35 people a quarter, not 60, unless the share rises to 12%.",
        ),
        Partner(
            "newleaf",
            "Work on the allotments two days a week, for ten people at a time",
            "6",
            volume=20,
            said="",
        ),
        Partner(
            *("", "A breakfast club, and help with the first forms", "3"),
            volume=90,
            days=14,
            said="",
            name="Tin Roof Drop-in (invented)",
            email="hello@tinroof.example",
        ),
    ]
    bids.start(
        *(first, "secondbridge"),
        at=timeline.at(-3),
        answered=0.5,
        price="604000",
        partners=partners,
    )
    first_try = bids.submit(second, "harboursteps", at=timeline.at(-4, 10), price="612000")
    bids.withdraw(first_try, "harboursteps", at=timeline.at(-3, 10))
    bids.submit(second, "harboursteps", at=timeline.at(-2), price="598000")
    bids.ask(
        competition,
        "secondbridge",
        "May one worker cover two neighbouring regions?",
        at=timeline.at(-4),
        answer="Yes, where the bid for each lot says who works there on which days.",
    )
    bids.ask(
        competition,
        "northernfooting",
        "Our women’s project in Northumbria has its own premises. Do rents count in the price?",
        at=timeline.at(-1),
    )


def _closing_today(competitions, bids, timeline):
    competition = competitions.published(plans.CLOSING_TODAY)
    bids.rehearse(competition, bids.cast.first, bids.cast.second)
    first, second, *_rest = competition.lots.order_by("position")
    bids.start(first, "lantern", at=timeline.at(-2), answered=0.75, price="228000")
    bids.submit(second, "lantern", at=timeline.at(-1, 10), price="231500")
    bids.submit(first, "secondbridge", at=timeline.at(-4), price="239000")


def _closed(competitions, bids, timeline):
    competition = competitions.published(plans.CLOSED)
    bids.rehearse(competition, *bids.cast.openers)
    for number, lot in enumerate(competition.lots.order_by("position")):
        bids.submit(lot, "quietriver", at=timeline.at(-6 + number, 10), price="214000")
        if number < 2:
            bids.submit(lot, "northernfooting", at=timeline.at(-3, 11), price="206500")
        if number == 0:
            bids.start(lot, "lantern", at=timeline.at(-2, 16), answered=0.5)
    bids.close(competition)


def _opened(competitions, bids, timeline):
    competition = competitions.published(plans.OPENED)
    partners = [
        Partner("starling", "Peer mentoring", "20"),
        Partner("newleaf", "Work placements", "10", volume=12, days=14),
    ]
    for lot in competition.lots.order_by("position"):
        bids.submit(lot, "secondbridge", at=timeline.at(-9), price="232000", partners=partners)
        bids.submit(lot, "harboursteps", at=timeline.at(-8), price="219500")
        bids.submit(lot, "bigexample", at=timeline.at(-7), price="198000")
    bids.open(competition)
    bids.score(competition, days=2, share=0.5)


def _evaluated(competitions, bids, timeline):
    competition = competitions.published(plans.EVALUATED)
    for lot in competition.lots.order_by("position"):
        bids.submit(lot, "northernfooting", at=timeline.at(-15), price="236000")
        bids.submit(lot, "secondbridge", at=timeline.at(-14), price="229000")
    bids.open(competition)
    bids.score(competition, days=3)
    bids.evaluate(competition, days=4)
    bids.propose(competition, days=5)


def _awarded(competitions, bids, timeline):
    competition = competitions.published(plans.AWARDED)
    partners = [
        Partner("quietriver", "Counselling", "15", volume=25, relied_on=True),
        Partner("starling", "Peer mentoring", "10", volume=40, days=14),
        Partner("newleaf", "Work placements", "5", volume=12),
    ]
    *let, _empty = competition.lots.order_by("position")
    for lot in let:
        bids.submit(lot, "lantern", at=timeline.at(-40), price="221000", partners=partners)
        bids.submit(lot, "northernfooting", at=timeline.at(-38), price="227000")
        bids.submit(lot, "harboursteps", at=timeline.at(-37), price="239500")
    outage_before(competition, timeline)
    bids.open(competition)
    bids.score(competition, days=3, best="lantern")
    bids.evaluate(competition, days=6)
    bids.propose(competition, days=7)
    bids.announce(competition, days=9)


def _library(organisations, timeline):
    with timeline.then(timeline.at(-20)) as instant:
        keep_answer(
            supplier=organisations.suppliers["lantern"],
            title="Safeguarding lead and how a concern is passed on",
            text=(
                "Our director leads safeguarding. A concern is written down the same day and "
                "passed on within an hour where anybody is at risk."
            ),
            good_until=localdate(instant) + timedelta(days=45),
            by=organisations.people["lantern"],
            at=instant,
        )
