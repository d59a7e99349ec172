"""Numbers of organisations in public registers: their shapes, and one way to write each."""

import re

from django.utils.translation import gettext_lazy as _

from framework_portal.refusals import Refused
from suppliers.states import IdentifierScheme as Scheme

# Written so that Python and PostgreSQL read them alike; the compliance check uses both.
SHAPES = {
    Scheme.CHC: "[0-9]{6,7}",
    Scheme.COH: "[0-9]{8}|[A-Z]{2}[0-9]{6}",
    Scheme.SC: "SC[0-9]{6}",
    Scheme.NIC: "[0-9]{6}",
    Scheme.MPR: "[A-Z0-9]{2,12}",
    Scheme.UKPRN: "[0-9]{8}",
    Scheme.NHS: "[A-Z0-9]{3,10}",
    # The second half is how the central platform numbered at first.
    Scheme.PPON: "P[B-DGHJ-NP-RTV-Z]{3}-[1-9]{4}-[B-DGHJ-NP-RTV-Z]{4}"
    "|[A-Z]{4}-[0-9]{4}-[A-Z0-9]{4}",
}
# A number of noughts alone is nobody's.
NOUGHTS = "(SC|[A-Z]{2})?0+"
MESSAGES = {
    Scheme.CHC: _("A charity number has 6 or 7 digits, like 1090095"),
    Scheme.COH: _("A company number has 8 digits, or 2 letters and 6 digits, like 09506232"),
    Scheme.SC: _("A Scottish charity number has SC and 6 digits, like SC042386"),
    Scheme.NIC: _("A Northern Ireland charity number has 6 digits, like 100019"),
    Scheme.MPR: _("A mutuals register number has letters and digits only, like IP031455"),
    Scheme.UKPRN: _("A UK provider reference number has 8 digits, like 10000346"),
    Scheme.NHS: _("An NHS organisation code has 3 or more letters and digits, like QGH"),
    Scheme.PPON: _("A public procurement organisation number looks like PXBN-3793-LCTQ"),
}
LONGEST = 60


def normalised(scheme, typed):
    """The one way to write the number `typed`; refused when it has not the register's shape."""
    value = _tidied(scheme, typed[:LONGEST])
    if len(typed) > LONGEST or not is_well_formed(scheme, value):
        raise Refused("identifier_shape", MESSAGES[scheme], field="value", recorded=str(scheme))
    return value


def is_well_formed(scheme, value):
    """Whether `value` has the shape of the register's numbers."""
    return bool(re.fullmatch(SHAPES[Scheme(scheme)], value) and not re.fullmatch(NOUGHTS, value))


def _tidied(scheme, typed):
    value = typed.strip().upper().replace("\u2013", "-").replace("\u2010", "-")
    value = re.sub(rf"^{scheme}[\s:-]*", "", value)
    if scheme == Scheme.PPON:
        return re.sub(r"\s", "", value)
    value = re.sub(r"[\s.]", "", value)
    if scheme == Scheme.COH:
        found = re.fullmatch(r"([A-Z]{2})?([0-9]{1,8})", value)
        if found:
            letters, digits = found[1] or "", found[2]
            value = letters + digits.zfill(8 - len(letters))
    if scheme == Scheme.SC and re.fullmatch(r"(SC)?[0-9]{1,6}", value):
        value = "SC" + value.removeprefix("SC").zfill(6)
    if scheme == Scheme.NIC:
        value = value.removeprefix("NIC")
    if scheme == Scheme.CHC:
        value = value.lstrip("0")
    return value
