"""Reading a file that came back: which kind it is, and what it says for each box."""

from django.utils.translation import gettext as _

from bids.offline import text_reader, workbook_reader
from bids.offline.found import Unreadable
from framework_portal.documents.checks import checked_type
from framework_portal.documents.names import clean_name
from framework_portal.refusals import Refused

LONGEST = 100_000  # characters of one answer, as everywhere
READERS = {"docx": text_reader.read, "xlsx": workbook_reader.read}


def read_pack(upload, boxes):
    """(what was found for each box, problems of the whole file); Refused names the file.

    `boxes` are those of the bid. The file is checked like every upload first: macros, passwords,
    programs and what unpacks to too much are refused by name.
    """
    name = clean_name(upload.name)
    ending = name.rpartition(".")[2].lower()
    if getattr(upload, "too_large", False):
        raise _refused(name, _("is too large. It must be 25 MB or smaller"))
    if ending in ("docm", "xlsm", "dotm", "xltm"):
        raise _refused(name, _("may hold macros. Save it as .docx or .xlsx and choose that"))
    if ending in ("doc", "xls", "odt", "ods", "rtf", "pages", "numbers", "csv", "txt"):
        raise _refused(name, _("is of another kind. Save it as .docx or .xlsx and choose that"))
    if ending not in READERS:
        raise _refused(name, _("is not a pack. Choose the Word or Excel file you filled in"))
    upload.seek(0)
    content = upload.read()
    checked_type(name=name, declared="", content=content)
    try:
        found, problems = READERS[ending](content, boxes)
    except Unreadable as error:
        raise _refused(name, error.words) from None
    return _judged(found, problems, boxes)


def _judged(found, problems, boxes):
    """Each box once, and what is wrong by its place."""
    known = {box.mark.key: box for box in boxes}
    own, foreign = {}, 0
    for each in found:
        if each.key not in known:
            foreign += 1
        elif each.key in own:
            own[each.key] = _twice(own[each.key], each, known[each.key])
        else:
            own[each.key] = each
    if found and not own:
        problems = [*problems, _("This pack is of another competition: nothing in it fits here")]
    elif foreign:
        words = _("%(n)d of its boxes belong to another competition and are left out")
        problems = [*problems, words % {"n": foreign}]
    for each in own.values():
        if each.text is not None and len(each.text) > LONGEST:
            words = _("%(place)s: longer than %(most)d characters. Shorten it in the file")
            each.problems.append(words % {"place": each.place, "most": LONGEST})
            each.text = None
    if not found:
        words = _(
            "None of the pack’s boxes is in this file. Download the pack again, copy your answers "
            "into its boxes and bring that back"
        )
        problems = [*problems, words]
    return own, problems


def _twice(first, second, box):
    """The same question in two places: where they say the same, or one is empty, no matter."""
    texts = {text for text in (first.text, second.text) if text and text.strip()}
    if len(texts) == 2:
        words = _("%(label)s stands in this file twice: %(first)s and %(second)s. Keep one of them")
        places = {"label": box.label, "first": first.place, "second": second.place}
        first.problems.append(words % places)
        first.text = None
        return first
    return second if second.text and second.text.strip() else first


def _refused(name, words):
    return Refused("unreadable", f"‘{name}’ {words}", field="pack", recorded=words)
