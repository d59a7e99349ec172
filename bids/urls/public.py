"""What everybody may read of competitions, lots and awards."""

from django.urls import path

from bids.views.public import awards, competitions, coverage, home, machines

urlpatterns = [
    path("", home.home, name="home"),
    path("opportunities/<uuid:reference>/", competitions.competition, name="competition"),
    path(
        "opportunities/<uuid:reference>/documents/<uuid:document>/",
        competitions.competition_document,
        name="competition_document",
    ),
    path("lots/<uuid:reference>/", competitions.lot, name="lot"),
    path("awards/", awards.award_list, name="award_list"),
    path("awards/leads/<slug:slug>/", awards.lead, name="lead"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path(".well-known/security.txt", machines.security, name="security"),
]
