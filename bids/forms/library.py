"""Saving an answer to use it again, and finding it."""

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm, GovDateField, PortalForm


class LibrarySearch(FilterForm):
    """By words."""

    words = forms.CharField(label=_("Words"), max_length=100)


class KeptAnswerForm(PortalForm):
    """A title to find it by, the text, and until when its facts hold."""

    button = _("Save to the library")

    title = forms.CharField(
        label=_("Title"),
        help_text=_("To find it by. For example: safeguarding lead, 2026"),
        max_length=120,
        error_messages={"required": _("Enter a title to find the answer by")},
    )
    text = forms.CharField(
        label=_("The answer"),
        widget=forms.Textarea({"rows": 14}),
        strip=False,
        error_messages={"required": _("Enter the answer")},
    )
    good_until = GovDateField(
        label=_("Until when does it hold? (optional)"),
        help_text=_("For example when a certificate it names runs out. For example 31 3 2027"),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout("title", Field.textarea("text"), "good_until")

    def clean_text(self):
        if not self.cleaned_data["text"].strip():
            raise forms.ValidationError(self.fields["text"].error_messages["required"])
        return self.cleaned_data["text"]
