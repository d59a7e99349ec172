"""What everybody may see, and what the commissioner sees across contracts."""

from django.urls import path

from contracts.views.commissioner import overview
from contracts.views.public import delivery, register, sitemap

public = [
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("contracts/", register.contract_list, name="contract_list"),
    path("contracts/register.csv", register.contract_list_file, name="contract_list_file"),
    path("contracts/delivery/", delivery.delivery, name="delivery"),
    path("contracts/delivery.csv", delivery.delivery_file, name="delivery_file"),
    path("contracts/<uuid:reference>/", register.contract, name="contract"),
    path("lots/<uuid:reference>/contract/", register.lot_contract, name="lot_contract"),
    path(
        "suppliers/<uuid:reference>/contracts/",
        register.supplier_contracts,
        name="supplier_contracts",
    ),
]
supplier = []
commissioner = [
    path("supply-chains/", overview.chain_overview, name="chain_overview"),
    path("supply-chains/table.csv", overview.chain_overview_file, name="chain_overview_file"),
]
integrity = []
