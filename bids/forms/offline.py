"""Bringing a pack back: the file first, then what of it is taken over."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.forms.bidding import BidderField
from bids.offline.found import Found
from bids.offline.marks import PRICE
from bids.offline.reading import LONGEST
from framework_portal.forms import MoneyField, PortalForm, UploadField

SEEN = re.compile("[0-9a-f]{32}")


class PackForm(PortalForm):
    """The file that came back."""

    button = _("Compare it with your bid")

    pack = UploadField(
        label=_("Choose the Word or Excel file you filled in"),
        help_text=_("Nothing is changed yet: you first see what is different."),
        error_messages={"required": _("Choose the file you filled in")},
    )


class StartWithPackForm(PackForm):
    """The file that came back, and for whom, where a person acts for several that match."""

    button = _("Start a bid with this file")

    bidder = BidderField()

    def __init__(self, *args, suppliers, **kwargs):
        super().__init__(*args, **kwargs)
        self.suppliers = suppliers
        self.fields["bidder"].queryset = suppliers
        if len(suppliers) == 1:
            del self.fields["bidder"]

    def supplier(self):
        """The organisation chosen, or the only one there is."""
        return self.cleaned_data.get("bidder") or self.suppliers[0]


class TakeOverForm(PortalForm):
    """Which answers of the file are taken over. The page carries their texts, to be read once."""

    button = None

    every = forms.BooleanField(required=False)
    take = forms.MultipleChoiceField(required=False, choices=[])

    def __init__(self, *args, keys, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["take"].choices = [(key, key) for key in keys]
        self.keys = keys

    def clean(self):
        super().clean()
        chosen = set(self.cleaned_data.get("take", []))
        if self.cleaned_data.get("every"):
            chosen |= set(self.data.getlist("plain"))
        self.texts = {key: self._carried(key) for key in self.keys if key in chosen}
        if not self.errors and not self.texts:
            self.add_error(None, _("Select the answers to take over"))
        if any(carried is None for carried in self.texts.values()):
            self.add_error(None, _("The page did not arrive whole. Choose the file again"))

    def carried(self):
        """What the page carried of the file, to be compared and shown once more."""
        plain = set(self.data.getlist("plain"))
        found = {key: self._carried(key) for key in self.keys}
        return {
            key: Found(key, each[1] if key in plain else "", each[0], place="")
            for key, each in found.items()
            if each is not None
        }

    def _carried(self, key):
        """(text, fingerprint of what it replaces), or None where the page did not carry them."""
        text = self.data.get(f"text-{key}", "").replace("\r\n", "\n")
        seen = self.data.get(f"seen-{key}", "")
        if f"text-{key}" not in self.data or not SEEN.fullmatch(seen) or len(text) > LONGEST:
            return None
        if key == PRICE and not _is_amount(text):
            return None
        return text, seen


def _is_amount(text):
    try:
        amount = MoneyField(required=False, max_value=9_999_999_999).clean(text)
    except forms.ValidationError:
        return False
    return amount is None or f"{amount:.2f}" == text
