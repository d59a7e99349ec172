"""The commissioner's pages of this app, stage by stage."""

from django.urls import path

from bids.urls import evaluation
from bids.views.commissioner import attempts, preview

urlpatterns = [
    path("attempts/", attempts.attempt_check, name="attempt_check"),
    path(
        "competitions/<uuid:reference>/preview/",
        preview.competition_preview,
        name="competition_preview",
    ),
    path(
        "competitions/<uuid:reference>/lots/<uuid:lot>/preview/",
        preview.lot_preview,
        name="lot_preview",
    ),
    *evaluation.urlpatterns,
]
