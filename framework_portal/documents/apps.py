from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Files: checked, encrypted, scanned, served as attachments."""

    name = "framework_portal.documents"
    label = "documents"
