"""Forms over the agreement: its terms, the signing, and how it changed and ended."""

from crispy_forms_gds.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from contracts.forms.dates import ContractDate
from contracts.states import ContractKind
from framework_portal.forms import Hidden, MoneyField, PortalForm, Revealing

LONG = 5000


class TermsForm(PortalForm):
    """What the award left open. The value is asked for only where the bid named no price."""

    button = _("Save")

    kind = forms.ChoiceField(
        label=_("What is it?"), choices=ContractKind.choices, widget=forms.RadioSelect
    )
    legal_power = forms.CharField(
        label=_("Legal power the grant is paid under"),
        help_text=_("For example section 6 of the Offender Management Act 2007"),
        max_length=300,
        required=False,
    )
    value = MoneyField(label=_("Value, excluding VAT"))
    starts_on = ContractDate(label=_("First day of the service"))
    ends_on = ContractDate(label=_("Last day of the service"))
    drift_limit_percent = forms.DecimalField(
        label=_("Drift limit, in per cent"),
        help_text=_(
            "By how much a subcontractor’s delivered share may stay behind its promised share "
            "before you are told"
        ),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-5"}),
    )
    chain_signs_by = ContractDate(
        label=_("Day by which subcontractors relied on must have signed"),
        help_text=_("Procurement Act 2023, section 72. Needed where the lead relies on anybody."),
        required=False,
    )

    def __init__(self, *args, contract, relies, **kwargs):
        super().__init__(*args, **kwargs)
        if contract.value is not None:
            del self.fields["value"]
        self.fields["chain_signs_by"].required = relies
        names = [name for name in self.fields if name not in ("kind", "legal_power")]
        self.helper.layout = Layout(
            Revealing("kind", {ContractKind.GRANT: ["legal_power"]}), *names
        )


class OptionForm(PortalForm):
    """A right to make the contract longer."""

    button = _("Add the option")

    months = forms.IntegerField(
        label=_("Months it makes the contract longer by"),
        min_value=1,
        max_value=120,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )
    notice_days = forms.IntegerField(
        label=_("Days of notice before the end"),
        min_value=0,
        max_value=999,
        initial=0,
        widget=forms.TextInput({"inputmode": "numeric", "class": "govuk-input--width-3"}),
    )


class SignForm(PortalForm):
    """The signing. Where somebody has not signed yet, the officer says that it is known."""

    button = _("Record the signing")

    signed_on = ContractDate(label=_("Day on which the last party signed"))
    no_claim = forms.BooleanField(
        label=_(
            "No claim was notified during the standstill, or the suspension it caused has ended "
            "(Procurement Act 2023, section 101)"
        ),
        error_messages={"required": _("Say that no claim stands in the way of signing")},
    )
    aware = forms.BooleanField(
        label=_("I know which subcontractors relied on have not signed yet"),
        error_messages={"required": _("Say that you know who has not signed a subcontract yet")},
    )

    def __init__(self, *args, waits, **kwargs):
        super().__init__(*args, **kwargs)
        if not waits:
            del self.fields["aware"]
        self.helper.layout = Layout(*self.fields)


class ModificationForm(PortalForm):
    """What changes in a signed contract, and why."""

    button = _("Record the modification")

    what = forms.CharField(
        label=_("What changes?"), widget=forms.Textarea({"rows": 4}), max_length=LONG
    )
    reasons = forms.CharField(label=_("Why?"), widget=forms.Textarea({"rows": 4}), max_length=LONG)
    agreed_on = ContractDate(label=_("Day on which it was agreed"))
    option = forms.ModelChoiceField(
        queryset=None,
        label=_("Extension option taken"),
        empty_label=_("None"),
        to_field_name="position",
        required=False,
        help_text=_("The new end then follows from the option"),
    )
    ends_on = ContractDate(label=_("New last day of the service"), required=False)
    value = MoneyField(label=_("New value of the whole contract, excluding VAT"), required=False)

    def __init__(self, *args, options, seen, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["option"]
        field.queryset = options
        field.label_from_instance = lambda option: months_words(option.months)
        if not options:
            del self.fields["option"]
        self.helper.layout = Layout(*self.fields, Hidden("seen", seen))

    @property
    def seen(self):
        """How many modifications the page showed; -1 where it did not say."""
        typed = str(self.data.get("seen", ""))
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else -1


class TerminationForm(PortalForm):
    """The end before the time."""

    button = _("End the contract")

    ends_on = ContractDate(label=_("Last day of the contract"))
    reasons = forms.CharField(
        label=_("Why does it end?"),
        help_text=_("The lead reads this. Each key subcontractor is told that it ended."),
        widget=forms.Textarea({"rows": 5}),
        max_length=LONG,
    )


class NoticeForm(PortalForm):
    """Where the termination notice was published."""

    button = _("Record the notice")

    published_on = ContractDate(label=_("Day of publication"))
    notice_reference = forms.CharField(
        label=_("Reference of the notice"),
        help_text=_("As the central digital platform names it"),
        max_length=100,
    )


def months_words(months):
    """How long an option makes the contract longer."""
    return ngettext("%d month longer", "%d months longer", months) % months
