"""A zip file made while it is sent: nothing of it on disk, and little of it in memory."""

import zipfile


class _Pipe:
    """What the zip file is written to; without a place to go back to."""

    def __init__(self):
        self.held = []

    def write(self, content):
        self.held.append(bytes(content))
        return len(content)

    def flush(self):
        """Nothing is kept back."""

    def taken(self):
        content, self.held = b"".join(self.held), []
        return content


def zipped(entries):
    """The bytes of a zip file of `entries`, pairs of a path and its chunks, as they come."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, chunks in entries:
            with archive.open(path, "w", force_zip64=True) as entry:
                for chunk in chunks:
                    entry.write(chunk)
                    yield pipe.taken()
            yield pipe.taken()
    yield pipe.taken()
