"""What a contract promises: made, signed, modified; and the ledger."""

from django.urls import path

from contracts.views.commissioner import agreement, announcing, subcontracts
from contracts.views.commissioner import ledger as run
from contracts.views.supplier import agreement as own_agreement
from contracts.views.supplier import ledger as own

public = []
supplier = [
    path("contracts/", own.contract_list, name="contract_list"),
    path("contracts/<uuid:reference>/", own.contract, name="contract"),
    *(
        path(
            f"contracts/<uuid:reference>/ledger.{kind}",
            own.contract_ledger_file,
            {"kind": kind},
            name=f"contract_ledger_{kind}",
        )
        for kind in ("csv", "pdf")
    ),
    path(
        "contracts/<uuid:reference>/agreement/",
        own_agreement.contract_agreement,
        name="contract_agreement",
    ),
    path(
        "contracts/<uuid:reference>/subcontracts/",
        own_agreement.contract_subcontracts,
        name="contract_subcontracts",
    ),
    path(
        "contracts/<uuid:reference>/subcontracts/<uuid:subcontractor>/signed/",
        own_agreement.lead_statement,
        name="lead_statement",
    ),
    path("subcontracts/", own.subcontract_list, name="subcontract_list"),
    path("subcontracts/<uuid:reference>/", own.subcontract, name="subcontract"),
    path(
        "subcontracts/<uuid:reference>/signed/", own_agreement.own_statement, name="own_statement"
    ),
]
commissioner = [
    path(
        "competitions/<uuid:reference>/awards/announce/",
        announcing.awards_announce,
        name="awards_announce",
    ),
    path("awards/<uuid:reference>/announce/", announcing.award_announce, name="award_announce"),
    path("contracts/", run.contract_list, name="contract_list"),
    path("contracts/<uuid:reference>/", run.contract, name="contract"),
    *(
        path(
            f"contracts/<uuid:reference>/ledger.{kind}",
            run.contract_ledger_file,
            {"kind": kind},
            name=f"contract_ledger_{kind}",
        )
        for kind in ("csv", "pdf")
    ),
    path(
        "contracts/<uuid:reference>/agreement/",
        agreement.contract_agreement,
        name="contract_agreement",
    ),
    path("contracts/<uuid:reference>/terms/", agreement.contract_terms, name="contract_terms"),
    path(
        "contracts/<uuid:reference>/options/add/",
        agreement.contract_option_add,
        name="contract_option_add",
    ),
    path(
        "contracts/<uuid:reference>/options/<int:position>/remove/",
        agreement.contract_option_remove,
        name="contract_option_remove",
    ),
    path("contracts/<uuid:reference>/sign/", agreement.contract_sign, name="contract_sign"),
    path("contracts/<uuid:reference>/modify/", agreement.contract_modify, name="contract_modify"),
    path(
        "contracts/<uuid:reference>/terminate/",
        agreement.contract_terminate,
        name="contract_terminate",
    ),
    path("contracts/<uuid:reference>/notice/", agreement.contract_notice, name="contract_notice"),
    path(
        "contracts/<uuid:reference>/subcontracts/",
        subcontracts.contract_subcontracts,
        name="contract_subcontracts",
    ),
    path(
        "contracts/<uuid:reference>/subcontracts/<uuid:subcontractor>/decide/",
        subcontracts.chain_decide,
        name="chain_decide",
    ),
]
integrity = []
