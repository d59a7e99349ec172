"""Layout pieces of our own, beside those of crispy_forms_gds."""

from crispy_forms.utils import TEMPLATE_PACK, render_field
from crispy_forms_gds.layout import Div, Field, Size
from django.utils.safestring import mark_safe


class ButtonGroup(Div):
    """Buttons in a row: `ButtonGroup(Button.primary(…), Button.secondary(…))`."""

    css_class = "govuk-button-group"


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
