"""What a contract promises: made, signed, modified; and the ledger."""

from django.urls import path

from contracts.views.commissioner import announcing
from contracts.views.commissioner import ledger as run
from contracts.views.supplier import ledger as own

public = []
supplier = [
    path("contracts/", own.contract_list, name="contract_list"),
    path("contracts/<uuid:reference>/", own.contract, name="contract"),
    path("subcontracts/", own.subcontract_list, name="subcontract_list"),
    path("subcontracts/<uuid:reference>/", own.subcontract, name="subcontract"),
]
commissioner = [
    path(
        "competitions/<uuid:reference>/awards/announce/",
        announcing.awards_announce,
        name="awards_announce",
    ),
    path("contracts/", run.contract_list, name="contract_list"),
    path("contracts/<uuid:reference>/", run.contract, name="contract"),
]
integrity = []
