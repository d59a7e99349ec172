"""What a subcontractor says of its own line, and how a dispute ends."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.figures import FiguresForm
from contracts.states import Ruling
from framework_portal.forms import Hidden, PortalForm


class DisputeForm(FiguresForm):
    """The subcontractor's own figures and words; the lead's stand there to begin with."""

    button = _("Dispute this line")
    words = forms.CharField(
        label=_("What is not right?"),
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The lead and the commissioner read this"),
        error_messages={"required": _("Say what is not right")},
    )

    def __init__(self, *args, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["referrals"].label = _("People referred to you")
        self.fields["pounds"].label = _("Pounds paid to you")
        self.helper.add_input(Hidden("number", number))


class SettleDisputeForm(PortalForm):
    """Whose figures stand, and why."""

    button = _("Settle the dispute")
    ruling = forms.ChoiceField(
        label=_("Whose figures stand?"),
        choices=Ruling.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Select whose figures stand")},
    )
    words = forms.CharField(
        label=_("Your reasons"),
        max_length=4000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("The lead and the subcontractor read them. They cannot be changed later"),
        error_messages={"required": _("Give your reasons")},
    )

    def __init__(self, *args, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("number", number))
