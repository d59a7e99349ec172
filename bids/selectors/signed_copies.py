"""The signed copy of what an organisation agreed to, as files that check without the portal."""

import json
import textwrap

from django.conf import settings
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from bids.selectors.named import shown
from framework_portal.sealing.canonical import canonical
from framework_portal.wording import moment_with_zone

CONSENT_FORMAT = "framework-portal consent 1"
WIDTH = 80


def how_to_check():
    """How anybody checks the signature, in sentences."""
    keys = settings.PORTAL_ADDRESS + reverse("public:receipt_keys")
    check = settings.PORTAL_ADDRESS + reverse("public:receipt_check")
    return [
        _("Give the file (.json) to %(check)s, which says whether we signed it.")
        % {"check": check},
        _(
            "Without us: take the script and the public keys from %(keys)s and run "
            "python3 verify_receipt.py agreement.json --keys keys.json"
        )
        % {"keys": keys},
        _(
            "By any other means: the signature is Ed25519 over the line “framework-portal signed "
            "statement 1”, a line break, and the statement as JSON with sorted keys and no spaces."
        ),
    ]


def as_json(consent, signed):
    """For programs: the statement, its signature, and how to check it."""
    file = {"format": CONSENT_FORMAT, **signed, "how_to_check": how_to_check()}
    return json.dumps(file, indent=1, ensure_ascii=False, sort_keys=True).encode()


def as_text(consent, signed):
    """To read and to print; the signed words and the signature stand below."""
    said = signed["statement"]
    lines = [
        _("What %(name)s agreed to") % {"name": said["organisation_name"]},
        "",
        _("Lead: %(lead)s") % {"lead": said["lead_name"]},
        _("Lot: %(lot)s") % {"lot": consent.bid.lot.title},
        _("Competition: %(what)s") % {"what": consent.bid.lot.competition.title},
        _("Agreed: %(at)s") % {"at": moment_with_zone(parse_datetime(said["agreed_at"]))},
        "",
        *(f"{row.label}: {row.says}" for row in shown(said["terms"])),
        "",
        _("How to check this"),
        *how_to_check(),
        "",
        _("The statement that was signed, and its signature:"),
    ]
    wrapped = [part for line in lines for part in (textwrap.wrap(line, WIDTH) or [""])]
    return "\n".join([*wrapped, canonical(said).decode(), signed["signature"], ""]).encode()
