"""The annual supply chain report."""

from django.urls import path

from contracts.views.commissioner import annual as run
from contracts.views.public import annual as public_views
from contracts.views.supplier import annual as own

public = [
    path("supply-chains/<uuid:reference>/", public_views.chain_report, name="chain_report"),
]
supplier = [
    path("contracts/<uuid:reference>/reports/", own.chain_report_list, name="chain_report_list"),
    path("contracts/reports/<uuid:reference>/", own.chain_report, name="chain_report"),
    path(
        "contracts/reports/<uuid:reference>/sign/", own.chain_report_sign, name="chain_report_sign"
    ),
    path(
        "contracts/reports/<uuid:reference>/figures.csv",
        own.chain_report_file,
        name="chain_report_file",
    ),
]
commissioner = [
    path("contracts/<uuid:reference>/reports/", run.chain_report_list, name="chain_report_list"),
    path("contracts/reports/<uuid:reference>/", run.chain_report, name="chain_report"),
    path(
        "contracts/reports/<uuid:reference>/figures.csv",
        run.chain_report_file,
        name="chain_report_file",
    ),
]
integrity = []
