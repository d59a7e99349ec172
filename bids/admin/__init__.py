"""Bids, openings, scores and awards, to be looked at.

Before opening nobody learns here that a bid is there or whose it is: the lists begin with the
opening, and what other apps keep of unopened bids is held back from their lists as well.
"""

from bids.admin import bids, chains, held_back, opening, people

__all__ = ["bids", "chains", "held_back", "opening", "people"]
