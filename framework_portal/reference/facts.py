"""What the reference files say, checked and still unwritten."""

from dataclasses import dataclass
from pathlib import Path

from govuk_bank_holidays.bank_holidays import BankHolidays

from framework_portal.reference.files import read_file
from framework_portal.reference.models import (
    Area,
    AreaLevel,
    AreaSet,
    Category,
    Framework,
    Holiday,
    IncidentRule,
    IncidentStep,
    Period,
)
from framework_portal.reference.states import IncidentCase

FOLDER = Path(__file__).resolve().parent / "data"


@dataclass
class ReferenceFacts:
    """Unsaved rows. An area knows its level, its level its set, by unsaved rows as well."""

    framework: Framework
    periods: list
    categories: list
    area_sets: list
    levels: list
    areas: list
    holidays: list
    incident_rules: list  # pairs of a rule and its steps


def read_reference(folder=FOLDER):
    """The facts in `folder`: framework.json, categories.json and areas.json."""
    told = read_file(folder / "framework.json")
    sets, levels, areas = _areas(read_file(folder / "areas.json"))
    framework = _framework(told.part("framework"))
    return ReferenceFacts(
        framework=framework,
        periods=[_period(entry) for entry in told.part("periods").counted("entries")],
        categories=_categories(read_file(folder / "categories.json")),
        area_sets=sets,
        levels=levels,
        areas=areas,
        holidays=_holidays(),
        incident_rules=_incident_rules(told, framework),
    )


def _framework(entry):
    row = Framework(
        slug=entry.text("slug"),
        name=entry.text("name"),
        summary=entry.text("summary"),
        legal_basis=entry.text("legal_basis"),
        notice_reference=entry.text("notice_reference", empty=True),
        starts_on=entry.day("starts_on"),
        ends_on=entry.day("ends_on"),
        extensions_allowed=entry.number("extensions_allowed"),
        extension_months=entry.number("extension_months"),
        extensions_used=entry.number("extensions_used"),
        qualification_months=entry.number("qualification_months", empty=True),
        source=entry.text("source"),
    )
    entry.must(row.ends_on > row.starts_on, "it ends before it begins")
    entry.must(
        row.extensions_used <= row.extensions_allowed, "more extensions are used than allowed"
    )
    return entry.fits(row)


def _period(entry):
    units = {unit: entry.number(unit, empty=True) for unit in ("working_days", "days", "hours")}
    entry.must(
        sum(length is not None for length in units.values()) == 1,
        "give its length in one of “working_days”, “days” or “hours”",
    )
    row = Period(
        slug=entry.text("slug"), name=entry.text("name"), source=entry.text("source"), **units
    )
    return entry.fits(row)


def _incident_rules(told, framework):
    """The versions of the incident rule. Without one, outages move no deadline."""
    if "incident_rules" not in told.values:
        return []
    entries = told.part("incident_rules").counted("entries")
    return [_incident_rule(entry, framework) for entry in entries]


def _incident_rule(entry, framework):
    """A version of the incident rule, named by its number, with the rows of its table."""
    version = entry.text("slug")
    entry.must(version.isdecimal(), "the slug of an incident rule is its version, a number")
    rule = IncidentRule(
        framework=framework,
        version=int(version),
        in_force_from=entry.day("in_force_from"),
        **{
            name: entry.number(name)
            for name in ("counted_hours", "working_from", "working_until", "otherwise_at")
        },
        source=entry.text("source"),
    )
    entry.must(
        rule.working_from <= rule.otherwise_at <= rule.working_until < 24,
        "“otherwise_at” must lie between “working_from” and “working_until”",
    )
    return entry.fits(rule), [_incident_step(step, rule) for step in entry.entries("steps")]


def _incident_step(entry, rule):
    step = IncidentStep(
        rule=rule,
        case=entry.text("case"),
        from_minutes=entry.number("from_minutes"),
        extension_minutes=entry.number("extension_minutes"),
    )
    entry.must(step.case in IncidentCase.values, f"there is no case “{step.case}”")
    entry.must(step.extension_minutes > 0, "“extension_minutes” must be more than nothing")
    return entry.fits(step)


def _categories(told):
    rows, numbers = [], set()
    for entry in told.counted("entries"):
        row = Category(
            slug=entry.text("slug"),
            number=entry.number("number"),
            letter=entry.text("letter"),
            name=entry.text("name"),
            official_name=entry.text("official_name"),
            abbreviation=entry.text("abbreviation"),
            kind=entry.text("kind"),
            description=entry.text("description"),
            delivery_notes=entry.text("delivery_notes", empty=True),
            outcome_themes=entry.texts("outcome_themes"),
            note=entry.text("note", empty=True),
            source=entry.text("source"),
        )
        entry.must(row.number not in numbers, f"the number {row.number} is there twice")
        numbers.add(row.number)
        rows.append(entry.fits(row))
    return rows


def _areas(told):
    """Sets, their levels from the largest areas to the smallest, and the areas of each level."""
    sets, levels, areas, known = [], [], [], {}
    for in_set in told.entries("area_sets"):
        area_set = in_set.fits(
            AreaSet(
                slug=in_set.text("slug"),
                name=in_set.text("name"),
                source=in_set.text("source"),
            )
        )
        sets.append(area_set)
        for depth, in_level in enumerate(in_set.entries("levels")):
            level = AreaLevel(
                area_set=area_set,
                slug=in_level.text("slug"),
                name=in_level.text("name"),
                plural=in_level.text("plural"),
                depth=depth,
            )
            in_level.must(
                level.slug not in {known.slug for known in levels},
                f"the slug “{level.slug}” is there twice",
            )
            levels.append(in_level.fits(level))
            for position, entry in enumerate(in_level.counted("areas")):
                area = _area(entry, level, position, known)
                known[area.key] = area
                areas.append(area)
    return sets, levels, areas


def _area(entry, level, position, known):
    """An area; its parent is an area of the level above, in the same set."""
    above = entry.text("parent", empty=level.depth == 0)
    entry.must(
        not above or above in known and known[above].level.area_set is level.area_set,
        f"the parent “{above}” is not an area of the level above",
    )
    row = Area(
        level=level,
        parent=known.get(above),
        slug=entry.text("slug"),
        name=entry.text("name"),
        code=entry.text("code", empty=True),
        ons_codes=entry.texts("ons_codes", empty=True),
        country=entry.text("country", empty=True),
        governing_body=entry.text("governing_body", empty=True),
        note=entry.text("note", empty=True),
        position=position,
        source=entry.text("source"),
    )
    return entry.fits(row)


def _holidays():
    """The official list carried in the package; nothing is fetched."""
    official = BankHolidays(use_cached_holidays=True)
    return [
        Holiday(
            on=holiday["date"],
            name=holiday["title"],
            source="gov.uk/bank-holidays, England and Wales",
        )
        for holiday in official.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    ]
