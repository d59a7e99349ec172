"""Figures: the portal beside the least that the same server could do, in the same run."""
