"""Changes that the lead of the signed contract asked for: waiting, decided, and an emergency."""

from decimal import Decimal

from contracts.actions.case_answers import give_view
from contracts.actions.case_decisions import decide_case
from contracts.actions.cases import raise_case
from contracts.models import Contract
from contracts.states import CaseKind, ContractState, Emergency

REASONS = (
    "The people who see a counsellor now would have to begin again with somebody new. What you"
    " describe can be put right between the two of you."
)


def make(stage):
    """One refused after a hearing, one granted in an emergency, and two that wait."""
    lead = stage.organisations.suppliers["lantern"]
    signed = Contract.objects.filter(state=ContractState.SIGNED, supplier=lead)
    contract = signed.select_related("supplier", "lot").order_by("pk").first()
    first, second, third = contract.subcontractors.order_by("position")
    scene = _Scene(stage, contract)
    scene.refused(first)
    scene.urgent(third)
    scene.waits_for_a_view(second)
    scene.waits_for_a_consent()


class _Scene:
    """The signed contract, and who acts in it."""

    def __init__(self, stage, contract):
        self.timeline, self.cast, self.contract = stage.timeline, stage.cast, contract
        self.suppliers = stage.organisations.suppliers
        self.people = stage.organisations.people

    def refused(self, line):
        """To be replaced: the subcontractor was heard, and the commissioner said no."""
        case = self._asked(
            -6,
            CaseKind.SWITCH,
            subcontractor=line,
            replacement=self.suppliers["harboursteps"],
            terms=_terms("Counselling by telephone", "12.00", 25),
            what="Put Harbour Steps in its place.",
            why="We find it hard to plan appointments with them.",
        )
        with self.timeline.then(self.timeline.at(-5, 15)) as at:
            give_view(
                case=case,
                words="We offered three times to meet about appointments, and had no reply.",
                by=self.people["quietriver"],
                at=at,
            )
        self._decided(case, -3, grant=False, reasons=REASONS)

    def urgent(self, line):
        """Less work at once, for somebody's safety: granted before the hearing, to be reviewed."""
        case = self._asked(
            -4,
            CaseKind.REDUCE,
            subcontractor=line,
            terms={"volume_per_quarter": 6},
            what="Refer half as many people until the tools are locked away.",
            why="The store is open to everybody on the site.",
            effective_on=self.timeline.day(-4),
            emergency=Emergency.SAFETY,
            emergency_facts="On two visits this month knives and saws lay in an open shed.",
        )
        reasons = "Nobody should be at risk while we look into it. The rest goes on as it was."
        self._decided(case, -3, grant=True, reasons=reasons)

    def waits_for_a_view(self, line):
        self._asked(
            -2,
            CaseKind.REDUCE,
            subcontractor=line,
            terms={"share_percent": Decimal("6.00"), "volume_per_quarter": 24},
            what="Give a mentor to 24 people a quarter, and not to 40.",
            why="Fewer people were sent to us than the bid counted on.",
        )

    def waits_for_a_consent(self):
        self._asked(
            -1,
            CaseKind.ADD,
            replacement=self.suppliers["northernfooting"],
            terms=_terms("Advice on rent and arrears", "5.00", 15),
            what="Let Northern Footing give advice on housing.",
            why="More of the women we see have nowhere to live than we expected.",
        )

    def _asked(self, day, kind, **given):
        with self.timeline.then(self.timeline.at(day, 10)) as at:
            return raise_case(
                contract=self.contract,
                kind=kind,
                by=self.people["lantern"],
                at=at,
                **{"effective_on": self.timeline.day(30), **given},
            )

    def _decided(self, case, day, **given):
        with self.timeline.then(self.timeline.at(day, 16)) as at:
            decide_case(case=case, by=self.cast.first, at=at, **given)


def _terms(role, share, volume):
    return {
        "role": role,
        "share_percent": Decimal(share),
        "volume_per_quarter": volume,
        "payment_days": 30,
    }
