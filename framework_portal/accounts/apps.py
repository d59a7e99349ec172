from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """People, and how they sign in."""

    name = "framework_portal.accounts"
    label = "accounts"
    verbose_name = _("People and sign-ins")

    def ready(self):
        from framework_portal.accounts import receivers  # noqa: F401 – connects them
