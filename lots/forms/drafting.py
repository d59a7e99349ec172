"""The pages of a draft that say what it is about and when."""

from copy import copy

from crispy_forms_gds.layout import Field, Fieldset, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import (
    GovDateField,
    GovMomentField,
    Revealing,
    UploadField,
    WordCountField,
)
from framework_portal.reference.models import Category
from lots.checks import readiness
from lots.forms.base import CompetitionForm, DraftForm
from lots.forms.starting import KINDS, clean_power
from lots.states import AgreementKind

BASICS = ["title", "summary", "description", "kind", "legal_power", "contact_email"]
DATES = [
    "clarifications_close_at",
    "closes_at",
    "opening_due_at",
    "award_due_on",
    "service_starts_on",
    "service_ends_on",
    "extension_months",
]


class BasicsForm(DraftForm):
    """What is bought, in words."""

    always = ("title", "kind")
    title = forms.CharField(
        label=_("Title"), max_length=200, error_messages={"required": _("Enter a title")}
    )
    summary = WordCountField(
        label=_("Summary"),
        max_words=100,
        rows=4,
        help_text=_("Suppliers read this first. Say who the service is for and what it should do"),
        error_messages={"required": _("Enter a summary")},
    )
    description = WordCountField(
        label=_("Description"),
        max_words=3000,
        rows=14,
        help_text=_("What a supplier must know to decide whether to bid. Name no person's case"),
        error_messages={"required": _("Describe what you are buying")},
    )
    kind = forms.ChoiceField(
        label=_("What will it lead to?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select a contract or a grant")},
    )
    legal_power = forms.CharField(
        label=_("Legal power for the grant"),
        max_length=300,
        required=False,
        help_text=_("For example section 6 of the Offender Management Act 2007"),
    )
    contact_email = forms.EmailField(
        label=_("Contact email address"),
        help_text=_("Everybody can read it. Use the address of a team"),
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter a contact email address")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Field.text("title"),
            Field.textarea("summary", max_words=100, rows=4),
            Field.textarea("description", max_words=3000, rows=14),
            Revealing("kind", {AgreementKind.GRANT.value: ["legal_power"]}),
            Field.text("contact_email"),
        )

    def clean(self):
        cleaned = super().clean()
        if not self.comes_back_later:
            clean_power(self, cleaned)
        return cleaned


class CategoriesForm(DraftForm):
    """The kinds of need it is about."""

    categories = forms.ModelMultipleChoiceField(
        Category.objects.all(),
        to_field_name="slug",
        label=_("Categories"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only suppliers qualified in a lot's categories can bid for it"),
        error_messages={"required": _("Select at least one category")},
    )


class TimetableForm(DraftForm):
    """Every date. What is out of order is told by the field, as publication would."""

    clarifications_close_at = GovMomentField(
        label=_("Clarifications close"),
        help_text=_("Suppliers can ask until then. Leave time to use the answers"),
        error_messages={"required": _("Enter when clarifications close")},
    )
    closes_at = GovMomentField(
        label=_("Bids close"),
        help_text=_("UK time, for example 5 6 2027 at 2pm. Not midnight, and better a working day"),
        error_messages={"required": _("Enter when bids close")},
    )
    opening_due_at = GovMomentField(
        label=_("Bids will be opened"),
        help_text=_("Two officers open all bids together, any time after they close"),
        error_messages={"required": _("Enter when you mean to open the bids")},
    )
    award_due_on = GovDateField(
        label=_("Award will be announced"),
        error_messages={"required": _("Enter when you mean to announce the award")},
    )
    service_starts_on = GovDateField(
        label=_("Service starts"),
        error_messages={"required": _("Enter when the service starts")},
    )
    service_ends_on = GovDateField(
        label=_("Service ends"),
        error_messages={"required": _("Enter when the service ends")},
    )
    extension_months = forms.IntegerField(
        label=_("Possible extension, in months"),
        min_value=0,
        max_value=240,
        initial=0,
        required=False,
        help_text=_("Enter 0 if it cannot be extended"),
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )

    def __init__(self, *args, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.helper.layout = Layout(
            Fieldset(
                "clarifications_close_at",
                "closes_at",
                "opening_due_at",
                "award_due_on",
                legend=_("The competition"),
                legend_size=Size.MEDIUM,
            ),
            Fieldset(
                "service_starts_on",
                "service_ends_on",
                "extension_months",
                legend=_("The service"),
                legend_size=Size.MEDIUM,
            ),
        )

    def clean_extension_months(self):
        return self.cleaned_data["extension_months"] or 0

    def clean(self):
        cleaned = super().clean()
        if not self.comes_back_later and not self.errors:
            asked = copy(self.competition)
            for name, value in cleaned.items():
                setattr(asked, name, value)
            for gap in readiness.timetable(asked, at=self.at):
                if gap.stops:
                    self.add_error(gap.code if gap.code in DATES else "closes_at", gap.message)
        return cleaned


class DocumentForm(CompetitionForm):
    """A file for everybody to read."""

    button = _("Add the document")
    title = forms.CharField(
        label=_("Title of the document"),
        max_length=200,
        help_text=_("For example: Service specification"),
        error_messages={"required": _("Enter a title for the document")},
    )
    upload = UploadField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, OpenDocument, CSV or picture, up to 25 MB"),
    )


class QuestionForm(CompetitionForm):
    """A question that bids answer in words."""

    text = forms.CharField(
        label=_("Question"),
        widget=forms.Textarea({"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Enter the question")},
    )
    guidance = forms.CharField(
        label=_("What a good answer covers"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
        required=False,
        help_text=_("Optional. Suppliers read it above the box they answer in"),
    )
    word_limit = forms.IntegerField(
        label=_("Word limit"),
        min_value=1,
        max_value=5000,
        widget=forms.NumberInput({"class": "govuk-input--width-4"}),
        help_text=_("Between 1 and 5,000 words"),
        error_messages={"required": _("Enter a word limit")},
    )
