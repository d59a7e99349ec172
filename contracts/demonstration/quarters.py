"""A contract that has run for a year and a half: its quarters, a dispute, and a report published.

Everything happens through the actions, at the instants at which it would have happened.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from bids.demonstration.bidding import Bids
from bids.demonstration.chains import Partner
from bids.demonstration.competitions import Competitions, Plan
from bids.demonstration.organisations import Plan as Organisation
from bids.demonstration.timing import Timeline
from contracts.actions.answering import confirm_line, dispute_line, settle_dispute
from contracts.actions.making import make_contracts
from contracts.actions.reporting import accept_report, seen_digest, sign_report, write_report
from contracts.actions.scheduling import open_quarters
from contracts.actions.signing import sign_contract
from contracts.actions.stating import save_quarter_draft, send_quarter
from contracts.figures import NAMES, Figures, Stated
from contracts.models import Contract, QuarterLine, QuarterReturn, SupplyChainReport
from contracts.selectors.annual import year_of_report
from contracts.states import Ruling
from lots.states import AgreementKind
from suppliers.states import LegalForm, Size

# How long ago all of this began.
AGO = timedelta(days=600)
LEAD = Organisation(
    "meadowgate",
    "Meadow Gate Together (invented)",
    "Freya Meadows",
    LegalForm.CHARITY,
    Size.MEDIUM,
    "social-inclusion",
    part="Supplier, owner: leads a contract that has run for more than a year",
    number="1990041",
)
MENTORING = Plan(
    "Mentoring and belonging in Wales",
    "social-inclusion",
    "region",
    "wales",
    published=-60,
    closes=-30,
    value="480000",
    kind=AgreementKind.CONTRACT,
)
CHAIN = [
    Partner("quietriver", "Counselling", "20", volume=25),
    Partner("starling", "Peer mentoring", "15", volume=30, days=21),
    Partner("newleaf", "Work placements", "10", volume=12, days=14),
]
WORDS = (
    "We passed on more people than we promised to counselling and mentoring. Work placements began"
    " slowly: two employers withdrew in the first autumn. From January a third took part, and we"
    " hold a place for everybody who asks. All invoices but two were paid in the agreed days; we"
    " now pay on a fixed day each week."
)
INCOME = Decimal(38000)
# Referrals, pounds, invoices, late, days, of each partner in a usual quarter.
USUAL = {
    "quietriver": (27, "7800", 3, 0, "18"),
    "starling": (32, "5900", 3, 0, "15.5"),
    "newleaf": (7, "2100", 1, 0, "12"),
}


def make(stage):
    """From the competition to the quarter that is due now."""
    story = Story(stage)
    contract = story.contract()
    with stage.timeline.then(stage.timeline.now) as at:
        open_quarters(at=at)
    quarters = list(QuarterReturn.objects.filter(contract=contract).order_by("number"))
    over = [quarter for quarter in quarters if quarter.ends_on < timezone.localdate(story.now)]
    for quarter in over[:-1]:
        story.quarter(quarter, is_last=quarter == over[-2])
    # The last one is due: it is written, and not sent.
    story.draft(over[-1])
    story.report(SupplyChainReport.objects.get(contract=contract, year=1))


class Story:
    """What happened, act by act."""

    def __init__(self, stage):
        self.stage, self.now = stage, stage.timeline.now
        self.then = Timeline(self.now - AGO)
        self.cast, self.people = stage.cast, stage.organisations.people
        self.lead = None

    def contract(self):
        """Awarded and signed, a year and a half ago."""
        then, organisations = self.then, self.stage.organisations
        organisations.make(LEAD, started=then.at(-95, 10))
        self.lead = self.people[LEAD.box]
        bids = Bids(self.cast, organisations, then)
        competition = Competitions(self.cast, then).published(MENTORING)
        lot = competition.lots.get()
        bids.submit(lot, LEAD.box, at=then.at(-40), price="456000", partners=CHAIN)
        bids.open(competition)
        bids.score(competition, days=3)
        bids.evaluate(competition, days=6)
        bids.propose(competition, days=7)
        bids.announce(competition, days=9)
        with then.then(then.at(-21, 15)) as at:
            make_contracts(at=at, competition=competition)
        contract = Contract.objects.get(lot=lot)
        with then.then(then.at(-2, 11)) as at:
            return sign_contract(
                contract=contract,
                signed_on=then.day(-2),
                no_claim=True,
                aware=True,
                by=self.cast.first,
                at=at,
            )

    def quarter(self, quarter, *, is_last):
        """Stated a fortnight after its end; each subcontractor says what it says."""
        lines = []
        for subcontractor in quarter.contract.subcontractors.order_by("position"):
            box = self._box(subcontractor)
            referrals, pounds, payments, late, days = USUAL[box]
            if box == "starling" and quarter.number == 2:
                late, days = 2, "34"
            figures = Figures(referrals, Decimal(pounds), payments, late, Decimal(days))
            lines.append(Stated(str(subcontractor.reference), subcontractor.name, figures))
        with self._after(quarter, 14) as at:
            send_quarter(
                quarter=quarter,
                income=INCOME,
                lines=lines,
                number=quarter.draft_number,
                by=self.lead,
                at=at,
            )
        for line in QuarterLine.objects.filter(quarter=quarter).order_by("pk"):
            self._answered(line, quarter, is_last)

    def _answered(self, line, quarter, is_last):
        box = self._box(line.subcontractor)
        given = {"line": line, "number": 1, "by": self.people[box]}
        with self._after(quarter, 18) as at:
            if box == "newleaf" and quarter.number == 4:
                own = Figures(5, Decimal("1500"), 1, 0, Decimal(12))
                dispute_line(figures=own, words="Two of the seven never came.", at=at, **given)
            elif box == "quietriver" and is_last:
                own = Figures(19, Decimal("5600"), 2, 1, Decimal(37))
                words = "We saw 19 people, and one invoice is still open."
                dispute_line(figures=own, words=words, at=at, **given)
                return
            elif box == "starling" and is_last:
                return
            else:
                confirm_line(at=at, **given)
                return
        with self._after(quarter, 25) as at:
            settle_dispute(
                line=QuarterLine.objects.get(pk=line.pk),
                number=1,
                ruling=Ruling.SUBCONTRACTOR,
                words="The register of placements names five people.",
                by=self.cast.first,
                at=at,
            )

    def draft(self, quarter):
        """Typed by the lead, an hour ago, and not sent."""
        rows = []
        for subcontractor in quarter.contract.subcontractors.order_by("position"):
            held = zip(NAMES, USUAL[self._box(subcontractor)], strict=True)
            rows.append(
                {"subcontractor": str(subcontractor.reference)}
                | {name: str(value) for name, value in held}
            )
        with self.stage.timeline.then(self.now - timedelta(hours=1)) as at:
            typed = {"income": str(INCOME), "rows": rows}
            save_quarter_draft(quarter=quarter, typed=typed, number=0, by=self.lead, at=at)

    def report(self, report):
        """Written, signed and accepted before it was due."""
        signed_on = report.due_on - timedelta(days=12)
        with self._on(signed_on) as at:
            report = write_report(report=report, words=WORDS, number=0, by=self.lead, at=at)
            seen = seen_digest(year_of_report(report), report.words)
            report = sign_report(report=report, seen=seen, by=self.lead, at=at)
        with self._on(signed_on + timedelta(days=7)) as at:
            accept_report(report=report, signing=report.signing_id, by=self.cast.first, at=at)

    def _box(self, subcontractor):
        suppliers = self.stage.organisations.suppliers.items()
        return next(box for box, each in suppliers if each.pk == subcontractor.supplier_id)

    def _after(self, quarter, days):
        return self._on(quarter.ends_on + timedelta(days=days))

    def _on(self, day):
        """The clock at ten in the morning of `day`, or now where that has not come."""
        instant = timezone.make_aware(datetime.combine(day, time(10)))
        return self.stage.timeline.then(min(instant, self.now))
