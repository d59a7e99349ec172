"""The commissioner's pages of this app, stage by stage."""

from bids.urls import evaluation

urlpatterns = [*evaluation.urlpatterns]
