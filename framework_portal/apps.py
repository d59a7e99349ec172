from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The ground every app stands on: clock, access, forms, template tags."""

    name = "framework_portal"
    label = "framework_portal"
