"""Pieces of a page that are the same whoever asks: rendered once a process, not once a page."""

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.urls import get_script_prefix, get_urlconf
from django.utils.translation import get_language

from framework_portal import navigation

# More than all languages, roles and sections make together; beyond, nothing more is kept.
MOST = 500
_kept = {}


def load():
    """Compile every template of ours, so that nobody's request has to."""
    folder = settings.BASE_DIR / "templates"
    for file in folder.rglob("*.html"):
        get_template(str(file.relative_to(folder)))


def fixed(template):
    """`template`, which takes `demonstration` and `footer_links` and nothing else."""
    if (piece := _kept.get(key := (template, *_surroundings()))) is None:
        links = navigation.links(navigation.FOOTER)
        piece = _keep(key, template, footer_links=links, demonstration=settings.DEMONSTRATION)
    return piece


def bar(links):
    """The bar of the navigation with these links. An address stands for its words."""
    shown = tuple((link["url"], link["current"], link["active"]) for link in links)
    if (piece := _kept.get(key := (shown, *_surroundings()))) is None:
        piece = _keep(key, "components/_navigation.html", navigation=links)
    return piece


def _surroundings():
    """All that such a piece hangs on besides what it is given."""
    prefix = get_script_prefix()
    return get_language(), settings.ROOT_URLCONF, get_urlconf(), prefix, settings.DEMONSTRATION


def _keep(key, template, **context):
    piece = render_to_string(template, context)
    if len(_kept) < MOST:
        _kept[key] = piece
    return piece
