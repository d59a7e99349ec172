"""Refusing a file by its name, without the name going into the trail."""

from django.utils.translation import gettext as _

from framework_portal.refusals import Refused


def refuse(code, name, words, **values):
    """Raise Refused with `words`, whose `%(name)s` is the file's name."""
    shown = words % {"name": name, **values}
    raise Refused(code, shown, recorded=words % {"name": _("the file"), **values})
