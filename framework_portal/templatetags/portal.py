"""Words and small pieces that every page may use: `{% load portal %}`."""

import json

from django import template
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from framework_portal import navigation, pieces, wording
from framework_portal.forms.errors import summary
from framework_portal.forms.words import count_words

register = template.Library()


# --- Dates, times and figures ----------------------------------------------------------------

for say in (
    wording.clock_time,
    wording.day,
    wording.exact_moment,
    wording.file_size,
    wording.moment,
    wording.moment_with_zone,
    wording.oclock,
    wording.pounds,
    wording.spaced,
    wording.span_of_minutes,
    wording.span_of_seconds,
    wording.time_left,
):
    register.filter(say)


@register.simple_tag
def instant(value, zone=False):
    """`{% instant competition.closes_at %}`: the words in a <time> that machines can read."""
    if not value:
        return ""
    words = wording.moment_with_zone(value) if zone else wording.moment(value)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), words)


@register.simple_tag(takes_context=True)
def countdown(context, until, at):
    """The time left, which a script keeps true by the minute and never announces.

    Put the full date with its zone beside it. A page that may be cached does not carry the
    server's time, for it would be stale.
    """
    if not until or not at:
        return ""
    words = {
        "day": ngettext("%d day", "%d days", 1),
        "days": ngettext("%d day", "%d days", 2),
        "hour": ngettext("%d hour", "%d hours", 1),
        "hours": ngettext("%d hour", "%d hours", 2),
        "minute": ngettext("%d minute", "%d minutes", 1),
        "minutes": ngettext("%d minute", "%d minutes", 2),
        "left": _("%(time)s left") % {"time": "%s"},
        "moments": _("Less than a minute left"),
        "over": _("Closed"),
    }
    user = context.get("user")
    return format_html(
        '<span data-countdown="{}" data-at="{}" data-words="{}">{}</span>',
        until.isoformat(),
        at.isoformat() if user is not None and user.is_authenticated else "",
        json.dumps(words),
        wording.time_left(until, at),
    )


@register.filter
def words(text):
    """How many words, counted as the browser counts them."""
    return count_words(text or "")


# --- States ----------------------------------------------------------------------------------

# state: (colour of the tag, words). One colour for one kind of news, whatever the thing.
STATES = {
    "abandoned": ("red", gettext_lazy("Abandoned")),
    "announced": ("turquoise", gettext_lazy("Announced")),
    "applied": ("blue", gettext_lazy("Applied")),
    "approved": ("turquoise", gettext_lazy("Approved")),
    "awarded": ("green", gettext_lazy("Awarded")),
    "cannot_start": ("grey", gettext_lazy("Cannot start yet")),
    "closed": ("purple", gettext_lazy("Closed")),
    "completed": ("", gettext_lazy("Completed")),
    "confirmed": ("green", gettext_lazy("Confirmed")),
    "current": ("green", gettext_lazy("Current")),
    "draft": ("grey", gettext_lazy("Draft")),
    "evaluated": ("turquoise", gettext_lazy("Evaluated")),
    "expired": ("red", gettext_lazy("Expired")),
    "fail": ("red", gettext_lazy("Not met")),
    "granted": ("green", gettext_lazy("Granted")),
    "history": ("grey", gettext_lazy("History")),
    "in_progress": ("teal", gettext_lazy("In progress")),
    "late": ("red", gettext_lazy("Late")),
    "not_started": ("blue", gettext_lazy("Not started")),
    "not_yet_open": ("yellow", gettext_lazy("Not yet open")),
    "open": ("green", gettext_lazy("Open")),
    "opened": ("purple", gettext_lazy("Opened")),
    "optional": ("grey", gettext_lazy("Optional")),
    "pass": ("green", gettext_lazy("Met")),
    "pending": ("yellow", gettext_lazy("Waiting")),
    "proposed": ("yellow", gettext_lazy("Proposed")),
    "published": ("blue", gettext_lazy("Published")),
    "refer": ("yellow", gettext_lazy("Being looked at")),
    "refused": ("red", gettext_lazy("Refused")),
    "removed": ("red", gettext_lazy("Removed")),
    "returned": ("yellow", gettext_lazy("More information needed")),
    "set_aside": ("red", gettext_lazy("Set aside")),
    "standstill": ("yellow", gettext_lazy("In standstill")),
    "submitted": ("blue", gettext_lazy("Submitted")),
    "successful": ("green", gettext_lazy("Successful")),
    "suspended": ("orange", gettext_lazy("Suspended")),
    "unsuccessful": ("grey", gettext_lazy("Unsuccessful")),
    "withdrawn": ("grey", gettext_lazy("Withdrawn")),
}


@register.simple_tag
def status_tag(state, words=""):
    """`{% status_tag bid.state bid.get_state_display %}`: a state in words, with its colour.

    The words may be left out for the states listed above.
    """
    colour, usual = STATES.get(str(state), ("grey", str(state).replace("_", " ").capitalize()))
    return tag(words or usual, colour)


@register.simple_tag
def tag(words, colour=""):
    """`{% tag _("Voluntary") "teal" %}`: a tag of any colour of GOV.UK Frontend."""
    css = f"govuk-tag govuk-tag--{colour}" if colour else "govuk-tag"
    return format_html('<strong class="{}">{}</strong>', css, words)


# --- Pieces of a page ------------------------------------------------------------------------


@register.simple_tag
def fixed(template):
    """`{% fixed "components/_footer.html" %}`: a piece that is the same whoever asks.

    Rendered once a process: it takes nothing of the page but `demonstration` and `footer_links`.
    """
    return pieces.fixed(template)


@register.simple_tag
def navigation_bar(links):
    """`{% navigation_bar navigation %}`: once a process for each set of links and each of them."""
    return pieces.bar(links) if links else ""


@register.simple_tag
def link_if(name, *args, **kwargs):
    """`{% link_if "supplier:dashboard" as url %}`: "" where there is no such page."""
    return navigation.address(name, *args, **kwargs)


@register.inclusion_tag("components/_breadcrumbs.html")
def breadcrumbs(*pairs):
    """`{% breadcrumbs _("Bids") "supplier:bid_list" bid.lot.title %}`: Home is put first.

    Words and addresses alternate; an address may be the name of a page. The last words may
    stand without one: the page itself.
    """
    crumbs = [(_("Home"), navigation.address("public:home") or "/")]
    pairs = [*pairs, ""] if len(pairs) % 2 else pairs
    for words, target in zip(pairs[::2], pairs[1::2], strict=True):
        is_name = ":" in target and not target.startswith("/")
        crumbs.append((words, navigation.address(target) if is_name else target))
    return {"crumbs": crumbs}


@register.inclusion_tag("components/_back_link.html")
def back_link(url, words=None):
    """`{% back_link url %}`: goes into {% block before_content %}."""
    return {"url": url, "words": words or _("Back")}


@register.inclusion_tag("components/_summary_row.html")
def summary_row(key, value, change_url="", what="", action=""):
    """One row of a summary list, with a change link where `change_url` is given.

    `{% summary_row _("Price") offer.price|pounds price_url _("price") %}`. `what` is read out
    after the link's word, so that no two links say the same.
    """
    return {
        "key": key,
        "value": value,
        "change_url": change_url,
        "what": what or str(key).lower(),
        "action": action or _("Change"),
    }


@register.inclusion_tag("components/_pagination.html", takes_context=True)
def pagination(context, page, parameter="page"):
    """The pages of a list. Keeps the filters: every other parameter of the address stays."""
    query = context["request"].GET.copy()
    query.pop(parameter, None)
    kept = f"{query.urlencode()}&" if query else ""
    numbers = [
        None if number == page.paginator.ELLIPSIS else number
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return {"page": page, "numbers": numbers, "address": f"?{kept}{parameter}="}


@register.inclusion_tag("components/_error_summary.html")
def error_summary(*forms):
    """`{% error_summary form %}` above the page's heading; takes several forms and formsets."""
    return {"errors": [line for form in forms if form is not None for line in summary(form)]}


@register.inclusion_tag("components/_filter_panel.html", takes_context=True)
def filter_panel(context, form):
    """`{% filter_panel form %}`: a FilterForm beside its list, with what is chosen on top."""
    request = context["request"]
    chosen = []
    for name, value in form.chosen().items():
        for one in (
            value if isinstance(value, list | tuple) or hasattr(value, "exists") else [value]
        ):
            query = request.GET.copy()
            query.pop("page", None)
            field = form.fields[name]
            key = str(field.prepare_value(one))
            query.setlist(name, [kept for kept in query.getlist(name) if kept != key])
            if not hasattr(field, "choices") or not hasattr(value, "__iter__"):
                query.pop(name, None)
            chosen.append(
                {"words": f"{field.label}: {shown(field, one)}", "url": f"?{query.urlencode()}"}
            )
    return {"form": form, "chosen": chosen, "bare": request.path}


def shown(field, value):
    """The words of a chosen value: the label of a choice, or what was typed."""
    labels = {str(key): label for key, label in getattr(field, "choices", [])}
    return labels.get(str(field.prepare_value(value)), value)
