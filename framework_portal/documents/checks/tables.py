"""CSV: plain text in rows, and nothing else dressed up as that."""

import csv
import io
import re

from django.utils.translation import gettext_lazy as _

from framework_portal.documents.checks.refusing import refuse

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OTHER = re.compile(r"\s*(?:<[a-z!?/]|%PDF-|\{\\rtf|#!)", re.IGNORECASE)
LONGEST_FIELD = 131_072


def check_csv(name, content):
    """Refuse what is not text, begins like a page or a script, or does not read as rows."""
    text = _text(content)
    if text is None or _CONTROL.search(text) or _OTHER.match(text):
        words = _("‘%(name)s’ is not a CSV text file. Save it as ‘CSV UTF-8’ and upload that")
        refuse("wrong_type", name, words)
    try:
        for _row in csv.reader(io.StringIO(text, newline="")):
            pass
    except csv.Error:
        words = _("‘%(name)s’ does not read as rows of values. Save it as CSV again")
        refuse("wrong_type", name, words)


def _text(content):
    for encoding in ("utf-8-sig", "cp1252"):  # the second is what older Excel writes
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
