"""What every form of the portal shares."""

from crispy_forms_gds.helper import FormHelper
from django import forms
from django.core.validators import EmailValidator, MaxLengthValidator
from django.forms.utils import pretty_name
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from framework_portal.forms.characters import without_refused
from framework_portal.forms.layout import Button
from framework_portal.forms.words import subject

# No answer is longer, whatever its field says, so that nobody can fill the disk with one.
LONGEST_LINE = 1_000
LONGEST_TEXT = 100_000

REFUSED_CHARACTERS = _(
    "%(label)s held characters that cannot be kept, such as control characters. "
    "We have taken them out: check your answer and send it again"
)
EMAIL_FORMAT = _("Enter an email address in the correct format, like name@example.org")
TOO_LONG = ngettext_lazy(
    "%(label)s must be %(limit_value)d character or fewer",
    "%(label)s must be %(limit_value)d characters or fewer",
    "limit_value",
)


def refuse(form, refusal):
    """Put what an action refused beside the field it is about, or at the top of the form."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.message)


class PortalFields:
    """Input that cannot be stored is refused by field, and everything else typed is kept.

    `button` is the words of the main button; None for a form whose layout has its own.
    `later` adds "Save and come back later", which sends the name `later`.
    """

    button = _("Continue")
    later = False

    def __init__(self, data=None, *args, **kwargs):
        self.held_refused_characters = set()
        if data is not None:
            data, self.held_refused_characters = without_refused(data)
        super().__init__(data, *args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            _bound_length(field)
            _type_numbers_as_text(field)
        for name, field in self.fields.items():
            _say_what_to_do(field, field.label or pretty_name(name))
        self.helper = FormHelper(self)
        self.helper.attrs = {"novalidate": "novalidate"}
        if self.button:
            self.helper.add_input(Button.primary("save", self.button))
        if self.later:
            self.helper.add_input(Button.secondary("later", _("Save and come back later")))

    def _clean_fields(self):
        super()._clean_fields()
        for name, bound in self._bound_items():
            names = {bound.html_name} | {
                f"{bound.html_name}{suffix}"
                for suffix in getattr(bound.field.widget, "widgets_names", [])
            }
            if names & self.held_refused_characters and name not in self.errors:
                self.add_error(name, REFUSED_CHARACTERS % {"label": subject(bound.label)})


class PortalForm(PortalFields, forms.Form):
    """The base of every form: `{% error_summary form %}` above `{% crispy form %}`."""


class PortalModelForm(PortalFields, forms.ModelForm):
    """The same for a form over a model's fields. It is not saved: an action writes."""


class FilterForm(PortalForm):
    """A form that narrows a list: sent as GET, each filter in the address, nothing required.

    `{% filter_panel form %}` renders it with the filters chosen and a link to take each away.
    """

    button = _("Apply filters")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
        for field in self.fields.values():
            field.required = False

    def chosen(self):
        """The filters that hold now, without those that were not understood."""
        if not self.is_bound:
            return {}
        self.full_clean()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "", []) and (not hasattr(value, "exists") or value.exists())
        }


def _say_what_to_do(field, label):
    """Errors in our words, where the form has not its own: what to do, and about which field."""
    usual, about = forms.Field.default_error_messages["required"], {"label": subject(label)}
    if field.error_messages.get("required") == usual:
        field.error_messages["required"] = _required(field, str(label))
    if field.error_messages.get("invalid") == forms.IntegerField.default_error_messages["invalid"]:
        field.error_messages["invalid"] = _("%(label)s must be a whole number, like 12") % about
    if field.error_messages.get("invalid") == forms.DecimalField.default_error_messages["invalid"]:
        field.error_messages["invalid"] = _("%(label)s must be a number, like 12.5") % about
    if isinstance(field, forms.EmailField):
        field.validators = [
            EmailValidator(EMAIL_FORMAT) if isinstance(check, EmailValidator) else check
            for check in field.validators
        ]


def _required(field, label):
    if label.endswith("?"):
        return _("Answer the question “%(label)s”") % {"label": label}
    if isinstance(field, forms.BooleanField):
        return _("Tick the box: %(label)s") % {"label": label}
    words = subject(label)
    words = words if words[:2].isupper() else words[:1].lower() + words[1:]
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Select %(label)s") % {"label": words}
    return _("Enter %(label)s") % {"label": words}


def _bound_length(field):
    if not isinstance(field, forms.CharField) or field.max_length is not None:
        return
    longest = LONGEST_TEXT if isinstance(field.widget, forms.Textarea) else LONGEST_LINE
    message = TOO_LONG % {"label": subject(field.label), "limit_value": longest}
    field.validators = [*field.validators, MaxLengthValidator(longest, message)]


def _type_numbers_as_text(field):
    # A number box loses what it cannot read, and a wheel changes it unseen.
    if isinstance(field.widget, forms.NumberInput):
        field.widget.input_type = "text"
        whole = isinstance(field, forms.IntegerField) and not isinstance(
            field, forms.DecimalField | forms.FloatField
        )
        field.widget.attrs.setdefault("inputmode", "numeric" if whole else "decimal")
        for attribute in ("min", "max", "step"):
            field.widget.attrs.pop(attribute, None)
