from django.apps import AppConfig


class LotsConfig(AppConfig):
    """What is bought: competitions and their lots."""

    name = "lots"
