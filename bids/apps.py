from django.apps import AppConfig


class BidsConfig(AppConfig):
    """Bids, their opening, their scores and the award."""

    name = "bids"
