"""Who asked and who is told of news, where that tells of no bid."""

from django.contrib import admin

from bids.models import AskerMark, ClarificationAsker, NewsReader, Unfollowed
from framework_portal.admin import ReadOnlyAdmin


@admin.register(ClarificationAsker)
class ClarificationAskerAdmin(ReadOnlyAdmin):
    """Whose question it was, once the competition is opened: whoever asks may well bid."""

    list_display = ["clarification", "supplier", "asked_by"]
    list_select_related = ["clarification", "supplier", "asked_by"]
    search_fields = ["clarification__reference", "supplier__name"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        shown = super().get_queryset(request)
        return shown.filter(clarification__competition__opening__isnull=False)


@admin.register(AskerMark)
class AskerMarkAdmin(ReadOnlyAdmin):
    """The mark that officers knew an asker by, once the competition is opened."""

    list_display = ["competition", "mark", "supplier"]
    list_select_related = ["competition", "supplier"]
    search_fields = ["competition__title", "supplier__name"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(competition__opening__isnull=False)


@admin.register(NewsReader)
class NewsReaderAdmin(ReadOnlyAdmin):
    """How people chose to be told of news. Who merely follows something is not shown."""

    list_display = ["person", "by", "chosen_at"]
    list_filter = ["by"]
    list_select_related = ["person"]
    search_fields = ["person__email"]
    fields = ["person", "by", "chosen_at"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(chosen_at__isnull=False)


@admin.register(Unfollowed)
class UnfollowedAdmin(ReadOnlyAdmin):
    """Competitions that somebody wants no more news of, once they are opened."""

    list_display = ["person", "competition", "since"]
    list_select_related = ["person", "competition"]
    ordering = ["-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).filter(competition__opening__isnull=False)
