from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Contracts, their supply chains from the bid to the last report, and what goes wrong there."""

    name = "contracts"
