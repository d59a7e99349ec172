"""The terms of one key subcontractor, as the lead writes them."""

from datetime import date
from decimal import Decimal

from crispy_forms_gds.choices import Choice
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bids.content import MOST_PAYMENT_DAYS, UNSAID, fingerprint
from bids.forms.writing import DraftForm
from framework_portal.forms import GovDateField
from framework_portal.wording import pounds


class SubcontractorForm(DraftForm):
    """One organisation: who it is, what it does where, what it gets, when, and how many people."""

    button = _("Save this organisation")
    later = False

    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("If it is on the framework’s register, we will offer you its entry."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Enter the name of the organisation")},
    )
    supplier = forms.ChoiceField(
        label=_("Is it one of these organisations on the register?"),
        widget=forms.RadioSelect,
        required=False,
    )
    email = forms.EmailField(
        label=_("Its email address, if it is not on the register"),
        help_text=_(
            "We write to this address when you ask for its consent. It can register and answer in "
            "about five minutes."
        ),
        required=False,
        widget=forms.EmailInput({"autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.CharField(
        label=_("What will it do?"),
        help_text=_("For example: housing advice in Kent. 300 characters or fewer."),
        widget=forms.Textarea({"rows": 3}),
        max_length=300,
        error_messages={"required": _("Say what the organisation will do")},
    )
    categories = forms.MultipleChoiceField(
        label=_("In which categories of the lot?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select the categories it will work in")},
    )
    areas = forms.MultipleChoiceField(
        label=_("In which areas of the lot?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Select the areas it will work in")},
    )
    share_percent = forms.DecimalField(
        label=_("Its share of the price, in per cent"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        error_messages={
            "required": _("Enter its share of the price"),
            "invalid": _("Its share must be a number, like 12.5"),
            "min_value": _("Its share must be 0 or more"),
            "max_value": _("Its share must be 100 or less"),
            "max_decimal_places": _("Its share must have no more than two decimal places"),
        },
    )
    volume = forms.IntegerField(
        label=_("How many people will be referred to it in a quarter?"),
        help_text=_("A whole number, as you expect it"),
        min_value=0,
        max_value=999_999,
        error_messages={
            "required": _("Enter how many people will be referred to it in a quarter"),
            "invalid": _("The number of people must be a whole number, like 40"),
            "min_value": _("The number of people must be 0 or more"),
            "max_value": _("The number of people must be less than 1,000,000"),
        },
    )
    payment_days = forms.IntegerField(
        label=_("Within how many days will you pay its valid invoices?"),
        help_text=_("30 at most (Procurement Act 2023, section 73)"),
        min_value=1,
        max_value=MOST_PAYMENT_DAYS,
        error_messages={
            "required": _("Enter within how many days you will pay"),
            "invalid": _("The days must be a whole number, like 30"),
            "min_value": _("The days must be 1 or more"),
            "max_value": _("You must pay within 30 days or fewer"),
        },
    )
    starts_on = GovDateField(label=_("When does its work start?"))
    relied_on = forms.BooleanField(
        label=_(
            "We rely on this organisation to meet the conditions of this competition, and know "
            "that the commissioner may ask for a signed agreement between us"
        ),
        required=False,
    )

    field_order = [
        *("name", "supplier", "email", "role", "categories", "areas", "share_percent", "volume"),
        *("payment_days", "starts_on", "relied_on", "shown", "base"),
    ]
    carried = ("shown", "base")
    typed = "typed"  # the name, and none of the register

    # The edition of what was typed and not saved that the page showed: see `UnsavedEntry`.
    base = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args, lot, price=None, entry=None, unsaved=None, **kwargs):
        said = UNSAID | (entry or {})
        starts_on = said["starts_on"] and date.fromisoformat(said["starts_on"])
        initial = {
            **said,
            "share_percent": said["share_percent"] and Decimal(said["share_percent"]),
            "starts_on": starts_on or lot.competition.service_starts_on,
            "payment_days": said["payment_days"] or MOST_PAYMENT_DAYS,
            "shown": fingerprint(entry) if entry else "",
            "base": unsaved.row.edition if unsaved else 0,
        }
        self.unsaved = unsaved if unsaved and unsaved.said else None
        if self.unsaved:
            initial |= self._as_typed(self.unsaved.typed) | {"shown": self.unsaved.shown}
        super().__init__(*args, initial=initial, **kwargs)
        self._choose("categories", [(each.slug, each.name) for each in lot.categories.all()])
        areas = lot.areas.select_related("level")
        self._choose("areas", [(area.key, area.name) for area in areas])
        self.fields["share_percent"].help_text = self._share_hint(price)
        self.fields["share_percent"].suffix = "%"
        for name in ("share_percent", "volume", "payment_days"):
            self.fields[name].widget.attrs |= {
                "class": "govuk-input--width-5",
                "inputmode": "decimal" if name == "share_percent" else "numeric",
            }

    def says_which(self, registered):
        """Whether it is clear whom to ask: one of the register, or an address to write to."""
        chosen = self.cleaned_data.get("supplier")
        if registered and not chosen:
            self.add_error(
                "supplier", _("Select the organisation, or keep the name as you typed it")
            )
        elif not self.registered(registered) and not self.cleaned_data.get("email"):
            self.add_error(
                "email", _("Enter its email address: it is not on the register, and must be asked")
            )
        return not self.errors

    def registered(self, registered):
        """The supplier that was chosen, or None where the name counts."""
        chosen = self.cleaned_data.get("supplier")
        return next((each for each in registered if str(each.reference) == chosen), None)

    def said(self):
        """What the action is told, without the choice from the register."""
        apart = ("supplier", "base")
        said = {key: value for key, value in self.cleaned_data.items() if key not in apart}
        return said | {"over": self.edition(self.cleaned_data["base"])}

    @staticmethod
    def edition(base):
        """The edition that the page says it showed, as a number."""
        return int(base) if base.isascii() and base.isdecimal() and len(base) < 10 else None

    @classmethod
    def sent(cls, data):
        """The boxes that somebody types in or ticks, as they were sent: {name: [value]}."""
        found = {}
        for name, field in cls.base_fields.items():
            for box in getattr(field.widget, "widgets_names", [""]):
                values = [value.replace("\r\n", "\n") for value in data.getlist(f"{name}{box}")]
                if name not in cls.carried and any(values):
                    found[f"{name}{box}"] = values
        return found

    def says_more(self):
        """Whether something was typed that the entry, or an empty form, does not say."""
        return any(name not in self.carried for name in self.changed_data)

    def stands_over(self, edition):
        """The page, shown again, has been kept as this edition."""
        self.data = self.data.copy()
        self.data[self.add_prefix("base")] = edition

    @classmethod
    def _as_typed(cls, typed):
        """The fields as `sent` has them, for the boxes of a page."""
        return {
            name: field.widget.value_from_datadict(typed, {}, name)
            for name, field in cls.base_fields.items()
            if name not in cls.carried
        }

    def offer(self, registered, *, chosen=None):
        """Offer the entries of the register that fit the name; without any, ask nothing."""
        if not registered:
            del self.fields["supplier"]
            layout = self.helper.layout
            layout.fields = [name for name in layout.fields if name != "supplier"]
            return
        choices = [Choice(str(each.reference), each.name) for each in registered]
        choices[-1].divider = _("or")
        typed = Choice(self.typed, _("No, keep the name as I typed it"))
        self.fields["supplier"].choices = [*choices, typed]
        if chosen and not (self.unsaved and self.initial["supplier"]):
            self.initial["supplier"] = chosen

    def _choose(self, name, choices):
        """One choice is no question: it is ticked already."""
        self.fields[name].choices = [Choice(value, words) for value, words in choices]
        if len(choices) == 1 and not self.unsaved and not self.initial.get(name):
            self.initial[name] = [choices[0][0]]

    @staticmethod
    def _share_hint(price):
        if price is None:
            return _now(
                "For example 12.5. We work out the pounds from your price. It sees both, and can "
                "work out your price from them."
            )
        tenth = pounds(Decimal(price) / 10)
        return _now(
            "For example 12.5. Of your price, 10%% is %(tenth)s. It sees its share in per cent and "
            "in pounds, and can work out your price from them."
        ) % {"tenth": tenth}
