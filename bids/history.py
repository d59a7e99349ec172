"""What a file of past awards says, checked and still unwritten: the first-day lots of 2021."""

import uuid
from dataclasses import dataclass, field
from pathlib import Path

from bids.models import Award, NamedSubcontractor
from bids.states import AwardState
from framework_portal.reference.files import read_file
from framework_portal.reference.models import Area, Category, Commissioner
from lots.models import Competition, Lot
from lots.states import CompetitionState

FIRST_DAY = Path(__file__).resolve().parent / "data" / "first_day_2021.json"
# References come from the file's own names, so that an address is the same wherever it is loaded.
NAMES = uuid.uuid5(uuid.NAMESPACE_URL, "urn:framework-portal:first-day")
TOTALS = [
    "competitions",
    "lots",
    "leads",
    "subcontractors",
    "direct_awards",
    "lots_without_subcontractor",
]


@dataclass
class History:
    """Unsaved rows, linked by unsaved rows; categories and areas are rows of the database."""

    commissioner: Commissioner
    totals: dict
    competitions: list = field(default_factory=list)
    lots: list = field(default_factory=list)
    awards: list = field(default_factory=list)
    subcontractors: list = field(default_factory=list)
    # (lot, category) and (lot, area)
    categories: list = field(default_factory=list)
    areas: list = field(default_factory=list)


def read_history(path=FIRST_DAY):
    """The facts in the file at `path`. The reference data must be there already."""
    told = read_file(path)
    totals = told.part("totals")
    commissioner = Commissioner(name=told.text("commissioner"))
    history = History(commissioner, {name: totals.number(name) for name in TOTALS})
    categories = {row.slug: row for row in Category.objects.all()}
    told.must(categories, "there are no categories yet: run load_reference first")
    areas = {row.key: row for row in Area.objects.select_related("level")}
    seen = set()
    for entry in told.entries("competitions"):
        competition = _competition(told, entry, commissioner)
        history.competitions.append(competition)
        needs = _known(entry, "categories", categories)
        for position, in_lot in enumerate(entry.entries("lots", named_by="reference"), start=1):
            lot = _lot(in_lot, competition, position)
            in_lot.must(lot.reference not in seen, "another competition has this lot too")
            seen.add(lot.reference)
            history.lots.append(lot)
            history.categories += [(lot, category) for category in needs]
            history.areas += [(lot, area) for area in _known(in_lot, "areas", areas)]
            _award(told, in_lot, lot, history)
    return history


def _competition(told, entry, commissioner):
    row = Competition(
        reference=uuid.uuid5(NAMES, entry.text("slug")),
        commissioner=commissioner,
        state=CompetitionState.AWARDED,
        is_history=True,
        source=told.text("source"),
        title=entry.text("title"),
        summary=entry.text("summary"),
        description=entry.text("description", empty=True),
        service_starts_on=told.day("service_starts_on", empty=True),
    )
    return entry.fits(row)


def _lot(entry, competition, position):
    reference = entry.text("reference")
    row = Lot(
        reference=uuid.uuid5(NAMES, reference),
        competition=competition,
        position=position,
        title=entry.text("title"),
        sex=entry.text("sex"),
        minimum_age=entry.number("minimum_age", empty=True),
        maximum_age=entry.number("maximum_age", empty=True),
        award_route=entry.text("award_route"),
        outside_reference=reference,
    )
    ages = (row.minimum_age, row.maximum_age)
    entry.must(None in ages or ages[0] <= ages[1], "the ages are out of order")
    return entry.fits(row)


def _award(told, entry, lot, history):
    award = Award(
        lot=lot,
        reference=uuid.uuid5(NAMES, f"{lot.outside_reference} award"),
        state=AwardState.CONFIRMED,
        is_history=True,
        lead_name=entry.text("lead"),
        announced_on=told.part("announced_on").day(lot.award_route),
    )
    history.awards.append(entry.fits(award))
    names = entry.texts("subcontractors")
    entry.must(len(set(names)) == len(names), "a subcontractor is named twice")
    for position, name in enumerate(names, start=1):
        named = NamedSubcontractor(award=award, position=position, name=name)
        history.subcontractors.append(entry.fits(named))


def _known(entry, key, rows):
    """The rows that the names listed under `key` stand for."""
    names = entry.texts(key)
    entry.must(names, f"“{key}” is empty")
    for name in names:
        entry.must(name in rows, f"“{name}” under “{key}” is not in the reference data")
    return [rows[name] for name in dict.fromkeys(names)]
