"""What was sealed is found nowhere, in no form."""

import base64
import zlib

import pytest
from django.db import connection

from framework_portal.documents.actions import store_document
from framework_portal.refusals import Refused
from framework_portal.sealing.envelope import OURS, seal, seal_to
from framework_portal.sealing.keypairs import fresh_pair
from framework_portal.sealing.models import Purpose
from tests.ground.documents.samples import docx, pdf, upload
from tests.ground.people import person

pytestmark = pytest.mark.django_db

MARKERS = ["MARKERmethod", "98765.43", "MARKERfile", "MARKERbody"]


def everything():
    """All rows of all tables as text, with what base64 and hexadecimal hide in them as well."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield table, row


def forms(marker):
    """How a marker might lie about: plain, encoded, and in the case of letters a database keeps."""
    raw = marker.encode()
    yield marker.lower()
    yield raw.hex()
    for cut in range(3):
        yield base64.b64encode(raw[cut:])[: len(raw)].decode().rstrip("=")[:-2].lower()


def test_content_names_and_bytes_lie_nowhere_in_clear(settings, tmp_path):
    settings.DOCUMENT_DIR = tmp_path
    by = person()
    content, public = {"method": "MARKERmethod", "price": "98765.43"}, fresh_pair()[1]
    for purpose in Purpose.values:
        if purpose in OURS:
            seal(content, purpose=purpose, bound_to={"bid": "b"})
        else:
            seal_to(public, content, purpose=purpose, bound_to={"bid": "b"})
    store_document(upload=upload(pdf(b"(MARKERbody)"), "MARKERfile.pdf"), purpose="bid", by=by)
    word = docx({"word/more.xml": "<a>MARKERbody</a>"})
    store_document(upload=upload(word, "MARKERfile.docx"), purpose="evidence", by=by)
    with pytest.raises(Refused):
        store_document(upload=upload(b"x", "MARKERfile.exe"), purpose="bid", by=by)

    rows = list(everything())
    on_disk = [p.read_bytes() + p.name.encode() for p in tmp_path.rglob("*") if p.is_file()]
    assert len(on_disk) == 2
    for marker in MARKERS:
        for form in forms(marker):
            assert [table for table, row in rows if form in row.lower()] == []
            assert [1 for content in on_disk if form.encode() in content.lower()] == []
    for content in on_disk:
        with pytest.raises(zlib.error):
            zlib.decompress(content)


def test_the_search_would_find_them():
    someone = person()
    someone.name = "MARKERmethod"
    someone.save()

    assert any("markermethod" in row.lower() for _, row in everything())
