"""What every page is given beside its own context."""

from django.conf import settings
from django.utils.functional import SimpleLazyObject

from framework_portal import navigation


def portal(request):
    """The navigation of whoever asks, worked out only when a page shows it."""
    user = getattr(request, "user", None)
    return {
        "navigation": SimpleLazyObject(
            lambda: navigation.links(navigation.entries(user), request.path)
        ),
        "footer_links": SimpleLazyObject(lambda: navigation.links(navigation.FOOTER)),
        "demonstration": settings.DEMONSTRATION,
    }
