"""The chain: how an event is hashed. The trigger in the migrations says the same in SQL."""

import hashlib
from datetime import UTC

GENESIS = "0" * 64
LOCK = 724_001  # the advisory lock under which the chain grows, one transaction at a time


def fields(event):
    """What the hash of `event` covers, in order, as texts."""
    return [
        event.prev_hash,
        str(event.seq),
        event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        None if event.actor_id is None else str(event.actor_id),
        event.verb,
        event.subject_type,
        event.subject_reference,
        event.outcome,
        event.detail_text,
    ]


def encoded(texts):
    """Each text behind its length in bytes, so that no two lists have the same encoding."""
    parts = []
    for text in texts:
        raw = None if text is None else text.encode()
        parts.append(b"-" if raw is None else b"%d:%s" % (len(raw), raw))
    return b"".join(parts)


def digest(event):
    """The hash `event` must carry."""
    return hashlib.sha256(encoded(fields(event))).hexdigest()


def breaks(events, *, prev_hash=GENESIS, seq=0):
    """Walk `events` in order and yield (event, what is wrong), one for each that does not fit."""
    for event in events:
        if event.seq != seq + 1:
            yield event, f"follows {seq}: what was between is gone"
        elif event.prev_hash != prev_hash:
            yield event, f"does not follow from {seq}"
        elif event.hash != digest(event):
            yield event, "is not what was written"
        seq, prev_hash = event.seq, event.hash
