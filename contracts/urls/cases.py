"""Changing the supply chain, by a case; and what was noticed of it."""

from django.urls import path

from contracts.views.commissioner import findings

public = []
supplier = []
commissioner = [
    path("chain-findings/", findings.chain_finding_list, name="chain_finding_list"),
    path("chain-findings/<uuid:reference>/", findings.chain_finding, name="chain_finding"),
]
integrity = []
