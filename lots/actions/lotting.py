"""The lots of a draft: all made in one step, then put right one by one."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal.audit import trail
from framework_portal.refusals import Refused
from lots.actions.locking import locked, save
from lots.models import Lot
from lots.selectors import first_outside
from lots.states import Sex

LONGEST_TITLE = 200
# What a pattern for titles may say, and what it is replaced with.
AREA, REGION, CATEGORY, NUMBER = "[area]", "[region]", "[category]", "[number]"


@dataclass(frozen=True)
class LotTerms:
    """What a lot says besides its title, its areas and its categories."""

    description: str = ""
    sex: str = Sex.ANY
    minimum_age: int | None = None
    maximum_age: int | None = None
    value: Decimal | None = None
    value_if_extended: Decimal | None = None
    volume: str = ""


@dataclass(frozen=True)
class Made:
    """What one step made: the new lots, how many were there already, how many went."""

    lots: list = field(default_factory=list)
    already_there: int = 0
    removed: int = 0


def one_each(areas):
    """A lot for each of `areas`, as `make_lots` takes it."""
    return [[area] for area in areas]


@trail.keeps_refusals("competition.lots_refused", of="competition")
@transaction.atomic
def make_lots(
    *,
    competition,
    groups,
    title_pattern,
    categories,
    by,
    terms=None,
    replace=False,
    edition=None,
):
    """One lot for each group of areas, in one step and few statements.

    A group that has a lot in the same categories already is passed over, so that pressing twice
    makes nothing twice; with `replace` every lot that is there goes first.
    """
    competition = locked(competition, "edit", edition=edition)
    terms, categories = terms or LotTerms(), list(categories)
    _refuse_unsound(competition, categories, [area for group in groups for area in group], by)
    refuse_terms(terms)
    removed = _remove_all(competition) if replace else 0
    wanted = [group for group in groups if group]
    if not wanted:
        raise Refused("no_areas", _("Choose at least one area"), field="areas")
    new = _not_there_yet(competition, wanted, categories)
    lots = _made(competition, new, title_pattern, categories, terms)
    save(competition)
    made = Made(lots=lots, already_there=len(wanted) - len(new), removed=removed)
    trail.record("competition.lots_made", competition, by=by, made=len(lots), removed=removed)
    return made


def _made(competition, groups, title_pattern, categories, terms):
    last = competition.lots.aggregate(last=Max("position"))["last"] or 0
    lots = Lot.objects.bulk_create(
        Lot(
            competition=competition,
            position=number,
            title=title(title_pattern, group, categories, number),
            **vars(terms),
        )
        for number, group in enumerate(groups, start=last + 1)
    )
    _refuse_same_titles(competition, lots)
    _join(Lot.areas.through, "area", zip(lots, groups, strict=True))
    _join(Lot.categories.through, "category", ((lot, categories) for lot in lots))
    return lots


def title(pattern, areas, categories, number):
    """A lot's title, out of `pattern`: what stands in square brackets is filled in."""
    area = areas[0]
    words = {
        AREA: _named(areas),
        REGION: (area.parent or area).name,
        CATEGORY: categories[0].name,
        NUMBER: str(number),
    }
    for token, word in words.items():
        pattern = pattern.replace(token, word)
    return pattern.strip()[:LONGEST_TITLE]


def _named(areas):
    names = [area.name for area in areas]
    if len(names) > 3:
        more = {"area": names[0], "more": len(names) - 1}
        return now_("%(area)s and %(more)d more areas") % more
    if len(names) == 1:
        return names[0]
    return now_("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


@trail.keeps_refusals("competition.lots_refused", of="lot")
@transaction.atomic
def edit_lot(*, lot, title, areas, categories, terms, by, edition=None):
    """Another title, other areas, another value: anything, while the competition is a draft."""
    competition = locked(lot.competition, "edit", edition=edition)
    lot = competition.lots.get(pk=lot.pk)
    areas, categories = list(areas), list(categories)
    _refuse_unsound(competition, categories, areas, by)
    refuse_terms(terms)
    lot.title = title
    for name, value in vars(terms).items():
        setattr(lot, name, value)
    lot.save(update_fields=["title", *vars(terms)])
    lot.areas.set(areas)
    lot.categories.set(categories)
    save(competition)
    trail.record("competition.lot_edited", competition, by=by, lot=str(lot.reference))
    return lot


@transaction.atomic
def remove_lot(*, lot, by, edition=None):
    """One lot fewer; the others close up."""
    competition = locked(lot.competition, "edit", edition=edition)
    reference = str(lot.reference)
    competition.lots.filter(pk=lot.pk).delete()
    _number(competition, list(competition.lots.order_by("position")))
    save(competition)
    trail.record("competition.lot_removed", competition, by=by, lot=reference)
    return competition


@trail.keeps_refusals("competition.lots_refused", of="competition")
@transaction.atomic
def order_lots(*, competition, references, by, edition=None):
    """The lots, in the order of `references`, which must name each of them once."""
    competition = locked(competition, "edit", edition=edition)
    there = {lot.reference: lot for lot in competition.lots.all()}
    if sorted(map(str, references)) != sorted(map(str, there)):
        raise Refused("other_lots", _("The lots have changed. Look at the list again"))
    _number(competition, [there[reference] for reference in references])
    save(competition)
    trail.record("competition.lots_ordered", competition, by=by)
    return competition


def _number(competition, lots):
    for position, lot in enumerate(lots, start=1):
        lot.position = position
    Lot.objects.bulk_update(lots, ["position"])


def _refuse_unsound(competition, categories, areas, by):
    allowed = set(competition.categories.values_list("pk", flat=True))
    if not categories or not {category.pk for category in categories} <= allowed:
        raise Refused(
            "category",
            _("Choose at least one of the competition's categories"),
            field="categories",
        )
    if not areas:
        raise Refused("no_areas", _("Choose at least one area"), field="areas")
    outside = first_outside(by, competition.commissioner, areas)
    if outside is not None:
        raise Refused(
            "not_your_area",
            _("You do not act for %(area)s. Leave it out, or ask a colleague who does")
            % {"area": outside.name},
            field="areas",
        )


def refuse_terms(terms):
    """Ages and values that no lot can have, draft or not: the database would refuse them too."""
    youngest, oldest = terms.minimum_age, terms.maximum_age
    if youngest is not None and oldest is not None and oldest < youngest:
        raise Refused(
            "ages",
            _("The oldest age must not be below the youngest"),
            field="maximum_age",
        )
    if terms.value_if_extended is not None and (
        terms.value is None or terms.value_if_extended < terms.value
    ):
        raise Refused(
            "value_if_extended",
            _("The value with extensions must be the value without them, or more"),
            field="value_if_extended",
        )


def _refuse_same_titles(competition, lots):
    titles = list(competition.lots.values_list("title", flat=True))
    same = next((lot.title for lot in lots if titles.count(lot.title) > 1), None)
    if same is not None:
        raise Refused(
            "same_titles",
            _("Two lots would be called “%(title)s”. Write [area] or [number] into the titles")
            % {"title": same},
            field="title_pattern",
        )


def _not_there_yet(competition, groups, categories):
    """Those of `groups` that no lot in the same categories stands for yet, each once."""
    wanted = frozenset(category.pk for category in categories)
    lots = competition.lots.prefetch_related("areas", "categories")
    seen = {
        frozenset(area.pk for area in lot.areas.all())
        for lot in lots
        if frozenset(category.pk for category in lot.categories.all()) == wanted
    }
    new = []
    for group in groups:
        areas = frozenset(area.pk for area in group)
        if areas not in seen:
            seen.add(areas)
            new.append(group)
    return new


def _remove_all(competition):
    count = competition.lots.count()
    competition.lots.all().delete()
    return count


def _join(through, name, pairs):
    through.objects.bulk_create(
        through(lot_id=lot.pk, **{f"{name}_id": thing.pk})
        for lot, things in pairs
        for thing in things
    )
