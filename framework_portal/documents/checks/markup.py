"""XML inside office files, read with a parser that knows no entities."""

import re
from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml import sax as guarded

# Relations that fetch or start something when the document is opened; links may stay.
REACHING = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
# A picture fetched from a file share hands the reader's password over on the way.
SHARES = ("file:", "\\\\", "//")
COMMAND = re.compile(r"\bDDE(?:AUTO)?\b", re.IGNORECASE)


class Broken(Exception):
    """Not well-formed, or with a document type definition, which office files never have."""


class Collector(ContentHandler):
    """Remembers element names and calls `seen` with the attributes of each."""

    def __init__(self, seen=None):
        super().__init__()
        self.names, self.seen, self.within, self.fields = set(), seen, "", []

    def startElement(self, name, attrs):
        self.within = name.rpartition(":")[2]
        self.names.add(self.within)
        if self.seen:
            self.seen({key.rpartition(":")[2]: value for key, value in attrs.items()})

    def endElement(self, name):
        self.within = ""

    def characters(self, content):
        if self.within == "instrText":
            self.fields.append(content)

    @property
    def starts_programs(self):
        """Whether a field or a link of it speaks DDE, which runs what it names."""
        links = {"ddeLink", "oleLink"} & self.names
        return bool(links or COMMAND.search("".join(self.fields)))


def starts_programs(text):
    """Whether a part of a file does; Broken unless it is XML without a document type."""
    collector = Collector()
    _parse(text, collector)
    return collector.starts_programs


def elements(text):
    """The local names of all elements."""
    collector = Collector()
    _parse(text, collector)
    return collector.names


def attributes(text, wanted):
    """All values of the attribute `wanted`."""
    values = set()
    _parse(text, Collector(lambda attrs: values.add(attrs.get(wanted, ""))))
    return values


def reaches_out(text):
    """Whether a relations part has the document fetch or start something by itself."""
    found = []

    def seen(attrs):
        kind, target = attrs.get("Type", ""), attrs.get("Target", "").strip().lower()
        shared = kind.endswith("/image") and target.startswith(SHARES)
        if attrs.get("TargetMode") == "External" and (kind.endswith(REACHING) or shared):
            found.append(attrs)

    _parse(text, Collector(seen))
    return bool(found)


def _parse(text, handler):
    try:
        guarded.parseString(text, handler, forbid_dtd=True)
    except (SAXException, DefusedXmlException, ValueError, LookupError):
        raise Broken from None
