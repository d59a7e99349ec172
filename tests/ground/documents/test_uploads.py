import os
import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from framework_portal.documents.actions import store_document
from framework_portal.documents.limits import DRAINED_BYTES, FILE_BYTES, MEGABYTE, REQUEST_BYTES
from framework_portal.documents.uploads import MemoryUploadHandler
from framework_portal.refusals import Refused


def posted(*files, **fields):
    """A request as a browser sends it, with `files` between the `fields`."""
    data = {"before": "typed before", **fields}
    data |= {f"file{n}": SimpleUploadedFile(f"f{n}.pdf", size) for n, size in enumerate(files)}
    data["zafter"] = "typed after"
    return RequestFactory().post("/", data)


@pytest.fixture
def temporary_folder(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


def test_uploads_stay_in_memory_and_touch_no_disk(temporary_folder):
    request = posted(b"x" * (6 * MEGABYTE))

    upload = request.FILES["file0"]
    assert upload.read() == b"x" * (6 * MEGABYTE)
    assert not hasattr(upload, "temporary_file_path")
    assert os.listdir(temporary_folder) == []


def test_a_file_of_exactly_the_limit_is_taken():
    assert not hasattr(posted(b"x" * FILE_BYTES).FILES["file0"], "too_large")


def test_a_file_beyond_the_limit_gets_its_error_and_all_else_typed_is_kept():
    request = posted(b"x" * (FILE_BYTES + 1), b"%PDF-small")

    assert request.POST["before"] == "typed before"
    assert request.POST["zafter"] == "typed after"
    assert request.FILES["file1"].read() == b"%PDF-small"
    too_large = request.FILES["file0"]
    assert too_large.too_large and too_large.read() == b""
    with pytest.raises(Refused) as refusal:
        store_document(upload=too_large, purpose="bid", by=None)
    assert refusal.value.code == "too_large"
    assert "25 MB" in refusal.value.message and "f0.pdf" in refusal.value.message


def test_many_files_together_do_not_fill_the_memory():
    request = posted(*[b"x" * (20 * MEGABYTE)] * 4)

    kept = [f for f in request.FILES.values() if not hasattr(f, "too_large")]
    assert sum(f.size for f in kept) <= REQUEST_BYTES
    assert len(kept) == 2
    assert request.POST["zafter"] == "typed after"


def test_a_request_that_goes_on_and_on_is_cut_off():
    request = posted(*[b"x" * (FILE_BYTES + MEGABYTE)] * 5)

    assert request.POST["before"] == "typed before"
    assert "zafter" not in request.POST
    assert 5 * (FILE_BYTES + MEGABYTE) > DRAINED_BYTES


def test_no_other_handler_is_set_up(settings):
    assert [
        f"{MemoryUploadHandler.__module__}.{MemoryUploadHandler.__name__}"
    ] == settings.FILE_UPLOAD_HANDLERS
