"""Writing past awards: all of the file or nothing."""

from django.db import transaction
from django.db.models import Count, F

from bids.models import Award, NamedSubcontractor
from framework_portal.audit import trail
from framework_portal.reference.actions.upsert import link, upsert
from framework_portal.reference.files import BrokenFile
from framework_portal.reference.models import Commissioner, Framework
from lots.models import Competition, Lot
from lots.states import AwardRoute

COMPETITION_FIELDS = ["source", "title", "summary", "description", "service_starts_on"]


@transaction.atomic
def load_history(*, history, file, by=None):
    """Bring the tables to `history`, as read by `read_history`; gives what was done.

    Totals are counted again in the database, and `file` is refused where they differ.
    """
    framework = Framework.objects.current()
    if framework is None:
        raise BrokenFile(file, "", "there is no framework yet: run load_reference first")
    # No address of the Ministry's is a fact we hold: it is left empty, and nobody writes to it.
    commissioner, _ = Commissioner.objects.get_or_create(name=history.commissioner.name)
    for competition in history.competitions:
        competition.framework, competition.commissioner = framework, commissioner
    done = {
        "competitions": upsert(
            history.competitions,
            by=["reference"],
            among=Competition.objects.filter(is_history=True),
            fields=COMPETITION_FIELDS,
        )
    }
    _again(history.lots, "competition")
    ours = [competition.pk for competition in history.competitions]
    done["lots"] = upsert(
        history.lots, by=["reference"], among=Lot.objects.filter(competition__in=ours)
    )
    moved = _link(history, ours)
    _again(history.awards, "lot")
    awards = Award.objects.filter(lot__competition__in=ours)
    done["awards"] = upsert(history.awards, by=["reference"], among=awards)
    done["subcontractors named"], dropped = _name_subcontractors(history)
    _check_totals(history, file, ours)
    if moved or dropped or any(outcome.new or outcome.changed for outcome in done.values()):
        Competition.objects.filter(pk__in=ours).update(edition=F("edition") + 1)
        trail.record_many("competition.history_loaded", history.competitions, by=by)
    return done


def _again(rows, name):
    """Let `rows` know the keys that the rows under `name` were given since they were put there."""
    for row in rows:
        setattr(row, name, getattr(row, name))


def _link(history, ours):
    """Categories and areas of the lots, and the categories of their competitions."""
    lots = [lot.pk for lot in history.lots]
    categories = {(lot.pk, category.pk) for lot, category in history.categories}
    needs = {(lot.competition_id, category.pk) for lot, category in history.categories}
    areas = {(lot.pk, area.pk) for lot, area in history.areas}
    return any(
        [
            link(Lot.categories.through, categories, owners=lots),
            link(Lot.areas.through, areas, owners=lots),
            link(Competition.categories.through, needs, owners=ours),
        ]
    )


def _name_subcontractors(history):
    _again(history.subcontractors, "award")
    ours = [award.pk for award in history.awards]
    held = NamedSubcontractor.objects.filter(award__in=ours).order_by()
    done = upsert(
        history.subcontractors,
        by=["award_id", "name"],
        among=held,
        fields=["position"],
    )
    said = [named.pk for named in history.subcontractors]
    dropped, _ = held.exclude(pk__in=said).delete()
    return done, dropped


def _check_totals(history, file, ours):
    """Count what the database holds now: it must be what the file says in its totals."""
    lots = Lot.objects.filter(competition__in=ours)
    awards = Award.objects.filter(lot__in=lots)
    held = {
        "competitions": Competition.objects.filter(pk__in=ours).count(),
        "lots": lots.count(),
        "leads": awards.aggregate(n=Count("lead_name", distinct=True))["n"],
        "subcontractors": NamedSubcontractor.objects.filter(award__in=awards).aggregate(
            n=Count("name", distinct=True)
        )["n"],
        "direct_awards": lots.filter(award_route=AwardRoute.DIRECT).count(),
        "lots_without_subcontractor": awards.filter(subcontractors=None).count(),
    }
    for name, said in history.totals.items():
        if held[name] != said:
            reason = f"“{name}” says {said} and the database would hold {held[name]}"
            raise BrokenFile(file, "totals", reason)
