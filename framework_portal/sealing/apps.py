from django.apps import AppConfig


class SealingConfig(AppConfig):
    """Encryption of offers and drafts, and who may undo it."""

    name = "framework_portal.sealing"
    label = "sealing"
