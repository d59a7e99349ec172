"""Layout pieces of our own, beside those of crispy_forms_gds.

`Button` and `Hidden` stand in for theirs, which compile their words as a Django template: what
somebody typed would be run. Nor is their `HTML` used, for the same reason; a test keeps both out.
"""

from crispy_forms.layout import TemplateNameMixin
from crispy_forms.utils import TEMPLATE_PACK, flatatt, render_field
from crispy_forms_gds.layout import Div, Field, Size
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.text import slugify


class Button(TemplateNameMixin):
    """A button that sends the form: `Button.primary("save", _("Save and continue"))`.

    The name arrives with the form, so a view can tell which button was pressed.
    """

    template = "%s/layout/button.html"
    input_type = "submit"
    css_class = ""

    @classmethod
    def primary(cls, name, value, **attributes):
        return cls(name, value, **attributes)

    @classmethod
    def secondary(cls, name, value, **attributes):
        return cls(name, value, css_class="govuk-button--secondary", **attributes)

    @classmethod
    def warning(cls, name, value, **attributes):
        return cls(name, value, css_class="govuk-button--warning", **attributes)

    def __init__(self, name, value, *, css_class="", css_id="", **attributes):
        self.name, self.value = name, value
        self.id = css_id or f"id_{slugify(name)}"
        self.field_classes = f"govuk-button {css_class}".strip()
        self.flat_attrs = flatatt({"data-module": "govuk-button"} | attributes)

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        return render_to_string(self.get_template_name(template_pack), {"input": self})


class Hidden(Button):
    """A hidden value that is not a field of the form: `Hidden("version", competition.version)`."""

    template = "%s/layout/baseinput.html"
    input_type = "hidden"


class ButtonGroup(Div):
    """Buttons in a row: `ButtonGroup(Button.primary(…), Button.secondary(…))`."""

    css_class = "govuk-button-group"


class Details(Div):
    """Fields that few need, behind a summary: `Details(_("I have lost it"), "words")`.

    It stands open once something was typed into one of them, or is wrong with it.
    """

    def __init__(self, summary, *names):
        super().__init__(*names)
        self.summary = summary

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        fields = "".join(
            render_field(field, form, context, template_pack=template_pack) for field in self.fields
        )
        bound = [form[pointer.name] for pointer in self.get_field_names()]
        context = {
            "summary": self.summary,
            "fields": mark_safe(fields),  # noqa: S308 - what the templates of the pack rendered
            "is_open": any(field.errors or field.value() for field in bound),
        }
        return render_to_string("gds/layout/details.html", context)


class Revealing(Field):
    """Radios or checkboxes that reveal fields: `Revealing("kind", {"other": ["other_kind"]})`.

    The choice is named by its value, so that translated labels change nothing. Without scripts
    every field shows, so the form must not require what was not asked.
    """

    def __init__(self, name, revealed, *, legend_size=None, legend_tag=None, small=False):
        context = {"radios_small": small, "checkboxes_small": small, "legend_tag": legend_tag}
        if legend_size:
            context["legend_size"] = Size.for_legend(legend_size)
        super().__init__(name, context=context)
        self.revealed = revealed

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        self.context["revealed"] = {
            str(value): mark_safe(  # noqa: S308 - what the templates of the pack rendered
                "".join(
                    render_field(name, form, context, template_pack=template_pack) for name in names
                )
            )
            for value, names in self.revealed.items()
        }
        return super().render(form, context, template_pack=template_pack, **kwargs)
