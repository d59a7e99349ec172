"""Checking a receipt: by its number, by its text or by its file."""

from crispy_forms_gds.layout import Field, Fixed, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from bids.checking import LONGEST
from framework_portal.forms import PortalForm, UploadField


class ReceiptForm(PortalForm):
    """One of the three is enough; of several, the file counts before the text and the number."""

    button = _("Check")

    number = forms.CharField(
        label=_("Receipt number"),
        help_text=_("For example 7K3M-A9QP-40CD. It stands in the mail and on the page"),
        required=False,
        max_length=40,
        error_messages={"max_length": _("This is too long for a receipt number. Check it")},
    )
    file = UploadField(
        label=_("The file of the receipt"),
        help_text=_("The file receipt-….json that you downloaded"),
        required=False,
    )
    text = forms.CharField(
        label=_("Or the text of that file"),
        widget=forms.Textarea,
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": _("The text is too long for a receipt. Check it")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field.text("number", field_width=Fixed.TWENTY), "file", Field.textarea("text")
        )

    def clean_file(self):
        """The file's text, or None."""
        file = self.cleaned_data["file"]
        if not file:
            return None
        if file.size > LONGEST:
            raise forms.ValidationError(_("The file is too long for a receipt. Choose another"))
        try:
            return file.read().decode()
        except UnicodeDecodeError:
            raise forms.ValidationError(
                _("The file is not a receipt. Choose the file that you downloaded")
            ) from None

    def clean(self):
        given = super().clean()
        if not self.errors and not any(given.get(name) for name in ("number", "file", "text")):
            self.add_error("number", _("Enter a receipt number, or choose the file of a receipt"))
        return given

    @property
    def whole(self):
        """The text of the receipt, where it was given."""
        return self.cleaned_data["file"] or self.cleaned_data["text"]
