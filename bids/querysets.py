"""Questions put to bids and awards."""

from django.db import models
from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least

from bids.states import FALLEN, UNSEALED, AwardState, BidState, ConsentAnswer
from framework_portal.clock import PortalClock
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.models import CompetitionChange
from lots.states import SUBSTANCE


class BidQuerySet(models.QuerySet):
    """Bids."""

    def of(self, user):
        """The bids of the organisations `user` belongs to."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(supplier__memberships__user=user)

    def visible_to(self, user):
        """A supplier's people see its own bids; a commissioner's, a bid once it is opened."""
        if not user.is_authenticated:
            return self.none()
        bodies = Officer.objects.filter(user=user, role=OfficerRole.COMMISSIONER)
        own = Q(supplier__memberships__user=user)
        bought = Q(
            lot__competition__commissioner__in=bodies.values("commissioner"), state__in=UNSEALED
        )
        return self.filter(own | bought).distinct()

    def unsealed(self):
        """Bids that have been opened."""
        return self.filter(state__in=UNSEALED)

    def live(self):
        """Bids that were not withdrawn."""
        return self.exclude(state=BidState.WITHDRAWN)

    def for_list(self):
        """Everything a list page shows, in one query."""
        return (
            self.select_related("lot__competition", "supplier")
            .with_changes_since()
            .with_standby()
            .order_by("lot__competition__closes_at", "pk")
        )

    def with_changes_since(self):
        """Each with `changed_since`: something changed after `counts_from`, and nobody answered it.

        A bid counts from when the version that counts was received. One that stands by was written
        when it was saved, which may be earlier than it was kept.
        """
        versions = self.model._meta.get_field("submissions").related_model.objects
        counting = Func(
            OuterRef("pk"), function="bids_counting_submission", output_field=BigIntegerField()
        )
        written = Case(
            When(instruction=None, then=F("received_at")),
            default=Least(F("received_at"), OuterRef("saved_at")),
        )
        counted = versions.filter(pk=counting).annotate(written=written)
        affirmations = self.model._meta.get_field("affirmations").related_model.objects
        last = affirmations.filter(bid=OuterRef(OuterRef("pk"))).order_by("-change")
        changes = CompetitionChange.objects.filter(
            competition=OuterRef("lot__competition"),
            kind__in=SUBSTANCE,
            made_at__gt=OuterRef("counts_from"),
            pk__gt=Coalesce(Subquery(last.values("change")[:1]), 0),
        )
        live = [BidState.DRAFT, BidState.SUBMITTED]
        return self.annotate(counts_from=Subquery(counted.values("written")[:1])).annotate(
            changed_since=Case(When(state__in=live, then=Exists(changes)), default=Value(False))
        )

    def by_deadline(self, *, at):
        """The open ones, the next to close on top; then the past, the newest first."""
        closes_at = F("lot__competition__closes_at")
        return self.order_by(
            Case(When(lot__competition__closes_at__gt=at, then=closes_at)).asc(nulls_last=True),
            closes_at.desc(),
            "pk",
        )

    def for_desk(self):
        """Everything the pages of one bid need besides its questions, and the instant, at once."""
        rows = self.select_related(
            "lot__competition", "supplier", "draft", "offer__submission__copy"
        )
        return (
            rows.with_changes_since()
            .with_standby()
            .with_unseating()
            .annotate(asked_at=PortalClock())
        )

    def with_unseating(self):
        """Each with `unseated_at`: when a withdrawn consent took it back; no more once it is in."""
        receipts = self.model._meta.get_field("receipts").related_model.objects
        taken_back = receipts.filter(bid=OuterRef("pk"), kind="unseated").order_by("-pk")
        return self.annotate(
            unseated_at=Case(
                When(state=BidState.DRAFT, then=Subquery(taken_back.values("at")[:1])),
            )
        )

    def with_standby(self):
        """Each with `standby_on`, and `standby_at`: when the version that stands by was kept.

        Where it is not of what was saved last, `standby_behind`.
        """
        instructions = self.model._meta.get_field("standby_instructions").related_model.objects
        versions = self.model._meta.get_field("submissions").related_model.objects
        counting = Func(
            OuterRef("pk"), function="bids_counting_submission", output_field=BigIntegerField()
        )
        newest = instructions.filter(bid=OuterRef("pk")).order_by("-pk")
        kept = versions.filter(bid=OuterRef("pk"), pk=counting, instruction__isnull=False)
        return self.annotate(
            standby_on=Subquery(newest.values("is_on")[:1]),
            standby_at=Subquery(kept.values("received_at")[:1]),
            # A version is sealed after the draft of which it is kept: the rows' keys tell.
            standby_behind=Exists(kept.filter(offer__lt=OuterRef("draft"))),
        )


class ConsentQuerySet(models.QuerySet):
    """Requests for consent."""

    def visible_to(self, user):
        """What the organisations of `user` were asked. Leads come by their own bid."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(supplier__memberships__user=user)

    def standing(self):
        """Of each subcontractor the newest terms, while it is named."""
        return self.filter(superseded_at__isnull=True)

    def newest(self):
        """Of each place in a bid what was asked of an organisation last."""
        later = self.model.objects.filter(
            bid=OuterRef("bid"),
            entry=OuterRef("entry"),
            supplier=OuterRef("supplier"),
            number__gt=OuterRef("number"),
        )
        return self.exclude(Exists(later))

    def held(self):
        """Of which something lies under the portal's own key still."""
        return self.filter(
            Q(terms__isnull=False) | Q(wanted__isnull=False) | Q(signed__isnull=False)
        )

    def given(self):
        """Consents that were given and not withdrawn, to newer or to older terms."""
        return self.filter(answer=ConsentAnswer.AGREED, withdrawn_at__isnull=True)

    def waiting(self):
        """Nobody has answered, and still may."""
        return self.standing().filter(answer="")

    def waiting_at(self, email, *, inviter, at):
        """Those that `inviter` put to whoever has this address, and nobody has claimed."""
        return self.standing().filter(
            supplier=None,
            bid__supplier=inviter,
            invited_email__iexact=email,
            bid__lot__competition__closes_at__gt=at,
        )

    def for_list(self):
        """Everything a list page shows, in one query; the newest on top."""
        return self.select_related("bid__lot__competition", "bid__supplier", "supplier").order_by(
            "-asked_at", "-pk"
        )


class AwardQuerySet(models.QuerySet):
    """Awards."""

    def public(self):
        """What everybody may read: decisions that were announced, and history."""
        return self.filter(
            Q(is_history=True) | Q(state__in=[AwardState.ANNOUNCED, AwardState.CONFIRMED])
        )

    def standing(self):
        """Decisions that hold or are being made: one for each lot at most."""
        return self.exclude(state__in=FALLEN)

    def refused(self):
        """Awards that were announced, and whose contract the commissioner refused; all public."""
        return self.filter(state=AwardState.REFUSED)

    def told(self):
        """What everybody has been told of: what stands, and what was refused since."""
        return self.public() | self.refused()

    def for_list(self):
        """Everything a list page shows, in a constant number of queries."""
        return self.select_related("lot__competition").prefetch_related(
            "lot__areas__level", "lot__categories", "subcontractors"
        )
