"""What signing in asks of whom. Layers above widen these with `rules.set_perm`."""

import rules

# Buying side, assessors and administrators: what they can do must not hang from a password alone.
rules.add_perm("accounts.must_use_second_factor", rules.predicates.is_staff)
# 30 minutes idle and 12 hours in all, instead of 2 and 24 hours.
rules.add_perm("accounts.has_short_sessions", rules.predicates.is_staff)
# People of the bidding side: what their organisation keeps for itself is sealed to their keys.
rules.add_perm("accounts.needs_personal_key", ~rules.predicates.is_staff)
