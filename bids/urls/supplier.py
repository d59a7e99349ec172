"""The bidder's pages."""

from django.urls import path

from bids.views.supplier import outcome

urlpatterns = [
    path("bids/<uuid:reference>/outcome/", outcome.bid_outcome, name="bid_outcome"),
]
