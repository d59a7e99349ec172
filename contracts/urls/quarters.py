"""Volumes and money, quarter by quarter."""

from django.urls import path

from contracts.views.commissioner import inbox
from contracts.views.commissioner import quarters as run
from contracts.views.supplier import corrections, lines
from contracts.views.supplier import quarters as own

public = []
supplier = [
    path("contracts/<uuid:reference>/quarters/", own.quarter_list, name="quarter_list"),
    path("contracts/<uuid:reference>/quarters.csv", own.quarter_file, name="quarter_file"),
    path("contracts/quarters/<uuid:reference>/", own.quarter, name="quarter"),
    path("contracts/quarters/<uuid:reference>/send/", own.quarter_send, name="quarter_send"),
    path("contracts/quarters/<uuid:reference>/import/", own.quarter_import, name="quarter_import"),
    path(
        "contracts/quarters/<uuid:reference>/template.csv",
        own.quarter_template,
        name="quarter_template",
    ),
    path("contracts/quarters/<uuid:reference>/add/", corrections.line_add, name="line_add"),
    path(
        "contracts/quarters/<uuid:reference>/income/",
        corrections.quarter_income,
        name="quarter_income",
    ),
    path(
        "contracts/lines/<uuid:reference>/correct/", corrections.line_correct, name="line_correct"
    ),
    # The subcontractor's own.
    path("contracts/lines/", lines.line_list, name="line_list"),
    path("contracts/lines/<uuid:reference>/", lines.line, name="line"),
    path("contracts/lines/<uuid:reference>/dispute/", lines.line_dispute, name="line_dispute"),
    path("subcontracts/<uuid:reference>/quarters.csv", lines.line_file, name="line_file"),
]
commissioner = [
    path("contracts/quarters/", inbox.chain_inbox, name="chain_inbox"),
    path("contracts/<uuid:reference>/quarters/", run.quarter_list, name="quarter_list"),
    path("contracts/<uuid:reference>/quarters.csv", run.quarter_file, name="quarter_file"),
    path("contracts/quarters/<uuid:reference>/", run.quarter, name="quarter"),
    path("contracts/lines/<uuid:reference>/settle/", run.line_settle, name="line_settle"),
]
integrity = []
