"""Writing the reference data: all of it or nothing."""

from django.db import transaction

from framework_portal.audit import trail
from framework_portal.reference.actions.upsert import Outcome, upsert
from framework_portal.reference.files import BrokenFile
from framework_portal.reference.models import Area, Category, IncidentRule, IncidentStep


@transaction.atomic
def load_reference(*, facts, by=None):
    """Bring the tables to `facts`, as read by `read_reference`. Rows are never taken away.

    Gives what was done, by kind of row.
    """
    framework = facts.framework
    done = {
        "framework": upsert([framework], by=["slug"]),
        "periods": upsert(facts.periods, by=["slug"]),
        "categories": upsert(facts.categories, by=["slug"]),
        "sets of areas": upsert(facts.area_sets, by=["slug"]),
        "holidays": upsert(facts.holidays, by=["on"]),
    }
    done["incident rules"] = _load_incident_rules(facts)
    _take_keys(facts.levels, "area_set")
    done["levels of areas"] = upsert(facts.levels, by=["slug"])
    done["areas"] = _load_areas(facts)
    _check_counts(facts)
    if any(outcome.new or outcome.changed for outcome in done.values()):
        framework.refresh_from_db()
        trail.record("reference.loaded", framework, by=by, **_figures(done))
    return done


def _load_areas(facts):
    """Level by level, so that parents have their keys before their parts."""
    _take_keys(facts.areas, "level")
    new = changed = same = 0
    for level in facts.levels:
        areas = [area for area in facts.areas if area.level is level]
        _take_keys(areas, "parent")
        done = upsert(areas, by=["level_id", "slug"], among=Area.objects.filter(level=level))
        new, changed, same = new + done.new, changed + done.changed, same + done.same
    return type(done)(new, changed, same)


def _load_incident_rules(facts):
    """New versions come in; one that is there stays as it is, and must say the same."""
    new = same = 0
    for rule, steps in facts.incident_rules:
        known = IncidentRule.objects.filter(framework=facts.framework, version=rule.version)
        if held := known.first():
            _check_same(rule, steps, held)
            same += 1
            continue
        _take_keys([rule], "framework")
        rule.save()
        _take_keys(steps, "rule")
        IncidentStep.objects.bulk_create(steps)
        new += 1
    return Outcome(new, 0, same)


def _check_same(rule, steps, held):
    if _terms(rule, steps) != _terms(held, held.steps.all()):
        raise BrokenFile(
            "framework.json",
            f"incident_rules “{rule.version}”",
            "this version is in force and cannot be changed: write the next one",
        )


def _terms(rule, steps):
    hours = ("in_force_from", "counted_hours", "working_from", "working_until", "otherwise_at")
    table = {(step.case, step.from_minutes, step.extension_minutes) for step in steps}
    return [getattr(rule, name) for name in hours], table


def _take_keys(rows, name):
    """Let `rows` know the keys that the rows under `name` were given since they were put there."""
    for row in rows:
        setattr(row, name, getattr(row, name))


def _check_counts(facts):
    """What the database holds now must be what the files hold: a row left over is told."""
    _check("categories.json", Category.objects.all(), {row.slug for row in facts.categories})
    for level in facts.levels:
        said = {area.slug for area in facts.areas if area.level is level}
        _check("areas.json", level.areas.all(), said, of=f"levels “{level.slug}”")


def _check(file, held, said, of=""):
    spare = sorted(set(held.values_list("slug", flat=True)) - said)
    if spare:
        names = ", ".join(f"“{slug}”" for slug in spare)
        raise BrokenFile(
            file,
            of,
            f"the database also holds {names}: put it back into the file, or take it away in the"
            " administration first",
        )


def _figures(done):
    return {
        kind.replace(" ", "_"): {"new": outcome.new, "changed": outcome.changed}
        for kind, outcome in done.items()
    }
