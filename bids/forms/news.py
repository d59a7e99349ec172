"""How a person wants to be told."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from bids.models import NewsBy
from framework_portal.forms import PortalForm


class NewsForm(PortalForm):
    """Once a day, at once, or not at all."""

    button = _("Save")

    by = forms.ChoiceField(
        label=_("How do you want to hear of answers and other news?"),
        help_text=_(
            "Moved deadlines, reminders and receipts of your own bids always come at once."
        ),
        choices=[
            Choice(
                NewsBy.DAILY, _("One email a day"), hint=_("In the morning, when there is news")
            ),
            Choice(NewsBy.AT_ONCE, _("An email each time"), hint=_("Within minutes")),
            Choice(NewsBy.NONE, _("No email"), hint=_("You can still read everything here")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Select how you want to hear of news")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field.radios("by", legend_size=Size.MEDIUM, legend_tag="h2"))
