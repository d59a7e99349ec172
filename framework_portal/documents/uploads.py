"""Taking uploads in: in memory, up to the limit, and never in clear on disk."""

from io import BytesIO

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from framework_portal.documents.limits import DRAINED_BYTES, FILE_BYTES, REQUEST_BYTES


class TooLargeUpload(InMemoryUploadedFile):
    """Stands for a file that was not kept, so that the form can say so and keep all the rest."""

    too_large = True


class MemoryUploadHandler(FileUploadHandler):
    """Keeps each file in memory; beyond a limit it drops the bytes while they are being read.

    The form's other fields are still parsed, and the file's field gets its error. Only a request
    that goes on and on is cut off.
    """

    chunk_size = 256 * 1024
    kept = 0  # of the whole request
    dropped = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.content, self.is_too_large = BytesIO(), False

    def receive_data_chunk(self, raw_data, start):
        size = start + len(raw_data)
        if not self.is_too_large and (
            size > FILE_BYTES or self.kept + len(raw_data) > REQUEST_BYTES
        ):
            self.is_too_large = True
            self.kept -= self.content.tell()
            self.dropped += self.content.tell()
            self.content = BytesIO()
        if self.is_too_large:
            self.dropped += len(raw_data)
            if self.dropped > DRAINED_BYTES:
                raise StopUpload(connection_reset=True)
        else:
            self.kept += len(raw_data)
            self.content.write(raw_data)

    def file_complete(self, file_size):
        made = TooLargeUpload if self.is_too_large else InMemoryUploadedFile
        self.content.seek(0)
        return made(
            file=self.content,
            field_name=self.field_name,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
