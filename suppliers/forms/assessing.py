"""What an assessor fills in. `suppliers.actions.assessing` and `standing` write."""

from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from framework_portal.forms import FilterForm, GovDateField, PortalForm, WordCountField
from framework_portal.reference.models import Category
from suppliers.actions.assessing import Need, Verdict
from suppliers.states import ApplicationState, Outcome, QualificationState

REASONS_WORDS = 500
VERDICTS = [("grant", _("Grant")), ("refuse", _("Refuse")), ("", _("Decide later"))]
WAITED = [
    ("7", _("A week or more")),
    ("14", _("Two weeks or more")),
    ("28", _("Four weeks or more")),
]


class ApplicationFilter(FilterForm):
    """Narrows the queue."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[
            ("", _("Waiting for a decision")),
            (ApplicationState.RETURNED.value, _("More asked for")),
            (ApplicationState.DECIDED.value, _("Decided")),
            (ApplicationState.WITHDRAWN.value, _("Withdrawn")),
            ("all", _("All")),
        ],
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), to_field_name="slug", empty_label=_("Any"), label=_("Category")
    )
    waited = forms.ChoiceField(label=_("Waiting for"), choices=[("", _("Any time")), *WAITED])
    words = forms.CharField(label=_("Name of the organisation"), max_length=100)


class SupplierFilter(FilterForm):
    """Narrows the list of suppliers."""

    words = forms.CharField(label=_("Name or register number"), max_length=100)
    category = forms.ModelChoiceField(
        Category.objects.all(), to_field_name="slug", empty_label=_("Any"), label=_("Category")
    )
    standing = forms.ChoiceField(
        label=_("Standing"), choices=[("", _("Any")), *QualificationState.choices]
    )


class FindingFilter(FilterForm):
    """Narrows the list of findings."""

    outcome = forms.ChoiceField(
        label=_("What was found"),
        choices=[
            ("", _("All that needs a look")),
            (Outcome.FAIL.value, Outcome.FAIL.label),
            (Outcome.REFER.value, Outcome.REFER.label),
        ],
    )
    check = forms.ChoiceField(label=_("Check"))

    def __init__(self, *args, checks, **kwargs):
        self.base_fields = {**self.base_fields}
        self.base_fields["check"] = forms.ChoiceField(
            label=_("Check"),
            choices=[("", _("Any")), *((check.code, check.question) for check in checks)],
        )
        super().__init__(*args, **kwargs)


def reasons_field(**kwargs):
    """Reasons that the supplier reads."""
    settings = {
        "label": _("Reasons"),
        "help_text": _("The supplier reads this. Say what is missing and how to put it right."),
        "max_words": REASONS_WORDS,
        "rows": 6,
        "error_messages": {"required": _("Give your reasons: the supplier reads them")},
    }
    return WordCountField(**{**settings, **kwargs})


class DecisionForm(PortalForm):
    """Grant, refuse or leave for later, category by category."""

    button = _("Send decision")

    def __init__(self, *args, categories, **kwargs):
        self.categories = list(categories)
        self.base_fields = {}
        for category in self.categories:
            self.base_fields[f"verdict_{category.slug}"] = forms.ChoiceField(
                label=category.name, choices=VERDICTS, widget=forms.RadioSelect, required=False
            )
            self.base_fields[f"reasons_{category.slug}"] = reasons_field(
                label=_("Your reasons: %(category)s") % {"category": category.name},
                required=False,
                rows=4,
            )
        super().__init__(*args, **kwargs)
        pieces = []
        for category in self.categories:
            pieces.append(
                Field.radios(f"verdict_{category.slug}", legend_size=Size.MEDIUM, inline=True)
            )
            pieces.append(Field.textarea(f"reasons_{category.slug}"))
        self.helper.layout = Layout(*pieces)

    def clean(self):
        cleaned = super().clean()
        for category in self.categories:
            name = f"reasons_{category.slug}"
            refuses = cleaned.get(f"verdict_{category.slug}") == "refuse"
            if refuses and name not in self.errors and not cleaned.get(name):
                message = _("Give your reasons for refusing %(category)s")
                self.add_error(name, message % {"category": category.name})
        if not self.errors and not self.verdicts():
            self.add_error(None, _("Decide at least one category"))
        return cleaned

    def verdicts(self):
        """What was decided; categories left for later are left out."""
        return [
            Verdict(
                category=category,
                grant=self.cleaned_data[f"verdict_{category.slug}"] == "grant",
                reasons=self.cleaned_data.get(f"reasons_{category.slug}", ""),
            )
            for category in self.categories
            if self.cleaned_data.get(f"verdict_{category.slug}")
        ]


class RequestForm(PortalForm):
    """What is needed before a decision, question by question."""

    button = _("Ask the supplier")

    def __init__(self, *args, asked, **kwargs):
        self.asked = {f"need_{number}": step for number, step in enumerate(asked, start=1)}
        self.base_fields = {
            name: WordCountField(
                label=step.title,
                max_words=100,
                rows=2,
                required=False,
            )
            for name, step in self.asked.items()
        }
        self.base_fields["because"] = WordCountField(
            label=_("Anything else the supplier should know"),
            max_words=200,
            rows=4,
            required=False,
        )
        super().__init__(*args, **kwargs)

    def needs(self):
        """What was asked for, with the question it is about."""
        return [
            Need(self.cleaned_data[name], step.question, step.category)
            for name, step in self.asked.items()
            if self.cleaned_data.get(name)
        ]


class ReasonsForm(PortalForm):
    """Why: for a suspension, a notice, a removal."""

    reasons = reasons_field()

    def __init__(self, *args, button, is_required=True, until=False, **kwargs):
        self.button = button
        super().__init__(*args, **kwargs)
        self.fields["reasons"].required = is_required
        if not until:
            del self.fields["expires_on"]
            self.helper.layout = Layout("reasons")

    expires_on = GovDateField(label=_("Stands until the end of"))
