"""Is what everybody must know of the organisation there?"""

from django.utils.translation import gettext_noop as _

from suppliers.checks.registry import Finding, Verdict, check
from suppliers.states import Outcome

# What an assessor or a commissioner could not do without.
NEEDED = ("address", "contact_name", "contact_email")
VERDICTS = {
    "whole": Verdict(Outcome.PASS, _("What we know of the organisation is complete")),
    "gaps": Verdict(
        Outcome.REFER,
        _("Something about the organisation is missing"),
        _("Fill in the contact and the address on your organisation's page"),
    ),
}


@check(
    "profile_complete",
    question=_("Is what we know of the organisation complete?"),
    verdicts=VERDICTS,
)
def profile_complete(supplier, *, at):
    missing = [name for name in NEEDED if not getattr(supplier, name).strip()]
    if missing:
        return Finding.of(VERDICTS["gaps"], missing=missing)
    return Finding.of(VERDICTS["whole"])
