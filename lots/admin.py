"""The admin of competitions and lots: a window. What is done, is done by the same actions."""

from django.contrib import admin, messages
from django.db.models import Count
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from framework_portal import clock
from framework_portal.accounts.recent import require_recent_sign_in
from framework_portal.admin import ReadOnlyAdmin
from framework_portal.refusals import Refused
from framework_portal.sealing import keypairs
from lots.actions.extending import confirm_extension, reject_extension
from lots.models import (
    Clarification,
    Competition,
    CompetitionChange,
    CompetitionDocument,
    Criterion,
    DeadlineExtension,
    DeadlineMove,
    KeyShare,
    Lot,
    Opener,
    OpenerKey,
    OpenerProof,
    Question,
    SealingKey,
)


def each(request, things, act, done):
    """Do `act` to each of `things`, one by one, and show every refusal."""
    require_recent_sign_in(request)
    count = 0
    for thing in things:
        try:
            act(thing)
        except Refused as refusal:
            words = now_("%(thing)s: %(why)s") % {"thing": thing, "why": refusal.message}
            messages.error(request, words)
        else:
            count += 1
    if count:
        messages.success(request, done % {"count": count})


@admin.register(Competition)
class CompetitionAdmin(ReadOnlyAdmin):
    """Everything about a competition but its bids. A published deadline stands here as it is."""

    list_display = [
        *("number", "title", "commissioner", "kind", "state", "closes_at", "lot_count"),
        "audit_link",
    ]
    list_display_links = ["number", "title"]
    list_filter = ["state", "kind", "is_history", "commissioner", "categories"]
    list_select_related = ["commissioner"]
    search_fields = ["title", "reference", "commissioner__name", "contact_email"]
    date_hierarchy = "closes_at"
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(lots_there=Count("lots"))

    @admin.display(description=_("lots"), ordering="lots_there")
    def lot_count(self, competition):
        return competition.lots_there


@admin.register(Lot)
class LotAdmin(ReadOnlyAdmin):
    """What is bought, where and for how much."""

    list_display = ["title", "position", "competition", "sex", "value", "award_route", "audit_link"]
    list_filter = ["competition__state", "categories", "sex", "award_route"]
    list_select_related = ["competition"]
    search_fields = ["title", "reference", "outside_reference", "competition__title"]
    list_per_page = 50


@admin.register(Criterion)
class CriterionAdmin(ReadOnlyAdmin):
    """What is judged, and for how much."""

    list_display = ["name", "competition", "kind", "weight", "lowest_mark", "position"]
    list_filter = ["kind", "competition__state"]
    list_select_related = ["competition"]
    search_fields = ["name", "reference", "competition__title"]


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdmin):
    """What bids answer in words."""

    list_display = ["__str__", "criterion", "competition", "word_limit", "position"]
    list_filter = ["criterion__kind", "criterion__competition__state"]
    list_select_related = ["criterion__competition"]
    search_fields = ["text", "reference", "criterion__name", "criterion__competition__title"]

    @admin.display(description=_("competition"))
    def competition(self, question):
        return question.criterion.competition


@admin.register(CompetitionDocument)
class CompetitionDocumentAdmin(ReadOnlyAdmin):
    """Which documents stood beside a competition, from when to when."""

    list_display = ["title", "competition", "added_at", "added_by", "removed_at", "removed_by"]
    list_filter = ["competition__state"]
    list_select_related = ["competition", "added_by", "removed_by"]
    search_fields = ["title", "reference", "competition__title"]
    date_hierarchy = "added_at"


@admin.register(CompetitionChange)
class CompetitionChangeAdmin(ReadOnlyAdmin):
    """What changed after publication, and why."""

    list_display = ["__str__", "kind", "competition", "made_at", "made_by"]
    list_filter = ["kind"]
    list_select_related = ["competition", "made_by"]
    search_fields = ["summary", "reason", "reference", "competition__title"]
    date_hierarchy = "made_at"


@admin.register(DeadlineExtension)
class DeadlineExtensionAdmin(ReadOnlyAdmin):
    """Later deadlines: who proposed and who confirmed."""

    list_display = [
        *("competition", "closes_at", "proposed_at", "proposed_by"),
        *("confirmed_at", "confirmed_by", "rejected_at", "rejected_by"),
    ]
    list_filter = [
        ("confirmed_at", admin.EmptyFieldListFilter),
        ("rejected_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["competition", "proposed_by", "confirmed_by", "rejected_by"]
    search_fields = ["competition__title", "reference", "reason"]
    date_hierarchy = "proposed_at"
    actions = ["confirm", "reject"]

    @admin.action(description=_("Confirm the chosen, as the second officer you are"))
    def confirm(self, request, extensions):
        def act(extension):
            confirm_extension(extension=extension, by=request.user, at=clock.now())

        each(request, extensions, act, now_("%(count)d confirmed"))

    @admin.action(description=_("Reject the chosen, as the officer you are"))
    def reject(self, request, extensions):
        def act(extension):
            reject_extension(extension=extension, by=request.user, at=clock.now())

        each(request, extensions, act, now_("%(count)d rejected"))


@admin.register(Clarification)
class ClarificationAdmin(ReadOnlyAdmin):
    """Questions and their answers. Who asked is not known here."""

    list_display = ["reference", "competition", "lot", "asked_at", "answered_at", "answered_by"]
    list_filter = [
        ("answered_at", admin.EmptyFieldListFilter),
        ("withdrawn_at", admin.EmptyFieldListFilter),
    ]
    list_select_related = ["competition", "lot", "answered_by"]
    search_fields = ["reference", "competition__title", "asked", "question", "answer"]
    date_hierarchy = "asked_at"


@admin.register(Opener)
class OpenerAdmin(ReadOnlyAdmin):
    """Who may open which competition."""

    list_display = ["user", "competition"]
    list_select_related = ["user", "competition"]
    search_fields = ["user__name", "user__email", "competition__title"]
    fields = ["user", "competition"]


@admin.register(OpenerKey)
class OpenerKeyAdmin(ReadOnlyAdmin):
    """That somebody has a key. The key does not show, and opens with a passphrase only."""

    list_display = ["reference", "user", "made_at", "retired_at"]
    list_filter = [("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["reference", "user__name", "user__email"]
    fields = ["reference", "user", "made_at", "retired_at"]


@admin.register(OpenerProof)
class OpenerProofAdmin(ReadOnlyAdmin):
    """When somebody showed that the passphrase is known."""

    list_display = ["key", "user", "competition", "proven_at"]
    list_select_related = ["key__user", "competition"]
    search_fields = ["key__user__name", "key__user__email", "competition__title"]
    fields = ["key", "competition", "proven_at"]

    @admin.display(description=_("officer"))
    def user(self, proof):
        return proof.key.user


@admin.register(SealingKey)
class SealingKeyAdmin(ReadOnlyAdmin):
    """What bids are sealed to, by its fingerprint. There is nothing here that opens."""

    list_display = ["competition", "part", "fingerprint", "made_at"]
    list_filter = ["part"]
    list_select_related = ["competition"]
    search_fields = ["competition__title", "reference"]
    fields = ["reference", "competition", "part", "fingerprint", "private_hash", "made_at"]
    readonly_fields = ["fingerprint"]

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, key):
        return keypairs.fingerprint(bytes(key.public_key))


@admin.register(KeyShare)
class KeyShareAdmin(ReadOnlyAdmin):
    """Who holds a share of which key. The share does not show."""

    list_display = ["key", "opener", "opener_key"]
    list_select_related = ["key__competition", "opener__user", "opener_key"]
    search_fields = ["key__competition__title", "opener__user__name"]
    fields = ["key", "opener", "opener_key"]


@admin.register(DeadlineMove)
class DeadlineMoveAdmin(ReadOnlyAdmin):
    """Deadlines that a written rule moved, and what justified it."""

    list_display = [
        *("competition", "cause", "moved_at", "closed_at_before", "closes_at_after"),
        *("outage", "step", "counted_seconds"),
    ]
    list_filter = ["cause"]
    list_select_related = ["competition", "outage", "step"]
    search_fields = ["competition__title", "reference"]
    date_hierarchy = "moved_at"
