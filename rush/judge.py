"""What became of every press: what bidders were told against what the database holds."""

import io
from collections import Counter

from django.core.management import CommandError, call_command

from bids.models import Arrival, Submission


def verdict(competition, told):
    """The rows of the table: (what, figure, whether it must be nothing)."""
    stored = {
        str(row.reference): row
        for row in Submission.objects.filter(bid__lot__competition=competition).select_related(
            "bid", "arrival"
        )
    }
    acknowledged = [
        each["receipt"].rstrip("/").rsplit("/", 1)[1] for each in told if each["receipt"]
    ]
    by_bid = Counter(row.bid_id for row in stored.values())
    late = [row for row in stored.values() if row.received_at >= competition.closes_at]
    refused_in_time = [
        each for each in told if each["refused"] and _arrived_in_time(each["bid"], competition)
    ]
    yield "acknowledged", len(acknowledged), None
    yield "stored", len(stored), None
    yield "refused as too late", sum(each["refused"] for each in told), None
    yield "acknowledged and not stored", len(set(acknowledged) - set(stored)), 0
    yield "stored and never acknowledged", len(set(stored) - set(acknowledged)), 0
    yield "stored twice", sum(times - 1 for times in by_bid.values()), 0
    yield "received at or after closing", len(late), 0
    yield "received at another time than the ticket's", _odd_times(stored.values()), 0
    yield "refused though the answered press came in time", len(refused_in_time), 0
    yield "neither acknowledged nor refused", _unanswered(told), 0
    yield "other answers than a receipt or a refusal", sum(len(each["odd"]) for each in told), 0
    yield "receipts and audit events that do not verify", _unverified(), 0


def _odd_times(rows):
    return sum(row.received_at != row.arrival.at for row in rows)


def _unanswered(told):
    return sum(not each["receipt"] and not each["refused"] for each in told)


def _arrived_in_time(bid, competition):
    """Whether the last ticket of this bid, the one that was answered, is from before closing."""
    last = Arrival.objects.filter(bid__reference=bid).order_by("pk").last()
    return last is not None and last.at < competition.closes_at


def _unverified():
    """How many breaks `verify_audit` finds; it walks the chain and every receipt."""
    said = io.StringIO()
    try:
        call_command("verify_audit", stdout=said, stderr=said)
    except (CommandError, SystemExit):
        print(said.getvalue())
        return 1
    return 0
