from django.apps import AppConfig


class WatchConfig(AppConfig):
    """Whether a bid could be submitted: looked at from outside, kept as evidence."""

    name = "framework_portal.watch"
    label = "watch"
