"""Changing the supply chain, by a case; and what was noticed of it."""

from django.urls import path

from contracts.views.commissioner import cases as run
from contracts.views.commissioner import findings
from contracts.views.supplier import asked, asking
from contracts.views.supplier import cases as led

public = []
supplier = [
    path("contracts/<uuid:reference>/changes/", led.case_list, name="case_list"),
    path("contracts/<uuid:reference>/changes/ask/", asking.case_start, name="case_start"),
    path("contracts/<uuid:reference>/changes/ask/<slug:kind>/", asking.case_ask, name="case_ask"),
    path(
        "contracts/<uuid:reference>/changes/ask/<slug:kind>/whom/",
        asking.case_whom,
        name="case_whom",
    ),
    path(
        "contracts/<uuid:reference>/changes/ask/<slug:kind>/newcomer/",
        asking.case_newcomer,
        name="case_newcomer",
    ),
    path("contracts/changes/<uuid:reference>/", led.case, name="case"),
    path("contracts/changes/<uuid:reference>/withdraw/", led.case_withdraw, name="case_withdraw"),
    path("contracts/changes/<uuid:reference>/invite/", led.case_invite, name="case_invite"),
    path("contracts/asked/start/", asked.asked_start, name="asked_start"),
    path("contracts/asked/", asked.asked_change_list, name="asked_change_list"),
    path("contracts/asked/<uuid:reference>/", asked.asked_change, name="asked_change"),
    path("contracts/asked/<uuid:reference>/terms/", asked.asked_terms, name="asked_terms"),
]
commissioner = [
    path("contracts/changes/", run.case_queue, name="case_queue"),
    path("contracts/changes/<uuid:reference>/", run.case, name="case"),
    path("contracts/changes/<uuid:reference>/decide/", run.case_decide, name="case_decide"),
    path("contracts/changes/<uuid:reference>/review/", run.case_review, name="case_review"),
    path("contracts/<uuid:reference>/changes/", run.case_list, name="case_list"),
    path("contracts/findings/", findings.chain_finding_list, name="chain_finding_list"),
    path("contracts/findings/<uuid:reference>/", findings.chain_finding, name="chain_finding"),
]
integrity = []
