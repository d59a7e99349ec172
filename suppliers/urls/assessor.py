"""Addresses of the pages of those who assess suppliers."""

from django.urls import path

from suppliers.views.assessor import applications, suppliers

urlpatterns = [
    path("applications/", applications.application_list, name="application_list"),
    path(
        "applications/<uuid:reference>/",
        applications.application_detail,
        name="application_detail",
    ),
    path(
        "applications/<uuid:reference>/decide/",
        applications.application_decide,
        name="application_decide",
    ),
    path(
        "applications/<uuid:reference>/ask/", applications.application_ask, name="application_ask"
    ),
    path("evidence/<uuid:reference>/", applications.evidence_download, name="evidence_download"),
    path("suppliers/", suppliers.supplier_list, name="supplier_list"),
    path("suppliers/<uuid:reference>/", suppliers.supplier_detail, name="supplier_detail"),
    path(
        "qualifications/<uuid:reference>/<slug:move>/",
        suppliers.qualification_move,
        name="qualification_move",
    ),
    path(
        "removal-notices/<uuid:reference>/withdraw/",
        suppliers.notice_withdraw,
        name="notice_withdraw",
    ),
    path("findings/", suppliers.finding_list, name="finding_list"),
]
