"""How long after the deadline nothing happens: what arrived in time may be on its way still."""

from datetime import timedelta

# The guards of the database say the same.
GRACE = timedelta(seconds=60)
