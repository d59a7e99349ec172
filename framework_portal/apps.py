from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The ground every app stands on: clock, access, forms, template tags."""

    name = "framework_portal"
    label = "framework_portal"

    def ready(self):
        # Importing registers the checks of `manage.py check --deploy`.
        from framework_portal import safety  # noqa: F401
