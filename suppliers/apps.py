from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """Who may bid: organisations and their qualifications."""

    name = "suppliers"

    def ready(self):
        import suppliers.checks  # noqa: F401 - fills the registry of compliance checks
        import suppliers.receivers  # noqa: F401 - hears when an address is confirmed
