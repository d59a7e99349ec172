"""What the database refuses of contracts, in words: one sentence for each constraint."""

from functools import wraps

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from framework_portal.refusals import Refused

MISTYPED = _("Check the year of this day")
# constraint: (code, what the person is told)
WORDS = {
    "contract_signed_after_standstill": (
        "standstill",
        _("The standstill after the announcement is not over"),
    ),
    "contract_signed_with_its_chain": (
        "chain",
        _(
            "A subcontractor that the lead relies on has not signed, and nothing is decided "
            "about it"
        ),
    ),
    "contract_stays_terminated": ("ended", _("This contract has ended")),
    "contract_keeps_its_terms": ("signed", _("Somebody has signed the contract in the meantime")),
    "contract_keeps_its_options": ("signed", _("Somebody has signed the contract in the meantime")),
    "contract_keeps_the_price": ("price", _("The value is the price of the winning bid")),
    "modification_of_a_signed_contract": ("illegal_move", _("Only a signed contract is modified")),
    "chain_decision_of_who_is_relied_on": (
        "not_relied_on",
        _("This can be decided of a subcontractor that the lead relies on only"),
    ),
    "chain_decision_after_a_direction": (
        "not_directed",
        _("First direct the lead to sign with it. This can follow when the date has passed"),
    ),
    "subcontract_statement_within_reason": ("year", MISTYPED),
    "chain_direction_within_reason": ("year", MISTYPED),
    "termination_notice_within_reason": ("year", MISTYPED),
    "contract_signing_within_reason": ("year", MISTYPED),
    "modification_day_within_reason": ("year", MISTYPED),
    "subcontract_statement_of_who_can_know": (
        "future",
        _("The day of signing cannot be in the future"),
    ),
}


def in_words(action):
    """Decorate an action, outside its transaction: a constraint it met is told in words."""

    @wraps(action)
    def told(**kwargs):
        try:
            return action(**kwargs)
        except IntegrityError as error:
            diagnosis = getattr(error.__cause__, "diag", None)
            known = WORDS.get(diagnosis and diagnosis.constraint_name)
            if known is None:
                raise
            raise Refused(*known) from error

    return told
