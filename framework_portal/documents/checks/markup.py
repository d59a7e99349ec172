"""XML inside office files, read with a parser that knows no entities."""

from xml.sax import SAXException
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml import sax as guarded

# Relations that fetch or start something when the document is opened; links may stay.
REACHING = ("/attachedTemplate", "/oleObject", "/frame", "/externalLinkPath", "/subDocument")


class Broken(Exception):
    """Not well-formed, or with a document type definition, which office files never have."""


class Collector(ContentHandler):
    """Remembers element names and calls `seen` with the attributes of each."""

    def __init__(self, seen=None):
        super().__init__()
        self.names, self.seen = set(), seen

    def startElement(self, name, attrs):
        self.names.add(name.rpartition(":")[2])
        if self.seen:
            self.seen({key.rpartition(":")[2]: value for key, value in attrs.items()})


def check(text):
    """Raise Broken unless `text` is well-formed XML without a document type definition."""
    _parse(text, Collector())


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
        outside = attrs.get("TargetMode") == "External"
        if outside and attrs.get("Type", "").endswith(REACHING):
            found.append(attrs)

    _parse(text, Collector(seen))
    return bool(found)


def _parse(text, handler):
    try:
        guarded.parseString(text, handler, forbid_dtd=True)
    except (SAXException, DefusedXmlException, ValueError, LookupError):
        raise Broken from None
