"""The subcontractor's confidential reports, and the integrity officer."""

from django.urls import path

from contracts.views.integrity import voice as integrity_views
from contracts.views.public import voice as public_views
from contracts.views.supplier import voice as supplier_views

public = [
    path(
        "supply-chain-reports/",
        public_views.supply_chain_reports_figures,
        name="supply_chain_reports_figures",
    ),
]
# The words in these addresses stay in the browser's history: they tell nothing.
supplier = [
    path("notes/", supplier_views.note_list, name="note_list"),
    path("notes/new/<uuid:reference>/", supplier_views.note_write, name="note_write"),
    path("notes/<uuid:reference>/", supplier_views.note, name="note"),
]
commissioner = []
integrity = [
    path("reports/", integrity_views.report_list, name="report_list"),
    path("reports/<uuid:reference>/", integrity_views.report, name="report"),
    path("reports/<uuid:reference>/answer/", integrity_views.report_answer, name="report_answer"),
    path("reports/<uuid:reference>/close/", integrity_views.report_close, name="report_close"),
    path("findings/", integrity_views.finding_list, name="finding_list"),
    path("findings/<uuid:reference>/", integrity_views.finding, name="finding"),
]
