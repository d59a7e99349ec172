"""What somebody typed and another text was kept instead of: into the history, once."""

from django.utils.crypto import salted_hmac

from bids.actions.restoring import keep_aside
from bids.identity import part_of

KEY = "bids.last_aside"


def keep_once(desk, question, value):
    """Keep `value` aside, unless the same was kept a moment ago: by the page itself, for example.

    The session knows it by a keyed digest only. Raises Refused once nothing is kept any more.
    """
    request = desk.request
    said = f"{desk.bid.reference} {part_of(question)} {value}"
    mark = salted_hmac(KEY, said).hexdigest()
    if request.session.get(KEY) == mark:
        return
    keep_aside(bid=desk.bid, question=question, value=value, by=request.user, at=desk.at)
    request.session[KEY] = mark
