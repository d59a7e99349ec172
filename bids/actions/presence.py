"""Who has a page of a bid open now: kept in the database, so that it works without Redis."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bids.models import Presence
from framework_portal.refusals import Refused, TooOften

FORGOTTEN_AFTER = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
MOST_FORMS = 120  # sent for one bid by one person in a minute, whatever they save
FORMS = "forms"
MOST_SAVES = 60  # by one page in a minute; a page that nobody meddles with makes thirty at most


def count_form(*, bid, by, at):
    """Count a form that saves something of the bid; `TooOften` where nobody types so fast."""
    try:
        be_here(bid=bid, part=FORMS, by=by, at=at, saving=True, most=MOST_FORMS)
    except Refused:
        raise TooOften from None


@transaction.atomic
def be_here(*, bid, part, by, at, saving=False, most=None):
    """Note that `by` does something at this part. A page that saves too often is told to wait."""
    own = Presence.objects.filter(bid=bid, part=part, person=by)
    own.filter(counted_from__lte=at - MINUTE).update(saves=0, counted_from=at)
    found = own.update(seen_at=at, saves=F("saves") + int(saving))
    if not found:
        fresh = Presence(bid=bid, part=part, person=by, seen_at=at, counted_from=at)
        Presence.objects.bulk_create([fresh], ignore_conflicts=True)
        Presence.objects.filter(bid=bid, seen_at__lt=at - FORGOTTEN_AFTER).delete()
    elif saving and own.filter(saves__gt=most or MOST_SAVES).exists():
        raise Refused("busy", _("This page saves too often. It goes on in a minute"))
