"""For the templates in templates/gds/ only: how a control of a form is rendered.

These replace the tags of crispy_forms_gds, which leave e-mail, number and password boxes without
their error style, point the error summary at radios that are not there, and trust every label.
"""

from django import forms, template

register = template.Library()

# The first that fits, from the particular to the general.
CLASSES = [
    (forms.CheckboxInput, "govuk-checkboxes__input", ""),
    (forms.Textarea, "govuk-textarea", "govuk-textarea--error"),
    # Not the drop zone of GOV.UK Frontend: its button breaks WCAG 2.5.3 by axe's reading.
    (forms.FileInput, "govuk-file-upload", "govuk-file-upload--error"),
    (forms.Select, "govuk-select", "govuk-select--error"),
    (
        forms.PasswordInput,
        "govuk-input govuk-password-input__input govuk-js-password-input-input",
        "govuk-input--error",
    ),
    (forms.widgets.Input, "govuk-input", "govuk-input--error"),
]
# Boxes in which a spelling checker is in the way.
NOT_PROSE = (forms.EmailInput, forms.PasswordInput, forms.URLInput)


@register.filter
def control(bound):
    """Which kind of control this is; templates/gds/field.html has a branch for each."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):  # before its parent, RadioSelect
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.MultiWidget) or widget.use_fieldset:
        return "parts"
    if isinstance(widget, forms.PasswordInput):
        return "password"
    return "box"


@register.filter
def described_by(bound, info=False):
    """The ids of the hint, the errors and, with `info`, the word count of a field."""
    ids = [f"{bound.auto_id}-info"] if info else []
    if bound.help_text:
        ids.append(f"{bound.auto_id}-hint")
    ids += [error_id(bound, number) for number in range(1, len(bound.errors) + 1)]
    return " ".join(ids)


@register.filter
def error_id(bound, number):
    """The id of the field's error of this number; the first has none in it, as GOV.UK names it."""
    return f"{bound.auto_id}-error" + (f"-{number}" if number > 1 else "")


@register.simple_tag
def gds_control(bound, counted=False):
    """The control itself, with its classes and what describes it. Changes nothing of the form."""
    widget = bound.field.widget
    usual, wrong = next(
        ((usual, wrong) for kind, usual, wrong in CLASSES if isinstance(widget, kind)), ("", "")
    )
    own = [name for name in widget.attrs.get("class", "").split() if name not in usual.split()]
    if counted and "govuk-js-character-count" not in own:
        own.append("govuk-js-character-count")
    classes = [usual, *own, wrong if bound.errors else ""]
    attrs = {"class": " ".join(name for name in classes if name)}
    if described := described_by(bound, counted):
        attrs["aria-describedby"] = described
    if isinstance(widget, NOT_PROSE) and "spellcheck" not in widget.attrs:
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    if isinstance(widget, forms.PasswordInput) and "autocomplete" not in widget.attrs:
        attrs["autocomplete"] = "current-password"
    return bound.as_widget(attrs=attrs)


@register.simple_tag
def gds_parts(bound):
    """A field of several boxes; its fieldset says what describes it."""
    return bound.as_widget(attrs={"class": "govuk-date-input"})


@register.simple_tag
def gds_choices(bound, revealed=None):
    """The radios or checkboxes of a field. Error links lead to the first: it has the field's id."""
    chosen = bound.value()
    chosen = chosen if isinstance(chosen, list | tuple | set) else [chosen]
    chosen = {str(value) for value in chosen if value is not None}
    disabled = bound.field.disabled
    choices = []
    for number, choice in enumerate(flat(bound.field.choices), start=1):
        value, label = choice[0], choice[1]
        value = "" if value is None else str(value)
        own_id = bound.auto_id if number == 1 else f"{bound.auto_id}-{number}"
        choices.append(
            {
                "id": own_id,
                "value": value,
                "label": label,
                "hint": getattr(choice, "hint", ""),
                "divider": getattr(choice, "divider", ""),
                "checked": value in chosen,
                "disabled": disabled,
                "revealed": (revealed or {}).get(value, ""),
            }
        )
    return choices


def flat(choices):
    """The choices without their groups."""
    for choice in choices:
        if isinstance(choice[1], list | tuple):
            yield from flat(choice[1])
        else:
            yield choice


@register.filter
def count_limits(bound, given=None):
    """The word limit of a field: `given` by the layout, or the field's own."""
    return given or getattr(bound.field, "max_words", None) or ""


@register.filter
def affix(bound, which):
    """The prefix or suffix that stands in the box's frame, like £."""
    return getattr(bound.field, which, "")
