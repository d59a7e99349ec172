"""Who reads reports of faults: the portal's own staff. No officer of a buyer, and no evaluator."""

import rules

rules.add_perm("watch.read_faults", rules.is_staff)
