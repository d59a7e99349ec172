"""What everybody may read of competitions, lots and awards."""

from django.urls import path

from bids.views.public import (
    awards,
    competitions,
    coverage,
    home,
    logs,
    machines,
    openings,
    receipts,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("opportunities/<uuid:reference>/", competitions.competition, name="competition"),
    path(
        "opportunities/<uuid:reference>/documents/<uuid:document>/",
        competitions.competition_document,
        name="competition_document",
    ),
    path("opportunities/<uuid:reference>/log/", logs.competition_log, name="competition_log"),
    path(
        "opportunities/<uuid:reference>/log/log.json",
        logs.competition_log_file,
        name="competition_log_file",
    ),
    path(
        "opportunities/<uuid:reference>/log/<str:leaf>.json",
        logs.competition_log_proof,
        name="competition_log_proof",
    ),
    path("receipts/", receipts.receipt_check, name="receipt_check"),
    path("receipts/keys/", receipts.receipt_keys, name="receipt_keys"),
    path("receipts/keys.json", receipts.receipt_keys_file, name="receipt_keys_file"),
    path("receipts/verify_receipt.py", receipts.receipt_verifier, name="receipt_verifier"),
    path("receipts/trail/", logs.audit_heads, name="audit_heads"),
    path("receipts/trail.json", logs.audit_heads_file, name="audit_heads_file"),
    path("opportunities/<uuid:reference>/opening/", openings.opening_record, name="opening_record"),
    path(
        "opportunities/<uuid:reference>/opening.json",
        openings.opening_record_file,
        name="opening_record_file",
    ),
    path("lots/<uuid:reference>/", competitions.lot, name="lot"),
    path("awards/", awards.award_list, name="award_list"),
    path("awards/leads/<slug:slug>/", awards.lead, name="lead"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
]
