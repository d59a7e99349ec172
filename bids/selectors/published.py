"""What everybody may read of a competition and of a lot. Nothing here looks at bids."""

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import JSONObject
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from bids.models import Award, LogHead, NamedSubcontractor
from bids.selectors.leads import lead_address
from framework_portal import wording
from framework_portal.reference.models import IncidentStep
from lots.models import Competition, Criterion, Lot, Question
from suppliers.models import Supplier

LotCategory, LotArea = Lot.categories.through, Lot.areas.through


def named(through, *, owner, name, order):
    """The names on the other side of a many-to-many table, as an array."""
    rows = through.objects.filter(**{owner: OuterRef("pk")}).order_by(*order)
    return ArraySubquery(rows.values(name), output_field=ArrayField(CharField()))


def public_competitions():
    """Published competitions with what their page needs of other tables."""
    heads = LogHead.objects.filter(competition=OuterRef("pk")).order_by("-pk")
    return competitions_to_show(Competition.objects.public()).annotate(
        log_root=Subquery(heads.values("root")[:1]),
        log_closed_at=Subquery(heads.values("published_at")[:1]),
    )


def competitions_to_show(competitions):
    """`competitions` with what their page needs of other tables."""
    steps = IncidentStep.objects.filter(rule=OuterRef("incident_rule"))
    return competitions.select_related("commissioner", "framework", "incident_rule").annotate(
        incident_steps=ArraySubquery(
            steps.order_by("case", "from_minutes").values(
                row=JSONObject(case="case", from_minutes="from_minutes", longer="extension_minutes")
            )
        ),
        category_names=named(
            Competition.categories.through,
            owner="competition",
            name="category__name",
            order=["category__number"],
        ),
    )


def public_lots():
    """Published lots with the names of their categories and areas."""
    return lots_to_show(Lot.objects.public())


def lots_to_show(lots):
    """`lots` with the names of their categories and areas."""
    return lots.annotate(
        category_names=named(
            LotCategory, owner="lot", name="category__name", order=["category__number"]
        ),
        area_names=named(
            LotArea, owner="lot", name="area__name", order=["area__position", "area__name"]
        ),
        category_keys=ArraySubquery(
            LotCategory.objects.filter(lot=OuterRef("pk")).values("category")
        ),
        area_keys=ArraySubquery(LotArea.objects.filter(lot=OuterRef("pk")).values("area")),
    )


def lots_of(competition):
    """A competition's lots, with the lead of each that has been awarded."""
    award = Award.objects.public().filter(lot=OuterRef("pk"))
    refused = Award.objects.refused().filter(lot=OuterRef("pk"))
    return (
        public_lots()
        .filter(competition=competition)
        .annotate(
            lead_name=Subquery(award.values("lead_name")[:1]),
            decision=Subquery(award.values("decision")[:1]),
            was_refused=Exists(refused),
        )
        .order_by("position")
    )


def criteria_of(competition):
    """How bids are judged: criteria with their questions, in one query."""
    questions = Question.objects.filter(criterion=OuterRef("pk")).order_by("position")
    asked = questions.values(
        asked=JSONObject(text="text", guidance="guidance", word_limit="word_limit")
    )
    return (
        Criterion.objects.filter(competition=competition)
        .annotate(asked=ArraySubquery(asked))
        .order_by("position")
    )


def questions_to_answer(competition):
    """How many questions a bid answers, and in how many words at most."""
    asked = Question.objects.filter(criterion__competition=competition)
    task = asked.aggregate(count=Count("pk"), words=Sum("word_limit"))
    return task | {"words": number_format(task["words"] or 0, force_grouping=True)}


def public_awards():
    """Announced decisions with the names of the subcontractors, refused ones among them."""
    names = NamedSubcontractor.objects.filter(award=OuterRef("pk")).order_by("position")
    return Award.objects.told().annotate(subcontractor_names=ArraySubquery(names.values("name")))


def decisions_on(lot):
    """(what stands, what was refused before) of the public decisions on `lot`, as rows."""
    rows = [AwardRow(award) for award in public_awards().filter(lot=lot).order_by("announced_at")]
    standing = [row for row in rows if not row.refused]
    return (standing[0] if standing else None), [row for row in rows if row.refused]


class AwardRow:
    """One announced decision, in finished words."""

    def __init__(self, award):
        self._award = award
        self.decision = award.decision
        self.lead_name = award.lead_name
        self.reasons = award.reasons
        self.lead_address = lead_address(award.lead_name) if award.lead_name else ""
        self.subcontractor_names = award.subcontractor_names
        # Of history the day is known, and of ours the minute.
        self.announced = wording.day(award.announced_at or award.announced_on)
        # The day on which the commissioner refused to enter into the contract, or nothing.
        self.refused = wording.day(award.refused_at) if award.refused_at else ""

    def named(self, *, at):
        """Whom the award names, and what the bid calls it where that is another name."""
        listed = Supplier.objects.qualified(at=at).filter(pk=OuterRef("supplier"))
        return (
            self._award.subcontractors.annotate(is_listed=Exists(listed))
            .order_by("position")
            .values("name", "named_as", "supplier__reference", "is_listed")
        )


def ages(lot):
    """Whom a lot serves, by age."""
    if lot.minimum_age is None and lot.maximum_age is None:
        return _("All ages")
    if lot.maximum_age is None:
        return _("%(age)d and over") % {"age": lot.minimum_age}
    if lot.minimum_age is None:
        return _("Up to %(age)d") % {"age": lot.maximum_age}
    return _("%(least)d to %(most)d") % {"least": lot.minimum_age, "most": lot.maximum_age}


def documents_of(competition):
    """The documents that stand."""
    return competition.documents.filter(removed_at=None).select_related("document")


def said_in(words):
    """Awards whose lead or one of whose subcontractors is called something like `words`."""
    named = NamedSubcontractor.objects.filter(
        Q(name__icontains=words) | Q(named_as__icontains=words)
    )
    return Q(lead_name__icontains=words) | Q(pk__in=named.values("award"))
