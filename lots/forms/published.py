"""Forms of what an officer does to a published competition."""

from crispy_forms_gds.layout import Field, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import (
    GovDateField,
    GovMomentField,
    MoneyField,
    PortalForm,
    UploadField,
    WordCountField,
)
from lots.forms.base import CompetitionForm

WHY = _("Everybody can read it beside the change. Name no supplier")


class Reason(forms.Textarea):
    """A box of four lines."""

    def __init__(self):
        super().__init__({"rows": 4})


def reason(label):
    """Why something is done, for everybody to read."""
    return forms.CharField(
        label=label,
        widget=Reason,
        max_length=2000,
        help_text=WHY,
        error_messages={"required": _("Say why, for everybody to read")},
    )


class ChangeForm(CompetitionForm):
    """What may be put right after publication."""

    button = _("Continue")
    summary = WordCountField(
        label=_("Summary"), max_words=100, rows=4, error_messages={"required": _("Enter a summary")}
    )
    description = WordCountField(
        label=_("Description"),
        max_words=3000,
        rows=14,
        error_messages={"required": _("Describe what you are buying")},
    )
    contact_email = forms.EmailField(
        label=_("Contact email address"),
        error_messages={"required": _("Enter a contact email address")},
    )
    service_starts_on = GovDateField(
        label=_("Service starts"), error_messages={"required": _("Enter when the service starts")}
    )
    service_ends_on = GovDateField(
        label=_("Service ends"), error_messages={"required": _("Enter when the service ends")}
    )
    reason = reason(_("Why are you changing this?"))


class LotChangeForm(CompetitionForm):
    """The words and the value of a published lot."""

    button = _("Continue")
    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Enter a title")}
    )
    description = WordCountField(label=_("Description"), max_words=1000, rows=8, required=False)
    value = MoneyField(
        label=_("Value, excluding VAT"), error_messages={"required": _("Enter a value")}
    )
    value_if_extended = MoneyField(label=_("Value with all extensions"), required=False)
    volume = forms.CharField(label=_("Expected volume"), max_length=200, required=False)
    reason = reason(_("Why are you changing this?"))


class DocumentChangeForm(CompetitionForm):
    """One more document for everybody."""

    button = _("Add the document and tell everybody")
    title = forms.CharField(
        label=_("Title of the document"),
        max_length=200,
        error_messages={"required": _("Enter a title for the document")},
    )
    upload = UploadField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or picture, up to 25 MB"),
    )
    reason = reason(_("Why are you adding it?"))


class DocumentWithdrawalForm(CompetitionForm):
    """One document fewer."""

    button = _("Withdraw the document and tell everybody")
    reason = reason(_("Why are you withdrawing it?"))


class ExtensionForm(CompetitionForm):
    """A later deadline."""

    button = _("Ask a second officer to confirm")
    closes_at = GovMomentField(
        label=_("New closing time"),
        help_text=_("UK time, later than now published. It can never be moved back"),
        error_messages={"required": _("Enter the new closing time")},
    )
    reason = reason(_("Why do suppliers need more time?"))


class AbandonForm(CompetitionForm):
    """The end of it."""

    button = _("Abandon it")
    reason = forms.CharField(
        label=_("Why are you abandoning it?"),
        widget=Reason,
        max_length=2000,
        error_messages={"required": _("Say why you are abandoning it")},
    )


class AnswerForm(PortalForm):
    """An answer for everybody, under the question as everybody will read it."""

    button = _("Publish the answer to everybody")
    question = forms.CharField(
        label=_("Question, as everybody will read it"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        help_text=_("Take out what would tell who asked. Change nothing else"),
        error_messages={"required": _("Enter the question as everybody will read it")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        widget=forms.Textarea({"rows": 8}),
        max_length=10000,
        error_messages={"required": _("Enter the answer")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field.textarea("question", rows=5), Field.textarea("answer", rows=8)
        )
