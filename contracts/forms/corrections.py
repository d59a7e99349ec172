"""What the lead puts right in a quarter that was sent."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts import figures
from contracts.forms.figures import FiguresForm
from contracts.forms.quarters import IncomeForm
from framework_portal.forms import Hidden


class CorrectIncomeForm(IncomeForm):
    """The same, by itself, of a quarter that was sent."""

    button = _("Save the correction")

    def __init__(self, *args, was, **kwargs):
        super().__init__(*args, initial={"income": was}, **kwargs)
        self.helper.form_tag = True
        self.helper.disable_csrf = False
        self.helper.add_input(Hidden("was", was))


class CorrectLineForm(FiguresForm):
    """A line of a quarter that was sent, changed; the subcontractor is asked anew."""

    button = _("Save and ask the subcontractor again")

    def __init__(self, *args, number, asks=True, **kwargs):
        if not asks:
            self.button = _("Save the correction")
        super().__init__(*args, **kwargs)
        self.helper.add_input(Hidden("number", number))


class AddLineForm(FiguresForm):
    """A line that was forgotten: of a key subcontractor, or of somebody outside the ledger."""

    button = _("Add the line")
    subcontractor = forms.ChoiceField(
        label=_("Who was it?"), error_messages={"required": _("Select who it was")}
    )
    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("Where it is somebody who is not in the ledger"),
        max_length=200,
        required=False,
    )

    def __init__(self, *args, promises, **kwargs):
        self.promises = {str(each.subcontractor.reference): each for each in promises}
        super().__init__(*args, **kwargs)
        named = [(key, each.subcontractor.name) for key, each in self.promises.items()]
        others = ("other", _("Somebody who is not in the ledger"))
        self.fields["subcontractor"].choices = [("", _("Select")), *named, others]

    def before(self):
        return ["subcontractor", "name"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("subcontractor") == "other" and not cleaned.get("name"):
            self.add_error("name", _("Enter who was paid"))
        return cleaned

    def stated(self):
        """What was typed, as the action takes it."""
        chosen, words = self.cleaned_data["subcontractor"], self.cleaned_data["words"].strip()
        if chosen == "other":
            name = " ".join(self.cleaned_data["name"].split())
            return figures.Stated(None, name, self.figures(), words)
        name = self.promises[chosen].subcontractor.name
        return figures.Stated(chosen, name, self.figures(), words)
