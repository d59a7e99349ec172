"""The list of errors at the top of a page, each with a link to its field."""

from django import forms


def summary(form):
    """Each error of a form or formset: its words and the id of the control it leads to."""
    if hasattr(form, "forms"):
        lines = [{"words": words, "target": ""} for words in form.non_form_errors()]
        return lines + [line for each in form.forms for line in summary(each)]
    if not form.is_bound and not form.errors:
        return []
    lines = [{"words": words, "target": ""} for words in form.non_field_errors()]
    for bound in form:
        target = "" if bound.is_hidden else control_id(bound)
        lines += [{"words": words, "target": target} for words in bound.errors]
    return lines


def control_id(bound):
    """The id of the control that an error of this field is about."""
    widget = bound.field.widget
    if hasattr(widget, "first_wrong"):
        return widget.first_wrong(bound.auto_id)
    if isinstance(widget, forms.MultiWidget):
        return f"{bound.auto_id}_0"
    return bound.auto_id
