"""What a lead types to ask for a change, one thing a page."""

from crispy_forms_gds.choices import Choice
from crispy_forms_gds.layout import Field, Layout, Size
from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.forms.cases import words
from contracts.forms.dates import ContractDate
from contracts.states import BRINGS_IN, ENDS, MAY_BE_URGENT, CaseKind, Emergency
from framework_portal.forms import GovDateField, PortalForm
from framework_portal.wording import day

HINTS = {
    CaseKind.ADD: _("Somebody who is not in the ledger is to get work"),
    CaseKind.SWITCH: _("Somebody else is to take over the work of a subcontractor"),
    CaseKind.REDUCE: _("A smaller share, fewer referrals, fewer areas or categories"),
    CaseKind.END: _("A subcontractor is to leave, and nobody takes its place"),
    CaseKind.CHANGE: _("The subcontractor has to agree to its new terms"),
}


class KindForm(PortalForm):
    """What kind of change."""

    kind = forms.ChoiceField(
        label=_("What do you want to change?"),
        widget=forms.RadioSelect,
        choices=[Choice(kind, kind.label, hint=HINTS[kind]) for kind in CaseKind],
        error_messages={"required": _("Select what you want to change")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(Field.radios("kind", legend_size=Size.MEDIUM, legend_tag="h2"))


class WhomForm(PortalForm):
    """Which subcontractor it is about."""

    line = forms.ChoiceField(
        label=_("Which key subcontractor is it about?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Select the key subcontractor")},
    )

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = [
            Choice(str(line.reference), line.name, hint=line.entry.role[:120]) for line in lines
        ]
        self.helper.layout = Layout(Field.radios("line", legend_size=Size.MEDIUM, legend_tag="h2"))


class NewcomerForm(PortalForm):
    """Who is to come in: found by its name, or invited."""

    INVITE = "invite"
    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_(
            "We look for it on the register. If it is not there, you can invite it by email"
        ),
        max_length=200,
        error_messages={"required": _("Enter the name of the organisation")},
    )
    newcomer = forms.ChoiceField(
        label=_("Which of these organisations do you mean?"),
        widget=forms.RadioSelect,
        required=False,
    )

    def offer(self, found):
        """Ask which of `found` is meant, or none of them; without any, nothing."""
        if not found:
            del self.fields["newcomer"]
            return
        choices = [Choice(str(each.reference), each.name) for each in found]
        choices[-1].divider = _("or")
        none = Choice(self.INVITE, _("None of these: invite it by email"))
        self.fields["newcomer"].choices = [*choices, none]

    def judge(self, found):
        """Whether it is clear who is meant."""
        if found and not self.cleaned_data.get("newcomer"):
            self.add_error("newcomer", _("Select the organisation, or that it is none of these"))
        return not self.errors

    def chosen(self, found):
        """The organisation that was chosen out of `found`; None where it is to be invited."""
        chosen = self.cleaned_data.get("newcomer")
        return next((each for each in found if str(each.reference) == chosen), None)


class AskForm(PortalForm):
    """The terms, the reasons and the day. Its check page sends all of it again, hidden."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        error_messages={"required": _("Enter the name of the organisation")},
    )
    email = forms.EmailField(
        label=_("Its email address"),
        help_text=_(
            "We write to this address as soon as you send the request. The email does not say the "
            "terms. It can register and answer in about five minutes"
        ),
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Enter its email address")},
    )
    role = forms.CharField(
        label=_("What will it do?"),
        widget=forms.Textarea({"rows": 3}),
        max_length=1000,
        error_messages={"required": _("Say what the organisation will do")},
    )
    categories = forms.MultipleChoiceField(
        label=_("Categories"), widget=forms.CheckboxSelectMultiple, required=False
    )
    areas = forms.MultipleChoiceField(
        label=_("Areas"), widget=forms.CheckboxSelectMultiple, required=False
    )
    share_percent = forms.DecimalField(
        label=_("Its share of the price, in per cent"),
        help_text=_("For example 12.5"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    volume_per_quarter = forms.IntegerField(
        label=_("How many people will you refer to it each quarter?"),
        min_value=0,
        max_value=1_000_000,
        error_messages={"required": _("Enter how many people you will refer each quarter")},
    )
    payment_days = forms.IntegerField(
        label=_("Within how many days will you pay its invoices?"),
        help_text=_("30 at most: the Procurement Act 2023, section 73, allows no more"),
        min_value=1,
        max_value=30,
        error_messages={"required": _("Enter within how many days you will pay")},
    )
    what = words(_("What do you ask for?"), _("Say what you ask for"), rows=4)
    why = words(_("Why do you ask for it?"), _("Say why you ask for it"))
    effective_on = ContractDate(
        label=_("From when?"),
        error_messages={"required": _("Enter from when the change is to hold")},
    )
    emergency = forms.ChoiceField(
        label=_("Is it an emergency that cannot wait for the subcontractor to be heard?"),
        widget=forms.RadioSelect,
        choices=Emergency.choices,
        initial=Emergency.NONE,
        error_messages={"required": _("Select whether it is an emergency")},
    )
    emergency_facts = forms.CharField(
        label=_("In an emergency: what has happened, and when?"),
        help_text=_("Facts that can be checked. An emergency change is reviewed afterwards"),
        widget=forms.Textarea({"rows": 4}),
        max_length=4000,
        required=False,
    )

    written = ["role", "categories", "areas", "share_percent", "volume_per_quarter", "payment_days"]

    def __init__(self, *args, kind, held, whom, newcomer, options, invites=False, **kwargs):
        super().__init__(*args, initial=_held(held) | {"name": newcomer}, **kwargs)
        self.kind = kind
        for name in self._left_out(kind, options):
            del self.fields[name]
        if not invites:
            del self.fields["name"], self.fields["email"]
        for name in {"categories", "areas"} & set(self.fields):
            self.fields[name].choices = options[name]
        for name in {"share_percent", "volume_per_quarter", "payment_days"} & set(self.fields):
            self.fields[name].widget.attrs["class"] = "govuk-input--width-5"
        if "share_percent" in self.fields:
            self.fields["share_percent"].suffix = "%"
        if kind == CaseKind.REDUCE:
            for name in ("share_percent", "volume_per_quarter"):
                self.fields[name].required = getattr(held, name) is not None
        readers = _("%(name)s and the commissioner read this word for word") % {"name": whom}
        if kind == CaseKind.ADD:
            readers = _("The commissioner reads this. %(name)s does not") % {"name": newcomer}
        self.fields["what"].help_text = self.fields["why"].help_text = readers

    def clean(self):
        cleaned = super().clean()
        is_urgent = cleaned.get("emergency", Emergency.NONE) != Emergency.NONE
        if is_urgent and not cleaned.get("emergency_facts", "").strip():
            self.add_error("emergency_facts", _("Say what has happened, and when"))
        return cleaned

    def readable(self):
        """What was typed, in words: for the page that asks whether it is right."""
        rows = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if hasattr(field, "choices"):
                labels = {str(key): label for key, label in field.choices}
                chosen = value if isinstance(value, list) else [value]
                value = ", ".join(str(labels.get(str(each), each)) for each in chosen)
            elif isinstance(field, GovDateField):
                value = day(value)
            if value not in (None, ""):
                rows.append((field.label, value))
        return rows

    def said(self):
        """What the action is told."""
        cleaned = dict(self.cleaned_data)
        terms = {name: cleaned.pop(name) for name in self.written if name in cleaned}
        return {**cleaned, "terms": terms}

    def _left_out(self, kind, options):
        out = set() if kind in MAY_BE_URGENT else {"emergency", "emergency_facts"}
        if kind in ENDS and kind not in BRINGS_IN:
            out |= set(self.written)
        if kind == CaseKind.REDUCE:
            out |= {"role", "payment_days"}
        return [
            name
            for name in self.fields
            if name in out or name in ("categories", "areas") and len(options[name]) < 2
        ]


def _held(entry):
    """What the ledger says now, to begin with."""
    if entry is None:
        return {"payment_days": 30}
    return {name: getattr(entry, name) for name in AskForm.written} | {
        "payment_days": entry.payment_days or 30
    }
