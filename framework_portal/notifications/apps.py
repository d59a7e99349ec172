from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Messages to people: a row first, then delivery."""

    name = "framework_portal.notifications"
    label = "notifications"
