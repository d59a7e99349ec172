"""Addresses of the commissioner's pages, from draft to closing."""

from django.urls import include, path

from lots.views.commissioner import (
    clarifications,
    desk,
    draft,
    files,
    judging,
    lotting,
    openers,
    passphrase,
    published,
    workbench,
)

of_competition = [
    path("", workbench.competition_detail, name="competition_detail"),
    path("basics/", draft.competition_basics, name="competition_basics"),
    path("categories/", draft.competition_categories, name="competition_categories"),
    path("timetable/", draft.competition_timetable, name="competition_timetable"),
    path("criteria/", judging.competition_criteria, name="competition_criteria"),
    path("questions/", judging.question_list, name="question_list"),
    path("criteria/<uuid:criterion>/add-question/", judging.question_add, name="question_add"),
    path("questions/<uuid:question>/", judging.question_edit, name="question_edit"),
    path("questions/<uuid:question>/remove/", judging.question_remove, name="question_remove"),
    path("documents/", files.document_list, name="document_list"),
    path("documents/<uuid:document>/", files.document_download, name="document_download"),
    path("documents/<uuid:document>/remove/", files.document_remove, name="document_remove"),
    path("lots/make/", lotting.lots_make, name="lots_make"),
    path("lots/order/", lotting.lot_order, name="lot_order"),
    path("lots/<uuid:lot>/", lotting.lot_edit, name="lot_edit"),
    path("lots/<uuid:lot>/remove/", lotting.lot_remove, name="lot_remove"),
    path("openers/", openers.competition_openers, name="competition_openers"),
    path("openers/ask/", openers.openers_ask, name="openers_ask"),
    path("change/", published.competition_change, name="competition_change"),
    path("lots/<uuid:lot>/change/", published.lot_change, name="lot_change"),
    path("documents/publish/", published.document_publish, name="document_publish"),
    path(
        "documents/<uuid:document>/withdraw/",
        published.document_withdraw,
        name="document_withdraw",
    ),
    path("extend/", published.extension_propose, name="extension_propose"),
    path("extensions/<uuid:extension>/", published.extension_decide, name="extension_decide"),
    path("abandon/", published.competition_abandon, name="competition_abandon"),
    path(
        "clarifications/",
        clarifications.competition_clarifications,
        name="competition_clarifications",
    ),
]

urlpatterns = [
    path("opening-passphrase/", passphrase.opening_passphrase, name="opening_passphrase"),
    path(
        "opening-passphrase/set/", passphrase.opening_passphrase_set, name="opening_passphrase_set"
    ),
    path(
        "opening-passphrase/prove/",
        passphrase.opening_passphrase_prove,
        name="opening_passphrase_prove",
    ),
    path("competitions/", desk.competition_list, name="competition_list"),
    path("competitions/start/", desk.competition_start, name="competition_start"),
    path("competitions/copy/", desk.competition_copy, name="competition_copy"),
    path("clarifications/", clarifications.clarification_list, name="clarification_list"),
    path(
        "clarifications/<uuid:reference>/",
        clarifications.clarification_answer,
        name="clarification_answer",
    ),
    path("competitions/<uuid:reference>/", include(of_competition)),
]
