"""Forms about subcontracts: what a party says of it, and what the commissioner decides."""

from crispy_forms_gds.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.actions.directing import AFTER_A_DIRECTION, ONLY_BEFORE_SIGNING
from contracts.forms.dates import ContractDate
from contracts.states import ChainMove
from framework_portal.forms import PortalForm, Revealing

YES, NO = "yes", "no"


class StatementForm(PortalForm):
    """Whether one's own side has signed."""

    button = _("Save")

    has_signed = forms.ChoiceField(
        label=_("Is the subcontract signed?"),
        choices=[(YES, _("Yes, it is signed by both sides")), (NO, _("Not yet"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether the subcontract is signed")},
    )
    signed_on = ContractDate(label=_("Day on which the last side signed"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Revealing("has_signed", {YES: ["signed_on"]}))

    def clean(self):
        given = super().clean()
        if given.get("has_signed") == NO:
            given["signed_on"] = None
        elif "signed_on" in given and given.get("has_signed") and given["signed_on"] is None:
            self.add_error("signed_on", _("Enter the day on which the last side signed"))
        return {"signed_on": given.get("signed_on")}


class DecisionForm(PortalForm):
    """The moves that are open now, with reasons, and a date for a direction."""

    button = _("Record the decision")

    move = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=ChainMove.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you decide")},
    )
    due_on = ContractDate(
        label=_("Day by which the lead must have followed a direction"), required=False
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("The lead and the subcontractor read them"),
        widget=forms.Textarea({"rows": 5}),
        max_length=5000,
    )

    def __init__(self, *args, is_draft, has_failed, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = [
            (move.value, move.label)
            for move in ChainMove
            if (is_draft or move not in ONLY_BEFORE_SIGNING)
            and (has_failed or move not in AFTER_A_DIRECTION)
        ]
        self.helper.layout = Layout("move", "due_on", "reasons")

    def clean(self):
        given = super().clean()
        wanted = given.get("move") in ChainMove.directions()
        if wanted and "due_on" in given and given["due_on"] is None:
            self.add_error("due_on", _("Enter the day by which the lead must have followed it"))
        return given
