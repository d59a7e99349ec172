"""A year's report: the lead's words, and the commissioner's decision."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.actions.reporting import LONGEST_WORDS
from framework_portal.forms import Hidden, PortalForm


class WordsForm(PortalForm):
    """What the lead says beside the figures."""

    button = _("Save")
    words = forms.CharField(
        label=_("Your words beside the figures"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 10}),
        help_text=_(
            "What went well, what stayed behind the promise and why, and what you do about it. "
            "They are published with the report: name no person, and no amount of one subcontractor"
        ),
        error_messages={"required": _("Write something beside the figures")},
    )

    def __init__(self, *args, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("number", number))


class DecisionForm(PortalForm):
    """Accepted, or returned with reasons."""

    button = _("Decide")
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[
            ("accept", _("Accept and publish the report")),
            ("return", _("Return it to the lead")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select what you decide")},
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Needed for a return: what is to be put right. The lead reads them"),
    )

    def __init__(self, *args, signing, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("signing", signing))

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "return" and not cleaned.get("reasons"):
            self.add_error("reasons", _("Say what is to be put right"))
        return cleaned
