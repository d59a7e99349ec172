"""Every page of the portal, whom it is for, and a thing of the demonstration it can show."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import URLResolver, get_resolver, reverse

from bids.demonstration import competitions as plans
from bids.models import Award
from contracts.models import (
    ChainFinding,
    ConfidentialReport,
    IntegrityFinding,
    QuarterLine,
    QuarterReturn,
    SupplyChainReport,
)
from framework_portal.watch.models import FaultReport
from lots.models import Clarification, Competition
from suppliers.models import (
    Invitation,
    Qualification,
    RemovalNotice,
)
from tests.journeys.finding import (
    ADMIN,
    AMARA,
    ASHA,
    CALLUM,
    FREYA,
    HUGO,
    IMOGEN,
    INES,
    IVY,
    JO,
    MAYA,
    NOBODY,
    OLIVIA,
    ROSA,
    SAMIR,
    STRANGER,
    TOMOS,
    WREN,
    a_lead,
    a_line,
    answers_page,
    application,
    asked,
    asked_by,
    asked_for,
    attached,
    bid,
    colleague,
    competition,
    confirmation_key,
    evidence_code,
    first,
    in_competition,
    invited,
    kept_answer,
    led,
    lot,
    lot_under_contract,
    own,
    part_of,
    promised,
    public_contract,
    question,
    receipt,
    refused_bid,
    refused_lot,
    reset_key,
    subcontractor,
    version,
    withdrawn,
)

NOT_PAGES = {
    "it is only ever sent to, by POST": {
        "account_session_end",
        "account_stash_drop",
        "assessor:notice_withdraw",
        "commissioner:award_approve",
        "commissioner:awards_approve_all",
        "commissioner:awards_propose_all",
        "commissioner:contract_option_remove",
        "demonstration:sign_in_as",
        "public:content_security",
        "supplier:application_start",
        "supplier:chain_report_sign",
        "supplier:bid_offline_take",
        "supplier:bid_subcontractor_ask",
        "supplier:bid_subcontractor_remind",
        "supplier:case_invite",
        "supplier:evidence_withdraw",
        "supplier:invitation_cancel",
        "supplier:library_remove",
        "supplier:news_follow",
        "supplier:news_unfollow",
    },
    "it takes files in pieces, and has tests of its own": {
        "supplier:bid_upload",
        "supplier:bid_uploads",
    },
    "it hands out a file": {
        "commissioner:contract_ledger_csv",
        "commissioner:contract_ledger_pdf",
        "supplier:contract_ledger_csv",
        "supplier:contract_ledger_pdf",
        "commissioner:chain_overview_file",
        "commissioner:opening_record_file",
        "public:opening_record_file",
        "assessor:evidence_download",
        "commissioner:document_download",
        "commissioner:opened_bid_pdf",
        "commissioner:opened_document",
        "mfa_download_recovery_codes",
        "public:audit_heads_file",
        "public:competition_document",
        "public:contract_list_file",
        "public:delivery_file",
        "public:competition_log_file",
        "public:competition_log_proof",
        "public:receipt_keys_file",
        "public:receipt_verifier",
        "supplier:bid_file",
        "supplier:bid_pack",
        "supplier:lot_pack",
        "supplier:bid_pdf",
        "supplier:bid_content_file",
        "supplier:bid_receipt_file",
        "supplier:bid_unseating_file",
        "supplier:bid_withdrawal_file",
        "supplier:consent_copy_file",
        "supplier:evidence_download",
        "supplier:chain_report_file",
        "supplier:line_file",
        "supplier:quarter_file",
        "supplier:quarter_template",
        "commissioner:chain_report_file",
        "commissioner:quarter_file",
    },
    "it is read by programs": {
        "supplier:attempt_note",
        "commissioner:opening_state",
        "public:favicon",
        "public:robots",
        "public:security",
        "public:sitemap",
        "public:watch_look",
        "stay_signed_in",
        "supplier:answer_autosave",
        "supplier:bid_ask",
        "supplier:question_autosave",
        "supplier:question_keys",
        "supplier:bid_keys",
        "supplier:bid_presence",
        "supplier:price_autosave",
        "supplier:subcontractor_add_autosave",
        "supplier:subcontractor_autosave",
    },
    "it only leads on": {"account_start", "commissioner:openers_ask"},
    "the portal sends no sign-in codes by mail": {"account_confirm_login_code"},
    "everybody has a password": {"account_set_password"},
    "it needs a sign-in that is half done, and has a test of its own": {"mfa_authenticate"},
}


@dataclass(frozen=True)
class Place:
    """One page as one person sees it."""

    name: str
    who: str = NOBODY
    find: Callable = dict
    query: str = ""
    leads_to: str = ""  # how the address ends that this one leads to, where it does
    like: str = ""  # the name of the address that has the same page

    def __str__(self):
        return f"{self.name}{self.query}-{self.who.partition('@')[0] or 'visitor'}"

    @property
    def address(self):
        return reverse(self.name, kwargs=self.find()) + self.query


def names():
    """The name of every address but the admin's."""
    return {name for name in _names(get_resolver().url_patterns) if not name.startswith("admin:")}


def _names(patterns, namespace=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else namespace
            yield from _names(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}"


PUBLIC = [
    Place("public:home"),
    Place("public:competition_list"),
    Place("public:competition_list", query="?words=nothing-like-this"),
    *(
        Place("public:competition", find=competition(plan))
        for plan in (plans.OPEN, plans.CLOSED, plans.AWARDED, plans.ABANDONED)
    ),
    *(
        Place("public:competition_log", find=competition(plan))
        for plan in (plans.OPEN, plans.CLOSED, plans.OPENED)
    ),
    Place("public:receipt_check"),
    Place("public:receipt_keys"),
    Place("public:audit_heads"),
    Place("public:opening_record", find=competition(plans.OPENED)),
    Place("public:lot", find=lot(plans.OPEN)),
    Place("public:lot", find=lot(plans.AWARDED)),
    Place("public:framework"),
    Place("public:supplier_list"),
    Place("public:supplier", find=own(MAYA)),
    Place("public:award_list"),
    Place("public:lead", find=a_lead),
    Place("public:coverage"),
    Place("public:contract_list"),
    Place("public:contract_list", query="?chain=none"),
    Place("public:contract", find=public_contract),
    Place("public:delivery"),
    Place("public:lot_contract", find=lot_under_contract, leads_to="/", like="public:contract"),
    Place("public:supplier_contracts", find=own(MAYA)),
    *(
        Place(f"public:{name}")
        for name in ("help", "incident_rule", "accessibility", "privacy", "cookies", "terms")
    ),
    Place("public:service_status"),
    Place("public:fault_report", MAYA),
    Place("public:fault", MAYA, lambda: {"reference": FaultReport.objects.last().reference}),
    Place("public:fault_list", ADMIN),
    Place(
        "public:fault_answer", ADMIN, lambda: {"reference": FaultReport.objects.first().reference}
    ),
    Place("demonstration:sign_in_list"),
    Place("demonstration:mail_list"),
    Place("demonstration:components"),
]


ACCOUNT = [
    *(
        Place(name)
        for name in (
            "account_login",
            "account_signup",
            "account_inactive",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "account_email_verification_sent",
        )
    ),
    Place("account_reset_password_from_key", find=reset_key, leads_to="-set-password/"),
    Place("account_confirm_email", find=confirmation_key),
    *(
        Place(name, MAYA)
        for name in (
            "account_home",
            "account_name",
            "account_activity",
            "account_logout",
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "mfa_index",
            "mfa_activate_totp",
            "usersessions_list",
        )
    ),
    Place("mfa_reauthenticate", OLIVIA),
    Place("mfa_view_recovery_codes", OLIVIA),
    Place("mfa_generate_recovery_codes", OLIVIA),
    Place("mfa_index", OLIVIA),
    Place("mfa_deactivate_totp", TOMOS),
]

_OWN_PAGES = [
    "organisation_detail",
    "organisation_about",
    "organisation_contact",
    "organisation_identifiers",
    "organisation_areas",
    "team_list",
    "team_invite",
    "recovery_code_make",
    "recovery_code_enter",
    "evidence_list",
    "joining",
]
_BID_PAGES = [
    *("bid_detail", "bid_offer", "bid_price", "price_history", "bid_subcontractors", "bid_files"),
]
# With three key subcontractors, each in another state.
CHAINED = bid(plans.OPEN, TOMOS)
OPENED_BID = bid(plans.OPENED, TOMOS)
AWARDED_BID = bid(plans.AWARDED, MAYA)
SUBMITTED = bid(plans.CLOSING_TODAY, MAYA, 1)

SUPPLIER = [
    Place("supplier:organisation", STRANGER),
    Place("supplier:organisation_register", STRANGER),
    Place("supplier:dashboard", STRANGER),
    Place("supplier:bid_list", STRANGER),
    Place("supplier:lot_list", STRANGER),
    Place("supplier:dashboard", MAYA),
    Place("supplier:dashboard", AMARA),
    *(Place(f"supplier:{name}", MAYA, own(MAYA)) for name in _OWN_PAGES),
    Place("supplier:joining", HUGO, own(HUGO)),
    Place("supplier:team_role", MAYA, own(MAYA, membership=colleague)),
    Place("supplier:team_remove", MAYA, own(MAYA, membership=colleague)),
    Place("supplier:team_let_in", MAYA, own(MAYA, membership=colleague)),
    Place("supplier:invitation_accept", NOBODY, first(Invitation.objects.filter(accepted_at=None))),
    Place("supplier:invited", NOBODY, invited),
    Place("supplier:invited", MAYA, invited),
    Place("supplier:invited_organisation", STRANGER, invited),
    Place("supplier:dashboard", IVY),
    Place("supplier:consent_list", STRANGER),
    Place("supplier:consent_list", IVY),
    Place("supplier:consent_start", IVY, leads_to="/", like="supplier:consent_detail"),
    Place("supplier:consent_detail", IVY, asked(IVY)),
    Place("supplier:consent_detail", JO, asked(JO, "agreed")),
    Place("supplier:consent_withdraw", JO, asked(JO, "agreed")),
    Place("supplier:consent_copy", JO, asked(JO, "agreed")),
    Place("supplier:evidence_add", MAYA, own(MAYA, code=lambda supplier: evidence_code())),
    Place(
        "supplier:qualification_list",
        MAYA,
        leads_to="/supplier/qualifications/",
        like="supplier:joining",
    ),
    *(
        Place(f"supplier:{name}", JO, application(JO))
        for name in (
            "application_detail",
            "application_categories",
            "application_areas",
            "application_check",
            "application_declare",
            "application_withdraw",
        )
    ),
    Place("supplier:application_answers", JO, lambda: answers_page(per_category=False)),
    Place("supplier:application_category_answers", JO, lambda: answers_page(per_category=True)),
    Place("supplier:application_detail", AMARA, application(AMARA)),
    Place("supplier:application_detail", MAYA, application(MAYA)),
    Place("supplier:application_submitted", WREN, application(WREN)),
    Place("supplier:removal_notice", HUGO, first(RemovalNotice.objects)),
    Place("supplier:lot_list", MAYA),
    Place("supplier:bid_list", MAYA),
    Place("supplier:clarification_list", TOMOS, competition(plans.OPEN)),
    Place("supplier:clarification_ask", TOMOS, competition(plans.OPEN)),
    Place("supplier:news_choice", TOMOS),
    Place("supplier:bid_start", TOMOS, lot(plans.OPEN, 2)),
    Place("supplier:lot_offline", TOMOS, lot(plans.OPEN, 2)),
    *(Place(f"supplier:{name}", MAYA, bid(plans.CLOSING_TODAY, MAYA)) for name in _BID_PAGES),
    *(
        Place(f"supplier:{name}", MAYA, bid(plans.CLOSING_TODAY, MAYA))
        for name in (
            "bid_submit",
            "bid_standby",
            "bid_withdraw",
            "bid_record",
            "bid_subcontractor_add",
        )
    ),
    Place("supplier:bid_answer", MAYA, bid(plans.CLOSING_TODAY, MAYA, question=asked_by)),
    Place("supplier:answer_history", MAYA, bid(plans.CLOSING_TODAY, MAYA, question=asked_by)),
    Place("supplier:bid_version", MAYA, bid(plans.CLOSING_TODAY, MAYA, version=version)),
    Place("supplier:bid_answer_share", MAYA, bid(plans.CLOSING_TODAY, MAYA, question=asked_by)),
    Place("supplier:library", MAYA, own(MAYA)),
    Place("supplier:library_add", MAYA, own(MAYA)),
    Place("supplier:library_answer", MAYA, own(MAYA, answer=kept_answer)),
    *(
        Place(f"supplier:{name}", MAYA, bid(plans.CLOSING_TODAY, MAYA, question=asked_by))
        for name in ("bid_answer_library", "bid_answer_keep")
    ),
    Place("supplier:bid_offline", MAYA, bid(plans.CLOSING_TODAY, MAYA)),
    Place("supplier:bid_parts_share", MAYA, bid(plans.CLOSING_TODAY, MAYA)),
    Place("supplier:answer_matrix", MAYA, in_competition(plans.CLOSING_TODAY, MAYA)),
    *(Place(f"supplier:{name}", TOMOS, CHAINED) for name in ("bid_subcontractors", "bid_submit")),
    Place("supplier:bid_subcontractor", TOMOS, bid(plans.OPEN, TOMOS, subcontractor=subcontractor)),
    Place(
        "supplier:bid_subcontractor",
        MAYA,
        bid(plans.CLOSING_TODAY, MAYA, subcontractor=subcontractor),
    ),
    Place(
        "supplier:bid_subcontractor_remove",
        MAYA,
        bid(plans.CLOSING_TODAY, MAYA, subcontractor=subcontractor),
    ),
    Place("supplier:bid_file_remove", MAYA, bid(plans.CLOSING_TODAY, MAYA, document=attached)),
    Place("supplier:bid_detail", MAYA, SUBMITTED),
    Place("supplier:bid_withdrawal", INES, withdrawn),
    Place("supplier:bid_start_over", MAYA, SUBMITTED),
    Place("supplier:bid_drop_changes", MAYA, SUBMITTED),
    Place("supplier:bid_changes", MAYA, SUBMITTED),
    Place("supplier:bid_receipt", MAYA, bid(plans.CLOSING_TODAY, MAYA, 1, submission=receipt)),
    Place("supplier:bid_detail", MAYA, bid(plans.CLOSED, MAYA)),
    Place("supplier:bid_detail", MAYA, AWARDED_BID),
    Place("supplier:bid_outcome", MAYA, AWARDED_BID),
    Place("supplier:bid_outcome", INES, bid(plans.AWARDED, INES)),
]

_DRAFT_PAGES = [
    "competition_detail",
    "competition_basics",
    "competition_categories",
    "competition_timetable",
    "competition_criteria",
    "question_list",
    "document_list",
    "lots_make",
    "lot_order",
    "lot_list",
    "competition_publish",
    "competition_preview",
]

COMMISSIONER = [
    Place("commissioner:competition_list", OLIVIA),
    Place("commissioner:opening_passphrase", OLIVIA),
    Place("commissioner:opening_passphrase_set", OLIVIA),
    Place("commissioner:opening_passphrase_prove", OLIVIA),
    *(
        Place("commissioner:rehearsal", OLIVIA, competition(plan))
        for plan in (plans.OPEN, plans.CLOSING_TODAY, plans.CLOSED)
    ),
    Place("commissioner:competition_openers", OLIVIA, competition(plans.DRAFT)),
    Place("commissioner:competition_start", OLIVIA),
    Place("commissioner:competition_copy", OLIVIA),
    Place("commissioner:clarification_list", OLIVIA),
    Place("commissioner:award_list", OLIVIA),
    Place("commissioner:attempt_check", OLIVIA),
    *(Place(f"commissioner:{name}", OLIVIA, competition(plans.DRAFT)) for name in _DRAFT_PAGES),
    Place(
        "commissioner:question_add",
        OLIVIA,
        lambda: (
            competition(plans.DRAFT)()
            | {
                "criterion": Competition.objects.get(title=plans.DRAFT.title)
                .criteria.filter(kind="quality")
                .first()
                .reference
            }
        ),
    ),
    Place("commissioner:question_edit", OLIVIA, question(plans.DRAFT)),
    Place("commissioner:question_remove", OLIVIA, question(plans.DRAFT)),
    *(
        Place(f"commissioner:{name}", OLIVIA, part_of(plans.DRAFT, "lots", "lot"))
        for name in ("lot_edit", "lot_remove", "lot_preview")
    ),
    Place("commissioner:document_remove", OLIVIA, part_of(plans.DRAFT, "documents", "document")),
    *(
        Place("commissioner:competition_detail", OLIVIA, competition(plan))
        for plan in (
            plans.OPEN,
            plans.CLOSING_TODAY,
            plans.CLOSED,
            plans.OPENED,
            plans.EVALUATED,
            plans.AWARDED,
            plans.ABANDONED,
        )
    ),
    *(
        Place(f"commissioner:{name}", OLIVIA, competition(plans.OPEN))
        for name in (
            "competition_published",
            "competition_change",
            "document_publish",
            "extension_propose",
            "competition_abandon",
            "competition_clarifications",
        )
    ),
    Place("commissioner:lot_change", OLIVIA, part_of(plans.OPEN, "lots", "lot")),
    Place("commissioner:document_withdraw", OLIVIA, part_of(plans.OPEN, "documents", "document")),
    *(
        Place("commissioner:extension_decide", who, part_of(plans.OPEN, "extensions", "extension"))
        for who in (OLIVIA, SAMIR)
    ),
    Place("commissioner:clarification_answer", OLIVIA, first(Clarification.objects.waiting())),
    Place("commissioner:opening", OLIVIA, competition(plans.CLOSED)),
    *(
        Place(f"commissioner:{name}", OLIVIA, competition(plans.OPENED))
        for name in ("opening_record", "evaluation", "evaluation_complete")
    ),
    Place("commissioner:quality_lock", OLIVIA, competition(plans.OPENED)),
    Place("commissioner:opened_bid", OLIVIA, OPENED_BID),
    Place(
        "commissioner:score",
        OLIVIA,
        bid(
            plans.OPENED,
            TOMOS,
            criterion=lambda bid: (
                bid.lot.competition.criteria.filter(kind="quality").first().reference
            ),
        ),
    ),
    *(
        Place(f"commissioner:{name}", who, competition(plans.EVALUATED))
        for name in ("evaluation_reopen", "awards", "awards_announce")
        for who in (OLIVIA, SAMIR)
    ),
    Place("commissioner:awards", OLIVIA, competition(plans.AWARDED)),
    Place("commissioner:award_announce", OLIVIA, first(Award.objects.filter(state="approved"))),
    Place("commissioner:award_propose", OLIVIA, refused_lot),
    Place("public:lot", find=refused_lot),
    Place("supplier:bid_outcome", MAYA, refused_bid),
    Place("commissioner:award_propose", OLIVIA, lot(plans.EVALUATED)),
    Place(
        "commissioner:award_send_back",
        SAMIR,
        first(Award.objects.filter(lot__competition__title=plans.EVALUATED.title)),
    ),
]

GRANTED = Qualification.objects.filter(state="granted", supplier__name__startswith="Lantern")

ASSESSOR = [
    *(Place(f"assessor:{name}", ASHA) for name in ("application_list", "supplier_list")),
    Place("assessor:finding_list", ASHA),
    *(
        Place(f"assessor:{name}", ASHA, application(WREN))
        for name in ("application_detail", "application_decide", "application_ask")
    ),
    Place("assessor:application_detail", ASHA, application(MAYA)),
    Place("assessor:application_detail", ASHA, application(AMARA)),
    Place("assessor:supplier_detail", ASHA, own(MAYA)),
    Place("assessor:supplier_detail", ASHA, own(HUGO)),
    *(
        Place("assessor:qualification_move", ASHA, first(GRANTED, move=move))
        for move in ("suspend", "notice")
    ),
]

CHAINS = [
    Place("commissioner:chain_finding_list", OLIVIA),
    Place("commissioner:chain_finding", OLIVIA, first(ChainFinding.objects)),
]

_WAITS = asked_for(state="raised", kind="reduce")
_URGENT = asked_for(before_hearing=True)

CASES = [
    Place("supplier:case_list", MAYA, led(MAYA)),
    Place("supplier:case_start", MAYA, led(MAYA)),
    Place("supplier:case_whom", MAYA, led(MAYA, kind="end")),
    Place("supplier:case_newcomer", MAYA, led(MAYA, kind="add")),
    Place(
        "supplier:case_ask",
        MAYA,
        led(MAYA, kind="end"),
        leads_to="/end/whom/",
        like="supplier:case_whom",
    ),
    Place("supplier:case", MAYA, _WAITS),
    Place("supplier:case", MAYA, asked_for(state="refused")),
    Place("supplier:case_withdraw", MAYA, _WAITS),
    Place("supplier:asked_start", CALLUM, leads_to="/", like="supplier:asked_change"),
    Place("supplier:asked_change_list", ROSA),
    Place("supplier:asked_change", ROSA, asked_for(state="refused")),
    Place("supplier:asked_change", JO, _WAITS),
    Place("supplier:asked_change", CALLUM, asked_for(kind="add")),
    Place("supplier:asked_terms", CALLUM, asked_for(kind="add")),
    Place("commissioner:case_queue", OLIVIA),
    Place("commissioner:case_list", OLIVIA, led(MAYA)),
    Place("commissioner:case", OLIVIA, _WAITS),
    Place("commissioner:case", SAMIR, _URGENT),
    Place("commissioner:case_decide", OLIVIA, _WAITS),
    Place("commissioner:case_review", SAMIR, _URGENT),
]

CONTRACTS = [
    Place("supplier:contract_list", MAYA),
    Place("supplier:contract", MAYA, led(MAYA)),
    Place("supplier:contract_list", ROSA),
    Place("supplier:subcontract_list", ROSA),
    *(
        Place(f"supplier:{name}", MAYA, led(MAYA))
        for name in ("contract_agreement", "contract_subcontracts")
    ),
    Place("supplier:lead_statement", MAYA, a_line(MAYA)),
    Place("supplier:subcontract", ROSA, promised(ROSA)),
    Place("supplier:own_statement", ROSA, promised(ROSA)),
    Place("commissioner:contract_list", OLIVIA),
    Place("commissioner:contract_list", OLIVIA, query="?due=decide&lead=lantern"),
    Place("commissioner:contract_list", OLIVIA, query="?lead=nobody-like-this"),
    Place("commissioner:chain_overview", OLIVIA),
    Place("commissioner:chain_overview", OLIVIA, query="?show=team"),
    *(
        Place(f"commissioner:{name}", OLIVIA, led(MAYA))
        for name in (
            "contract",
            "contract_agreement",
            "contract_subcontracts",
            "contract_modify",
            "contract_terminate",
            "contract_notice",
        )
    ),
    *(
        Place(f"commissioner:{name}", OLIVIA, led(MAYA, 1))
        for name in (
            "contract_agreement",
            "contract_terms",
            "contract_option_add",
            "contract_sign",
        )
    ),
    Place("commissioner:chain_decide", OLIVIA, a_line(MAYA)),
]

SENT = QuarterReturn.objects.filter(sent_at__isnull=False).order_by("number")
UNSENT = QuarterReturn.objects.filter(sent_at__isnull=True).order_by("number")
DISPUTED = QuarterLine.objects.filter(state="disputed")
WAITING = QuarterLine.objects.filter(
    state="asked", subcontractor__supplier__memberships__user__email=JO
)
REPORTED = SupplyChainReport.objects.filter(state="accepted")
UNREPORTED = SupplyChainReport.objects.filter(state="draft")

QUARTERS = [
    *(
        Place(f"supplier:{name}", FREYA, led(FREYA))
        for name in ("quarter_list", "chain_report_list")
    ),
    *(Place(f"supplier:{name}", FREYA, first(UNSENT)) for name in ("quarter", "quarter_import")),
    Place("supplier:quarter_send", FREYA, first(UNSENT)),
    Place("supplier:quarter", FREYA, first(SENT)),
    *(Place(f"supplier:{name}", FREYA, first(SENT)) for name in ("line_add", "quarter_income")),
    Place("supplier:line_correct", FREYA, first(DISPUTED)),
    *(Place("supplier:chain_report", FREYA, first(which)) for which in (REPORTED, UNREPORTED)),
    Place("supplier:line_list", JO),
    *(Place(f"supplier:{name}", JO, first(WAITING)) for name in ("line", "line_dispute")),
    Place("commissioner:chain_inbox", OLIVIA),
    *(
        Place(f"commissioner:{name}", OLIVIA, led(FREYA))
        for name in ("quarter_list", "chain_report_list")
    ),
    *(Place("commissioner:quarter", OLIVIA, first(which)) for which in (SENT, UNSENT)),
    Place("commissioner:line_settle", OLIVIA, first(DISPUTED)),
    *(Place("commissioner:chain_report", OLIVIA, first(which)) for which in (REPORTED, UNREPORTED)),
    Place("public:chain_report", find=first(REPORTED)),
]

SAID = first(ConfidentialReport.objects.order_by("pk"))

CONFIDENCE = [
    Place("public:supply_chain_reports_figures"),
    Place("supplier:note_list", ROSA),
    Place("supplier:note_write", ROSA, promised(ROSA)),
    Place("supplier:note", ROSA, SAID),
    *(Place(f"integrity:{name}", IMOGEN) for name in ("report_list", "finding_list")),
    *(
        Place(f"integrity:{name}", IMOGEN, SAID)
        for name in ("report", "report_answer", "report_close")
    ),
    Place("integrity:finding", IMOGEN, first(IntegrityFinding.objects)),
]

PLACES = (
    PUBLIC
    + ACCOUNT
    + SUPPLIER
    + COMMISSIONER
    + ASSESSOR
    + CHAINS
    + CASES
    + CONTRACTS
    + CONFIDENCE
    + QUARTERS
)
