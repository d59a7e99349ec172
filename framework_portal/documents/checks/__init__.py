"""Is this file what it says it is, and harmless? One module for each family of files.

Ending, declared type and content must agree. A check raises `Refused`, naming the file and what
to do; the trail keeps the message without the name.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from framework_portal.documents.checks import office, pdf, pictures, tables
from framework_portal.documents.checks.refusing import refuse
from framework_portal.documents.limits import FILE_BYTES, MEGABYTE

ACCEPTED = _("PDF, Word (.docx), Excel (.xlsx), OpenDocument (.odt or .ods), CSV, PNG or JPEG")
# What browsers declare when they do not know.
UNDECLARED = {"", "application/octet-stream"}


@dataclass(frozen=True)
class Kind:
    """A kind of file we take."""

    media_type: str
    check: Any
    declared: tuple = ()

    def may_be_declared(self, declared):
        return declared in UNDECLARED or declared == self.media_type or declared in self.declared


_JPEG = Kind("image/jpeg", pictures.check_jpeg, ("image/pjpeg", "image/jpg"))
_CSV_TYPES = (
    "text/plain",
    "application/csv",
    "text/x-csv",
    "text/comma-separated-values",
    "application/vnd.ms-excel",  # what Windows says where Excel is installed
)
KINDS = {
    "pdf": Kind("application/pdf", pdf.check_pdf, ("application/x-pdf",)),
    "docx": Kind(office.DOCX, office.check_docx),
    "xlsx": Kind(office.XLSX, office.check_xlsx),
    "odt": Kind(office.ODT, office.check_odt),
    "ods": Kind(office.ODS, office.check_ods),
    "csv": Kind("text/csv", tables.check_csv, _CSV_TYPES),
    "png": Kind("image/png", pictures.check_png, ("image/x-png",)),
    "jpg": _JPEG,
    "jpeg": _JPEG,
}


def checked_type(*, name, declared, content):
    """The media type of `content`, or Refused. `name` is clean already."""
    kind = checked_kind(name=name, declared=declared, size=len(content))
    kind.check(name, content)
    return kind.media_type


def checked_kind(*, name, declared, size):
    """What can be judged before a byte of it is read: the Kind, or Refused."""
    if not size:
        refuse("empty", name, _("‘%(name)s’ is empty. Choose another file"))
    if size > FILE_BYTES:
        refuse_too_large(name)
    kind = KINDS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        words = _("‘%(name)s’ is not a kind of file we can take. Upload it as %(kinds)s")
        refuse("wrong_type", name, words, kinds=ACCEPTED)
    if not kind.may_be_declared(declared.split(";")[0].strip().lower()):
        words = _(
            "‘%(name)s’ was sent as another kind of file than its name says. "
            "Save it again under its proper ending and upload that"
        )
        refuse("wrong_type", name, words)
    return kind


def refuse_too_large(name):
    """Too large for one file, or together with the others too large for one page."""
    words = _("‘%(name)s’ is too large. Each file must be %(limit)d MB or smaller")
    refuse("too_large", name, words, limit=FILE_BYTES // MEGABYTE)
