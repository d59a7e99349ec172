from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The evidence: an append-only, chained record."""

    name = "framework_portal.audit"
    label = "audit"
