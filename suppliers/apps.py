from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    """Who may bid: organisations and their qualifications."""

    name = "suppliers"
