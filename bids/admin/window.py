"""What the pages of bids share."""

from bids.selectors import secrecy
from framework_portal.admin import ReadOnlyAdmin


class OfABid(ReadOnlyAdmin):
    """What belongs to a bid is shown once the bid's competition is opened."""

    ordering = ["-pk"]

    def get_queryset(self, request):
        return secrecy.may_be_shown(super().get_queryset(request))
