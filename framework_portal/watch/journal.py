"""The watcher's own memory: a file to which lines are added, for when the database is what is down.

Each line is a JSON object with the watcher's time beside it. After a restart the outage that was
under way goes on, because its lines are still here.
"""

import json
import os
import time
from pathlib import Path

LONGEST = 2_000_000  # bytes; then the file is put aside and a new one begun


class Journal:
    """The file at `path`."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def add(self, event, **facts):
        """Add one line, durably; a full disk must not stop the watch."""
        line = json.dumps({"event": event, "watcher_time": time.time(), **facts}) + "\n"
        try:
            self._put_aside()
            with open(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as f:
                f.write(line)
                f.flush()
                os.fsync(f.fileno())
        except OSError:
            return False
        return True

    def lines(self):
        """All lines of the present file that can be read: a torn last one is passed over."""
        try:
            text = self.path.read_text(errors="replace")
        except OSError:
            return
        for line in text.splitlines():
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            if isinstance(entry, dict):
                yield entry

    def under_way(self):
        """The outage that has not been told yet, as its first line and its failures, or None."""
        first, failures = None, []
        for entry in self.lines():
            if entry.get("event") == "outage":
                first, failures = entry, []
            elif entry.get("event") == "failed" and first:
                failures.append(entry)
            elif entry.get("event") == "told":
                first, failures = None, []
        return (first, failures) if first else None

    def _put_aside(self):
        if self.path.exists() and self.path.stat().st_size > LONGEST and not self.under_way():
            self.path.replace(self.path.with_suffix(f".{int(time.time())}.jsonl"))
