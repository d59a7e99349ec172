from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, and how they sign in."""

    name = "framework_portal.accounts"
    label = "accounts"
