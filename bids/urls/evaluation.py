"""The commissioner's pages from opening to award."""

from django.urls import path

from bids.views.commissioner import award, evaluation, opening, prices, rehearsal

urlpatterns = [
    path("competitions/<uuid:reference>/rehearsal/", rehearsal.rehearsal, name="rehearsal"),
    path("competitions/<uuid:reference>/opening/", opening.opening, name="opening"),
    path(
        "competitions/<uuid:reference>/opening/state/", opening.opening_state, name="opening_state"
    ),
    path(
        "competitions/<uuid:reference>/opening/record.json",
        opening.opening_record_file,
        name="opening_record_file",
    ),
    path(
        "competitions/<uuid:reference>/opening/record/",
        opening.opening_record,
        name="opening_record",
    ),
    path("competitions/<uuid:reference>/evaluation/", evaluation.evaluation, name="evaluation"),
    path(
        "competitions/<uuid:reference>/evaluation/complete/",
        evaluation.evaluation_complete,
        name="evaluation_complete",
    ),
    path(
        "competitions/<uuid:reference>/evaluation/reopen/",
        evaluation.evaluation_reopen,
        name="evaluation_reopen",
    ),
    path(
        "competitions/<uuid:reference>/evaluation/lock/", prices.quality_lock, name="quality_lock"
    ),
    path("bids/<uuid:reference>/", evaluation.opened_bid, name="opened_bid"),
    path("bids/<uuid:reference>/bid.pdf", evaluation.opened_bid_pdf, name="opened_bid_pdf"),
    path("bids/<uuid:reference>/scores/<uuid:criterion>/", evaluation.score, name="score"),
    path(
        "bids/<uuid:reference>/documents/<uuid:document>/",
        evaluation.opened_document,
        name="opened_document",
    ),
    path("awards/", award.award_list, name="award_list"),
    path("competitions/<uuid:reference>/awards/", award.awards, name="awards"),
    path(
        "competitions/<uuid:reference>/awards/propose/",
        award.awards_propose_all,
        name="awards_propose_all",
    ),
    path(
        "competitions/<uuid:reference>/awards/approve/",
        award.awards_approve_all,
        name="awards_approve_all",
    ),
    path("lots/<uuid:reference>/award/", award.award_propose, name="award_propose"),
    path("awards/<uuid:reference>/approve/", award.award_approve, name="award_approve"),
    path("awards/<uuid:reference>/send-back/", award.award_send_back, name="award_send_back"),
]
