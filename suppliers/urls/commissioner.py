"""Addresses of the commissioner's pages that show how many suppliers match."""

from django.urls import path

from suppliers.views.commissioner import lots, publishing

urlpatterns = [
    path("competitions/<uuid:reference>/lots/", lots.lot_list, name="lot_list"),
    path(
        "competitions/<uuid:reference>/publish/",
        publishing.competition_publish,
        name="competition_publish",
    ),
    path(
        "competitions/<uuid:reference>/published/",
        publishing.competition_published,
        name="competition_published",
    ),
]
