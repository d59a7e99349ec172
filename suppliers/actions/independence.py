"""Who speaks for one organisation to another must not belong to the other one as well."""

from django.utils.translation import gettext as _

from framework_portal.refusals import Refused
from suppliers.models import Membership


def refuse_people_of(lead, by):
    """Refuse where `by` belongs to `lead`: nobody says yes to themselves, or to their own side.

    Read from the rows when an action has its lock: what the page asked may have changed since.
    Whoever joins the lead later leaves what was said before as it is.
    """
    if lead is not None and Membership.objects.filter(supplier=lead, user=by).exists():
        raise Refused(
            "of_the_lead",
            _(
                "You belong to %(lead)s as well, so you cannot do this for the other organisation."
                " A colleague who does not belong to it can"
            )
            % {"lead": lead.name},
        )
