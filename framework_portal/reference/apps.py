from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """The framework, its categories and areas, the buying bodies, working days."""

    name = "framework_portal.reference"
    label = "reference"
