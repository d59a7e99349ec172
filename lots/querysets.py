"""Questions put to competitions and lots."""

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.states import PUBLIC_STATES, CompetitionState


def words_of_competition():
    """What a search of competitions looks through; an index holds the same expression."""
    return SearchVector("title", "summary", "description", config="english")


def words_of_lot():
    """What a search of lots looks through; an index holds the same expression."""
    return SearchVector("title", "description", "outside_reference", config="english")


class CompetitionQuerySet(models.QuerySet):
    """Competitions."""

    def public(self):
        """What everybody may read: published ones, and those abandoned after publication."""
        return self.filter(
            Q(state__in=PUBLIC_STATES)
            | Q(state=CompetitionState.ABANDONED, published_at__isnull=False)
        )

    def visible_to(self, user):
        """Public ones, and for an officer every one of the bodies the officer acts for."""
        if not user.is_authenticated:
            return self.public()
        return self.filter(
            Q(pk__in=self.model._default_manager.public().values("pk"))
            | Q(commissioner__in=_bodies(user))
        )

    def copied_by(self, user):
        """Those that `user` may start a draft from: of the officer's bodies, and history."""
        theirs = Q(commissioner__in=_bodies(user)) | Q(is_history=True)
        return self.visible_to(user).filter(theirs).order_by("is_history", "-pk")

    def run_by(self, user):
        """The competitions `user` may run: of the officer's bodies, within the officer's areas.

        An officer with named areas runs a competition when all its lots lie in those areas, and
        while it has no lot, the own drafts. History is nobody's to run.
        """
        if not user.is_authenticated:
            return self.none()
        offices = Officer.objects.filter(user=user, role=OfficerRole.COMMISSIONER)
        unlimited = offices.filter(areas__isnull=True).values("commissioner")
        lots = self.model._meta.get_field("lots").related_model._default_manager
        here = Exists(lots.filter(competition=OuterRef("pk")))
        within = here & ~Exists(self._leaves_outside(offices)) | ~here & Q(created_by=user)
        return self.filter(
            Q(commissioner__in=unlimited)
            | Q(within, commissioner__in=offices.values("commissioner")),
            is_history=False,
        )

    def _leaves_outside(self, offices):
        """The smallest areas of a competition's lots that lie in no area of `offices` there."""
        areas = self.model._meta.get_field("lots").related_model.areas.rel.model.objects
        held = offices.filter(commissioner=OuterRef(OuterRef("commissioner"))).values("areas")
        return (
            areas.leaves()
            .filter(
                Q(lots__competition=OuterRef("pk")) | Q(parent__lots__competition=OuterRef("pk"))
            )
            .exclude(Q(pk__in=held) | Q(parent__in=held, parent__isnull=False))
        )

    def for_desk(self, *, at):
        """What an officer's list shows of each, the most pressing first."""
        model, by_competition = self.model, Q(competition=OuterRef("pk"))
        lots = model._meta.get_field("lots").related_model.objects.filter(by_competition)
        asked = model._meta.get_field("clarifications").related_model.objects.waiting()
        proposed = model._meta.get_field("extensions").related_model.objects.waiting()
        published = Q(state=CompetitionState.PUBLISHED)
        return (
            self.select_related("commissioner")
            .annotate(
                lot_count=_count(lots),
                unanswered=_count(asked.filter(by_competition)),
                extension_waits=Exists(proposed.filter(by_competition)),
                pressing=Case(
                    When(published & Q(closes_at__lte=at), then=0),
                    When(state__in=[CompetitionState.OPENED, CompetitionState.EVALUATED], then=1),
                    When(published, then=2),
                    When(state=CompetitionState.DRAFT, then=3),
                    When(state=CompetitionState.AWARDED, then=4),
                    default=5,
                ),
            )
            .order_by("pressing", "closes_at", "-pk")
        )

    def open(self, *, at):
        """Published and not yet closed."""
        return self.filter(state=CompetitionState.PUBLISHED, closes_at__gt=at)

    def closed(self, *, at):
        """Published, closed, and not yet opened."""
        return self.filter(state=CompetitionState.PUBLISHED, closes_at__lte=at)


class LotQuerySet(models.QuerySet):
    """Lots."""

    def public(self):
        """Lots of competitions that everybody may read."""
        return self.filter(
            Q(competition__state__in=PUBLIC_STATES)
            | Q(
                competition__state=CompetitionState.ABANDONED,
                competition__published_at__isnull=False,
            )
        )

    def visible_to(self, user):
        """Lots of competitions that `user` may read."""
        if not user.is_authenticated:
            return self.public()
        public = self.model._default_manager.public().values("pk")
        return self.filter(Q(pk__in=public) | Q(competition__commissioner__in=_bodies(user)))

    def with_standing(self, *, at):
        """Each lot with `standing`: open, closed, opened, awarded or abandoned at `at`."""
        published = Q(competition__state=CompetitionState.PUBLISHED)
        return self.annotate(
            standing=Case(
                When(published & Q(competition__closes_at__gt=at), then=Value("open")),
                When(published, then=Value("closed")),
                When(
                    competition__state__in=[CompetitionState.OPENED, CompetitionState.EVALUATED],
                    then=Value("closed"),
                ),
                default="competition__state",
                output_field=CharField(),
            )
        )

    def standing_at(self, standing, *, at):
        """Lots that are open, closed or awarded at `at`; any other word: all that are public."""
        published = Q(competition__state=CompetitionState.PUBLISHED)
        if standing == "open":
            return self.filter(published, competition__closes_at__gt=at)
        if standing == "closed":
            return self.filter(
                Q(published, competition__closes_at__lte=at)
                | Q(competition__state__in=[CompetitionState.OPENED, CompetitionState.EVALUATED])
            )
        if standing == "awarded":
            return self.filter(competition__state=CompetitionState.AWARDED)
        return self.public()

    def saying(self, words):
        """Lots whose own words, or those of their competition, hold these."""
        query = SearchQuery(words, config="english", search_type="websearch")
        lots = self.model._default_manager.annotate(said=words_of_lot()).filter(said=query)
        competitions = self.model._meta.get_field("competition").related_model._default_manager
        held = competitions.annotate(said=words_of_competition()).filter(said=query)
        return self.filter(Q(pk__in=lots.values("pk")) | Q(competition__in=held.values("pk")))

    def in_area(self, area):
        """Lots over `area`, over a part of it, or over the larger area it lies in."""
        here = Q(areas=area) | Q(areas__parent=area)
        if area.parent_id:
            here |= Q(areas=area.parent_id)
        return self.filter(pk__in=self.model._default_manager.filter(here).values("pk"))

    def for_list(self):
        """Everything a list page shows, in three queries."""
        return self.select_related("competition__commissioner").prefetch_related(
            "categories", "areas__level"
        )


class ExtensionQuerySet(models.QuerySet):
    """Proposed deadlines."""

    def waiting(self):
        """Those that a second officer has neither confirmed nor rejected."""
        return self.filter(confirmed_at__isnull=True, rejected_at__isnull=True)


class ClarificationQuerySet(models.QuerySet):
    """Clarifications."""

    def published(self):
        """Those with an answer, which everybody may read."""
        return self.filter(answered_at__isnull=False).order_by("answered_at", "pk")

    def waiting(self):
        """Those nobody has answered yet, oldest first."""
        return self.filter(answered_at__isnull=True, withdrawn_at__isnull=True).order_by("asked_at")


def _count(rows):
    """How many of `rows`, which are correlated to an outer query."""
    counted = rows.order_by().values("competition").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _bodies(user):
    return Officer.objects.filter(user=user, role=OfficerRole.COMMISSIONER).values("commissioner")
