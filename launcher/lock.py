"""One launcher for each folder. The kernel lets go of the lock when its holder dies."""

import fcntl


class Busy(Exception):
    """Its text is what the holder tells about itself."""


class Lock:
    def __init__(self, path, words):
        self.file = path.open("a+")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.file.seek(0)
            told = self.file.read().strip()
            self.file.close()
            raise Busy(told) from None
        self.tell(words)

    def tell(self, words):
        """Words for whoever comes next and finds us here."""
        self.file.truncate(0)
        self.file.write(words)
        self.file.flush()

    def release(self):
        self.file.close()
