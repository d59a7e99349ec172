"""What bidders type beside answers and price: subcontractors, files, questions, the last steps."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from bids.content import fingerprint
from framework_portal.forms import Button, PortalForm, WordCountField
from framework_portal.forms.base import LONGEST_TEXT


class SubcontractingForm(PortalForm):
    """Whether anybody else delivers a part; asked while nobody is named."""

    button = _("Save and continue")
    later = True

    uses = forms.TypedChoiceField(
        label=_("Will other organisations deliver part of the service?"),
        help_text=_("Key subcontractors: those you name in your bid and rely on."),
        choices=[
            Choice("yes", _("Yes, and I will name them")),
            Choice("no", _("No, we will deliver it all ourselves")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select whether other organisations will deliver part of the service")
        },
    )

    def __init__(self, *args, content, **kwargs):
        uses = content["uses_subcontractors"]
        said = {"uses": "yes" if uses else "no"} if uses is not None else {}
        super().__init__(*args, initial=said, **kwargs)
        self.helper.layout = Layout(Field.radios("uses", legend_size=Size.MEDIUM, legend_tag="h2"))


class ExclusivityForm(PortalForm):
    """The declaration that subcontractors stay free; asked once some are named."""

    button = _("Save and continue")
    later = True

    no_exclusivity = forms.BooleanField(
        label=_("We have not asked any of these organisations to work only with us on this lot"),
        required=False,
    )

    def __init__(self, *args, content, **kwargs):
        said = {"no_exclusivity": content["no_exclusivity"]}
        super().__init__(*args, initial=said, **kwargs)

    def judge(self):
        """Whether the declaration that every bid needs was made."""
        if not self.cleaned_data["no_exclusivity"]:
            self.add_error(
                "no_exclusivity",
                _("Confirm that you have not asked any of them to work only with you"),
            )


class DeclarationForm(PortalForm):
    """The last page: one press, one key."""

    button = _("Submit bid")

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    declared = forms.BooleanField(
        label=_(
            "I am allowed to submit this bid for my organisation. What it says is true as far as "
            "I know, and it was not agreed with any other bidder"
        ),
        required=False,
    )


class WithdrawalForm(PortalForm):
    """Sure?"""

    button = _("Withdraw this bid")

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class BidderField(forms.ModelChoiceField):
    """For which organisation, where a person acts for several; the form says among which."""

    def __init__(self):
        super().__init__(
            queryset=None,
            to_field_name="reference",
            label=_("Which organisation is bidding?"),
            widget=forms.RadioSelect,
            empty_label=None,
            error_messages={"required": _("Select the organisation that is bidding")},
        )


class StartForm(PortalForm):
    """For which organisation, where a person acts for several that match."""

    button = _("Start this bid")

    supplier = BidderField()

    def __init__(self, *args, suppliers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = suppliers


class MultipleFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as they came: each is judged by itself, and not here."""

    widget = MultipleFiles

    def clean(self, data, initial=None):
        return data or []


class FilesForm(PortalForm):
    """Files are checked one by one by the action: a bad one never stops the rest."""

    button = None

    files = FilesField(
        label=_("Choose files"),
        help_text=_(
            "PDF, Word, Excel, OpenDocument, CSV, PNG or JPEG, up to 25 MB each. "
            "At most 20 files and 100 MB together."
        ),
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Button.secondary("upload", _("Upload")))

    def say(self, refusals):
        """What was wrong with each file that was not taken, or that there was none."""
        for refusal in refusals:
            self.add_error("files", refusal.message)
        if not refusals and not self.errors:
            self.add_error("files", _("Choose a file"))


class QuestionForm(PortalForm):
    """A question to the commissioner, published with its answer and without the asker's name."""

    button = _("Send the question")
    later = True

    # The fingerprint of the question that the page showed: two pages of one person do not overwrite
    # each other.
    shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    lot = forms.ModelChoiceField(
        queryset=None,
        to_field_name="reference",
        label=_("Is it about one lot?"),
        empty_label=_("No, about the whole competition"),
        required=False,
    )
    asked = WordCountField(
        label=_("Your question"),
        help_text=_(
            "Do not name your organisation or anyone you support. Everybody will read the "
            "question with its answer."
        ),
        max_words=300,
        rows=6,
        error_messages={"required": _("Enter your question")},
    )

    supplier = forms.ModelChoiceField(
        queryset=None,
        to_field_name="reference",
        label=_("Which organisation is asking?"),
        help_text=_("Only your own colleagues see this."),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Select the organisation that is asking")},
    )

    field_order = ["asked", "lot", "supplier"]

    def __init__(self, *args, lots, suppliers, drafted=None, **kwargs):
        drafted = drafted or {}
        initial = {**drafted, "shown": fingerprint(drafted.get("asked", ""))}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["lot"].queryset = lots
        self.fields["supplier"].queryset = suppliers
        if len(suppliers) == 1:
            del self.fields["supplier"]

    def said(self, suppliers):
        """What the action is told; who acts for one organisation is not asked which."""
        said = {"supplier": suppliers[0], **self.cleaned_data}
        del said["shown"]
        return said


class QuestionDraftForm(PortalForm):
    """A question as it is typed: nothing is required of it."""

    button = None

    asked = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT)
    lot = forms.CharField(required=False, max_length=64)
    supplier = forms.CharField(required=False, max_length=64)
    shown = forms.CharField(required=False, max_length=64)

    def typed(self):
        """What is kept of it."""
        return {name: self.cleaned_data[name] for name in ("asked", "lot", "supplier")}
