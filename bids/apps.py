from importlib import import_module

from django.apps import AppConfig


class BidsConfig(AppConfig):
    """Bids, their opening, their scores and the award."""

    name = "bids"

    def ready(self):
        # Registers this app's evidence, what the watch tries, and what stands
        # beside an error page; models are there only from now on.
        import_module("bids.evidence")
        import_module("bids.probing")
        import_module("bids.attempts")
