from importlib import import_module

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Contracts, their supply chains from the bid to the last report, and what goes wrong there."""

    name = "contracts"

    def ready(self):
        import_module("contracts.checks")  # registers itself
        import_module("contracts.evidence")  # registers itself
        import_module("contracts.selectors.deadlines")  # so does what the dashboard shows
        import_module("contracts.selectors.due")  # and what it shows of subcontracts
