"""What officers type while they evaluate and award."""

from decimal import Decimal

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import PortalForm
from lots.states import CriterionKind


class ScoreForm(PortalForm):
    """A mark and its reasons under one criterion."""

    button = _("Save the score")

    reasons = forms.CharField(
        label=_("Reasons for this mark"),
        help_text=_(
            "The bidder reads these words. Say what the answer shows, and what it leaves out"
        ),
        widget=forms.Textarea({"rows": 8}),
        max_length=10_000,
        error_messages={"required": _("Say why you give this mark")},
    )
    # The instant of the score this page was made with; "" where there was none.
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    field_order = ["mark", "reasons", "seen"]

    def __init__(self, *args, criterion, highest_mark, **kwargs):
        self.base_fields = {"mark": _mark_field(criterion, highest_mark), **self.base_fields}
        super().__init__(*args, **kwargs)


def _mark_field(criterion, highest_mark):
    if criterion.kind == CriterionKind.GATE:
        return forms.TypedChoiceField(
            label=_("Does the bid pass?"),
            choices=[Choice("1", _("Pass")), Choice("0", _("Fail"))],
            coerce=Decimal,
            widget=forms.RadioSelect,
            error_messages={"required": _("Select whether the bid passes")},
        )
    return forms.DecimalField(
        label=_("Mark"),
        help_text=_("From 0 to %(highest)d") % {"highest": highest_mark},
        min_value=0,
        max_value=highest_mark,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
        error_messages={
            "required": _("Enter a mark"),
            "invalid": _("The mark must be a number, like 3"),
            "min_value": _("The mark must be 0 or more"),
            "max_value": _("The mark must be %(limit_value)s or less"),
        },
    )


class ReasonsForm(PortalForm):
    """One reason, given in words."""

    reasons = forms.CharField(
        label=_("Reasons"),
        widget=forms.Textarea({"rows": 5}),
        max_length=10_000,
        error_messages={"required": _("Give your reasons")},
    )

    def __init__(self, *args, label=None, button=None, help_text="", **kwargs):
        if button:
            self.button = button
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reasons"].label = label
        self.fields["reasons"].help_text = help_text


class ProposalForm(PortalForm):
    """Which bid is proposed for a lot, or that none is."""

    button = _("Propose this decision")
    NOBODY = "nobody"

    choice = forms.ChoiceField(
        label=_("Your proposal"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Select what you propose"),
            "invalid_choice": _("Select one of the decisions on this page"),
        },
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("Needed when nobody is awarded the lot, or when two bids rank first"),
        widget=forms.Textarea({"rows": 5}),
        required=False,
        max_length=10_000,
    )

    def __init__(self, *args, first, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [
            Choice(str(entry.bid.reference), _("Award to %(name)s") % {"name": entry.bid.supplier})
            for entry in first
        ]
        self.fields["choice"].choices = [*choices, Choice(self.NOBODY, _("Award to nobody"))]
