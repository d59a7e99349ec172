"""The bidder's pages."""

from django.urls import path

from bids.views.supplier import (
    affirming,
    attempts,
    autosaving,
    clarifications,
    dashboard,
    files,
    history,
    library,
    news,
    offline,
    outcome,
    proofs,
    receipts,
    sharing,
    standing_by,
    starting,
    subcontractors,
    submitting,
    uploads,
    writing,
)

urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path(
        "competitions/<uuid:reference>/questions/",
        clarifications.clarification_list,
        name="clarification_list",
    ),
    path(
        "competitions/<uuid:reference>/questions/ask/",
        clarifications.clarification_ask,
        name="clarification_ask",
    ),
    path("emails/", news.news_choice, name="news_choice"),
    path("competitions/<uuid:reference>/news/stop/", news.news_unfollow, name="news_unfollow"),
    path("competitions/<uuid:reference>/news/", news.news_follow, name="news_follow"),
    path("lots/", starting.lot_list, name="lot_list"),
    path("lots/<uuid:reference>/bid/", starting.bid_start, name="bid_start"),
    path("bids/", starting.bid_list, name="bid_list"),
    path("bids/<uuid:reference>/", writing.bid_detail, name="bid_detail"),
    path("bids/<uuid:reference>/changes/", affirming.bid_changes, name="bid_changes"),
    path(
        "bids/<uuid:reference>/standing-instruction/", standing_by.bid_standby, name="bid_standby"
    ),
    path("bids/<uuid:reference>/attempts/", attempts.attempt_note, name="attempt_note"),
    path("bids/<uuid:reference>/offer/", writing.bid_offer, name="bid_offer"),
    path("bids/<uuid:reference>/questions/<uuid:question>/", writing.bid_answer, name="bid_answer"),
    path("bids/<uuid:reference>/anew/", writing.bid_start_over, name="bid_start_over"),
    path("bids/<uuid:reference>/changes/drop/", writing.bid_drop_changes, name="bid_drop_changes"),
    path(
        "bids/<uuid:reference>/questions/<uuid:question>/lots/",
        sharing.bid_answer_share,
        name="bid_answer_share",
    ),
    path(
        "bids/of/<uuid:supplier>/competitions/<uuid:reference>/",
        sharing.answer_matrix,
        name="answer_matrix",
    ),
    path(
        "bids/<uuid:reference>/questions/<uuid:question>/autosave/",
        autosaving.answer_autosave,
        name="answer_autosave",
    ),
    path(
        "bids/<uuid:reference>/questions/<uuid:question>/library/",
        library.bid_answer_library,
        name="bid_answer_library",
    ),
    path(
        "bids/<uuid:reference>/questions/<uuid:question>/keep/",
        library.bid_answer_keep,
        name="bid_answer_keep",
    ),
    path("library/<uuid:reference>/", library.library, name="library"),
    path("library/<uuid:reference>/add/", library.library_add, name="library_add"),
    path(
        "library/<uuid:reference>/answers/<uuid:answer>/",
        library.library_answer,
        name="library_answer",
    ),
    path(
        "library/<uuid:reference>/answers/<uuid:answer>/remove/",
        library.library_remove,
        name="library_remove",
    ),
    path("bids/<uuid:reference>/offline/", offline.bid_offline, name="bid_offline"),
    path("bids/<uuid:reference>/offline/take/", offline.bid_offline_take, name="bid_offline_take"),
    path("bids/<uuid:reference>/offline/pack.<slug:kind>", offline.bid_pack, name="bid_pack"),
    path("bids/<uuid:reference>/price/", writing.bid_price, name="bid_price"),
    path(
        "bids/<uuid:reference>/questions/<uuid:question>/history/",
        history.answer_history,
        name="answer_history",
    ),
    path("bids/<uuid:reference>/price/history/", history.price_history, name="price_history"),
    path("bids/<uuid:reference>/versions/<uuid:version>/", history.bid_version, name="bid_version"),
    path("bids/<uuid:reference>/price/autosave/", autosaving.price_autosave, name="price_autosave"),
    path("bids/<uuid:reference>/presence/", autosaving.bid_presence, name="bid_presence"),
    path("bids/<uuid:reference>/keys/", autosaving.bid_keys, name="bid_keys"),
    path(
        "bids/<uuid:reference>/subcontractors/",
        subcontractors.bid_subcontractors,
        name="bid_subcontractors",
    ),
    path(
        "bids/<uuid:reference>/subcontractors/add/",
        subcontractors.bid_subcontractor,
        name="bid_subcontractor_add",
    ),
    path(
        "bids/<uuid:reference>/subcontractors/<uuid:subcontractor>/",
        subcontractors.bid_subcontractor,
        name="bid_subcontractor",
    ),
    path(
        "bids/<uuid:reference>/subcontractors/<uuid:subcontractor>/remove/",
        subcontractors.bid_subcontractor_remove,
        name="bid_subcontractor_remove",
    ),
    path("bids/<uuid:reference>/files/", files.bid_files, name="bid_files"),
    path("bids/<uuid:reference>/files/<uuid:document>/", files.bid_file, name="bid_file"),
    path(
        "bids/<uuid:reference>/files/<uuid:document>/remove/",
        files.bid_file_remove,
        name="bid_file_remove",
    ),
    path("bids/<uuid:reference>/uploads/", uploads.bid_uploads, name="bid_uploads"),
    path(
        "bids/<uuid:reference>/uploads/<uuid:upload>/",
        uploads.bid_upload,
        name="bid_upload",
    ),
    path("bids/<uuid:reference>/submit/", submitting.bid_submit, name="bid_submit"),
    path("bids/<uuid:reference>/submit/ask/", submitting.bid_ask, name="bid_ask"),
    path("bids/<uuid:reference>/withdraw/", submitting.bid_withdraw, name="bid_withdraw"),
    path(
        "bids/<uuid:reference>/receipts/<uuid:submission>/",
        receipts.bid_receipt,
        name="bid_receipt",
    ),
    path(
        "bids/<uuid:reference>/receipts/<uuid:submission>/receipt.json",
        proofs.bid_receipt_file,
        name="bid_receipt_file",
    ),
    path(
        "bids/<uuid:reference>/receipts/<uuid:submission>/<slug:part>.json",
        proofs.bid_content_file,
        name="bid_content_file",
    ),
    path("bids/<uuid:reference>/withdrawal/", proofs.bid_withdrawal, name="bid_withdrawal"),
    path(
        "bids/<uuid:reference>/withdrawal/receipt.json",
        proofs.bid_withdrawal_file,
        name="bid_withdrawal_file",
    ),
    path(
        "bids/<uuid:reference>/receipts/<uuid:submission>/bid.pdf", receipts.bid_pdf, name="bid_pdf"
    ),
    path("bids/<uuid:reference>/record/", receipts.bid_record, name="bid_record"),
    path("bids/<uuid:reference>/outcome/", outcome.bid_outcome, name="bid_outcome"),
]
