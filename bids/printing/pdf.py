"""From plain values to an accessible PDF: tagged, with title and language (PDF/UA-1, PDF/A-2a).

The words go to the typesetter as data, never as source. Its fonts are its own: nothing is fetched,
and what is installed on the machine makes no difference.
"""

import json
import unicodedata
from functools import lru_cache
from pathlib import Path

import typst


def _name(letter):
    return f"[U+{ord(letter):04X} {unicodedata.name(letter, '')}]".replace(" ]", "]")


STANDARDS = ["ua-1", "a-2a"]
SOURCE = Path(__file__).with_name("offer.typ").read_bytes()
# Letters that turn the order of others around, so that a page says what was never written.
_TURNING = {point: _name(chr(point)) for point in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
# Up to here the fonts have every letter.
LATIN_ENDS = "\u0250"
_ALONE = b"""#set document(title: "one letter", date: datetime(year: 2000, month: 1, day: 1))
#sys.inputs.said
"""


def rendered(said, *, at):
    """The bytes of the PDF. Letters that no font has are spelled out, so that none is lost."""
    said = _each(said, _straight)
    for spell in (lambda words: words, _spelled, _spelled_without_trust):
        try:
            return _compiled(SOURCE, json.dumps(_each(said, spell)), at)
        except typst.TypstError as error:
            failed = error
    raise failed


def _compiled(source, said, at):
    return typst.compile(
        source,
        format="pdf",
        pdf_standards=STANDARDS,
        ignore_system_fonts=True,
        sys_inputs={"said": said},
        timestamp=at.replace(microsecond=0),  # the same bytes every time
    )


def _each(value, change):
    """`value` with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _each(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_each(item, change) for item in value]
    return value


def _straight(words):
    return words.translate(_TURNING)


def _spelled(words):
    return "".join(letter if _has(letter) else _name(letter) for letter in words)


def _spelled_without_trust(words):
    # Letters that can be shown alone and not together.
    return "".join(letter if letter < LATIN_ENDS else _name(letter) for letter in words)


@lru_cache(maxsize=20_000)
def _has(letter):
    """Whether one of the fonts can show it."""
    if letter < LATIN_ENDS:
        return True
    try:
        typst.compile(
            _ALONE,
            format="pdf",
            pdf_standards=STANDARDS,
            ignore_system_fonts=True,
            sys_inputs={"said": letter},
        )
    except typst.TypstError:
        return False
    return True
