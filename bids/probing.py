"""What the watch tries of the way a bid takes: the ticket, the tables, the chain of evidence."""

from django.db import connection, transaction

from framework_portal.audit.chain import LOCK
from framework_portal.watch.looking import also

# The ticket of an arrival, through its trigger, of some bid; it is taken back with the savepoint.
TICKET = """
INSERT INTO bids_arrival (bid_id, account_id, key)
SELECT id, started_by_id, gen_random_uuid() FROM bids_bid ORDER BY id DESC LIMIT 1
"""
# Whoever holds one of these tables shut keeps bidders out.
WAY = """
LOCK TABLE bids_bid, bids_submission, sealing_sealedoffer, notifications_message
IN ROW EXCLUSIVE MODE
"""


@also
def a_bid_could_be_submitted():
    """Take a ticket and the locks of a submission, the chain's last, and leave nothing behind."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TICKET)
        cursor.execute(WAY)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        transaction.set_rollback(True)
