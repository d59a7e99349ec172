"""Where an answer is to go: every choice carries what the page showed of that lot."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm

MOST_CHOICES = 200
MOST_BOXES = 900  # a request has at most a thousand fields
MANY = {"choices": [], "required": False, "widget": forms.CheckboxSelectMultiple}


class SharingForm(PortalForm):
    """Lots without an answer, lots with another one, lots to start; and all of the first kind.

    The template draws the boxes itself, for it shows beside each what it would replace.
    """

    button = None

    empty = forms.MultipleChoiceField(label=_("Lots without an answer"), **MANY)
    every_empty = forms.BooleanField(label=_("All lots without an answer"), required=False)
    other = forms.MultipleChoiceField(label=_("Lots with another answer"), **MANY)
    start = forms.MultipleChoiceField(label=_("Lots to start a bid for"), **MANY)
    every_start = forms.BooleanField(label=_("All lots you can start a bid for"), required=False)

    def __init__(self, *args, bids, lots, **kwargs):
        super().__init__(*args, **kwargs)
        self.bids = {str(each.bid.reference) for each in bids}
        self.lots = {str(lot.reference): lot for lot in lots}

    def _clean_fields(self):
        for name, known in (("empty", self.bids), ("other", self.bids), ("start", self.lots)):
            given = self.data.getlist(name)[:MOST_CHOICES]
            # Whatever the lot says by now: the action tells where it is not what was shown.
            fitting = [value for value in given if value.partition(":")[0] in known]
            self.fields[name].choices = [(value, value) for value in fitting]
        super()._clean_fields()

    def clean(self):
        super().clean()
        if not self.errors and not self.into() and not self.to_start():
            self.add_error(None, _("Select the lots that this answer should go into"))

    def into(self):
        """The bids chosen, each with the fingerprint of what the page showed."""
        chosen = [*self.cleaned_data.get("empty", []), *self.cleaned_data.get("other", [])]
        if self.cleaned_data.get("every_empty"):
            chosen += self.data.getlist("shown_empty")[:MOST_CHOICES]
        pairs = [value.partition(":")[::2] for value in chosen]
        return {uuid.UUID(bid): shown for bid, shown in pairs if bid in self.bids}

    def to_start(self):
        """The lots for which a bid is to be started."""
        if self.cleaned_data.get("every_start"):
            return list(self.lots.values())
        return [self.lots[value] for value in self.cleaned_data.get("start", [])]


class PartsForm(PortalForm):
    """Which parts go into which lots: each box names a lot or bid, a part, and what was seen there.

    The template draws the boxes, for it shows beside each what it would replace.
    """

    button = None

    take = forms.MultipleChoiceField(label=_("What goes where"), **MANY)
    every_empty = forms.BooleanField(label=_("Every empty answer"), required=False)

    def __init__(self, *args, places, **kwargs):
        super().__init__(*args, **kwargs)
        self.places = places

    def _clean_fields(self):
        known = {str(place.reference) for place in self.places}
        given = self.data.getlist("take")[:MOST_BOXES]
        fitting = [value for value in given if value.partition(":")[0] in known]
        # Whatever the lot says by now: the action tells where it is not what was shown.
        self.fields["take"].choices = [(value, value) for value in fitting]
        super()._clean_fields()

    def clean(self):
        super().clean()
        if not self.errors and not any(self.chosen()):
            self.add_error(None, _("Select what should go into which lots"))

    def chosen(self):
        """(into, start), as `share_parts` takes them."""
        boxes = [value.split(":", 2) for value in self.cleaned_data.get("take", [])]
        boxes = {(box[0], box[1]): box[2] for box in boxes if len(box) == 3}
        if self.cleaned_data.get("every_empty"):
            for place in self.places:
                for part in place.parts:
                    if part.is_empty and not part.is_price:
                        boxes.setdefault((str(place.reference), part.key), part.shown)
        into, start = {}, {}
        for place in self.places:
            parts = {key: shown for (name, key), shown in boxes.items() if name == place.name}
            if parts and place.held is not None:
                into[place.reference] = parts
            elif parts:
                start[place.lot] = list(parts)
        return into, start
