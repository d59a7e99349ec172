"""Lists with filters, quickly rendered: `{% load lists %}`."""

from django import template

register = template.Library()


@register.inclusion_tag("components/_filters.html", takes_context=True)
def filters(context, form):
    """`{% filters form %}`: a FilterForm beside its list, with what is chosen on top.

    Rendered without crispy forms: a page of a hundred rows has no time for more. Each filter
    chosen has a link that takes it away. `form.presentation` names fields that are no filters.
    """
    request = context["request"]
    presentation = getattr(form, "presentation", ())
    chosen = []
    for name, value in form.chosen().items():
        if name in presentation:
            continue
        query = request.GET.copy()
        for spare in (name, "page"):
            query.pop(spare, None)
        field = form.fields[name]
        labels = {str(key): label for key, label in getattr(field, "choices", [])}
        chosen.append(
            {
                "label": field.label,
                "words": labels.get(value, value),
                "url": f"?{query.urlencode()}",
            }
        )
    return {
        "fields": [_field(bound) for bound in form],
        "chosen": chosen,
        "errors": bool(form.errors),
        "bare": request.path,
    }


def _field(bound):
    value = bound.value()
    value = "" if value is None or bound.name in bound.form.errors else str(value)
    choices = getattr(bound.field, "choices", None)
    return {
        "id": bound.id_for_label,
        "name": bound.html_name,
        "label": bound.label,
        "help": bound.help_text,
        "value": value,
        "choices": choices and [(str(key), words) for key, words in choices],
        "max_length": getattr(bound.field, "max_length", None),
    }
