"""What the database refuses, in words: one sentence for each constraint."""

from functools import wraps

from django.db import IntegrityError, OperationalError
from django.utils.translation import gettext_lazy as _

from framework_portal.refusals import Refused

CLOSED = _("The competition closed before your bid arrived")
NO_MATCH = _(
    "Your organisation does not match this lot. It must be qualified in all of the lot’s "
    "categories and serve all of its areas"
)
UNWATCHED = _(
    "The portal cannot yet say whether bids could be submitted until closing. Wait for the watch, "
    "or ask the portal’s staff to start one: it takes a minute"
)
GONE = _("This can no longer be done: the bid was withdrawn or opened")
BUSY = _("The portal is very busy and could not take this in. Nothing is lost: press again")
CONSENT_CLOSED = _("The competition has closed. What was agreed by then stands")

# constraint: (code, what the person is told)
WORDS = {
    "one_live_bid_per_supplier": (
        "already_started",
        _("Your organisation already has a bid for this lot"),
    ),
    "submission_arrived_before_closing": ("closed", CLOSED),
    "submission_by_a_match": ("no_match", NO_MATCH),
    "submission_follows_its_arrival": ("busy", BUSY),
    "submission_of_a_live_bid": ("illegal_move", GONE),
    "submission_fits_its_arrival": (
        "forged",
        _("This page belongs to another bid or person. Go back to your bid and submit it there"),
    ),
    "submissions_in_sequence": ("busy", BUSY),
    "one_submission_per_press": ("busy", BUSY),
    "bid_withdrawn_before_closing": (
        "closed",
        _("The competition has closed. A submitted bid stands from then on"),
    ),
    "receipt_before_the_log_closes": ("closed", CLOSED),
    "log_head_after_closing": (
        "not_closed",
        _("The log is published one minute after closing, not before"),
    ),
    "opening_after_a_look": ("unwatched", UNWATCHED),
    "bid_stays_opened": ("illegal_move", GONE),
    "instruction_before_closing": (
        "closed",
        _("The competition has closed. What was instructed by then counts"),
    ),
    "instruction_fits_its_arrival": ("busy", BUSY),
    "typed_before_closing": (
        "closed",
        _("The competition is not open, so your bid can no longer be changed"),
    ),
    "consent_before_closing": ("closed", CONSENT_CLOSED),
    "consent_withdrawn_before_closing": ("closed", CONSENT_CLOSED),
    "consent_to_terms_that_stand": (
        "superseded",
        _("These terms were replaced or taken back by the lead"),
    ),
    "one_request_stands_for_each": ("busy", BUSY),
    "terms_in_sequence": ("busy", BUSY),
    "named_with_its_consent": (
        "no_consent",
        _("Not every key subcontractor that you name has agreed to what your bid says of it"),
    ),
    "affirmation_of_a_submitted_bid": (
        "closed",
        _("The competition has closed. Your bid stands"),
    ),
}


# Lock timeout, statement timeout, deadlock.
BUSY_CODES = {"55P03", "57014", "40P01"}


def is_busy(error):
    """Whether the database could not do it in time; asking again may help."""
    return getattr(error.__cause__, "pgcode", None) in BUSY_CODES


def refusal(error):
    """The refusal that an error of the database stands for; other errors are raised again."""
    if is_busy(error):
        return Refused("busy", BUSY)
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    if name not in WORDS:
        raise error
    return Refused(*WORDS[name])


def in_words(action):
    """Decorate an action, outside its transaction: what the database refuses is said in words."""

    @wraps(action)
    def said(**kwargs):
        try:
            return action(**kwargs)
        except (IntegrityError, OperationalError) as error:
            raise refusal(error) from error

    return said
