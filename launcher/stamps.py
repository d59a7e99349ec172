"""A stamp remembers what something was made of, so that it is made again only when that changed."""

import hashlib
from pathlib import Path


def digest(*paths):
    """One digest over the files, and the files below the folders, in `paths`."""
    total = hashlib.sha256()
    for path in paths:
        path = Path(path)
        for file in [path] if path.is_file() else sorted(path.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                total.update(hashlib.sha256(file.read_bytes()).digest())
                total.update(str(file.relative_to(path.parent)).encode() + b"\0")
    return total.hexdigest()


def is_fresh(stamp, made_of):
    return stamp.is_file() and stamp.read_text().strip() == made_of


def put(stamp, made_of):
    stamp.write_text(f"{made_of}\n")
