"""What is typed of one key subcontractor, kept beside the draft until it is saved."""

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from bids.actions.unsaved_entries import keep_unsaved
from bids.forms.chains import SubcontractorForm
from bids.sent import Hand
from framework_portal.forms.base import LONGEST_TEXT
from framework_portal.refusals import Refused

NEW = "subcontractor"  # the part of who types a new one


def part_of_entry(reference):
    """How the page of an entry, or of a new one, is named where its saves are counted."""
    return str(reference or NEW)


def keep_typed(desk, entry, reference):
    """Keep the form as it was sent; answers the row. Nothing of it need be right."""
    posted = desk.request.POST
    typed = SubcontractorForm.sent(posted)
    if sum(len(value) for values in typed.values() for value in values) > LONGEST_TEXT:
        raise Refused("wrong", _("This is too long to be kept"))
    fresh = SubcontractorForm(MultiValueDict(typed), lot=desk.lot, entry=entry)
    return keep_unsaved(
        bid=desk.bid,
        entry=reference,
        person=desk.request.user,
        typed=typed if fresh.says_more() else None,
        shown=posted.get("shown", "")[:64],
        over=SubcontractorForm.edition(posted.get("base", "")),
        hand=Hand.of(posted),
        at=desk.at,
    )
