from django.db import migrations

# Contracts that were refused before awards could be.
FALLEN = """
UPDATE bids_award a
  SET state = 'refused', refused_at = c.terminated_at, refused_by_id = c.terminated_by_id
FROM contracts_contract c
WHERE c.award_id = a.id AND a.state = 'announced' AND NOT c.is_history
  AND c.state = 'terminated' AND c.signed_on IS NULL;
UPDATE bids_bid b SET state = 'unsuccessful'
FROM bids_award a WHERE a.bid_id = b.id AND a.state = 'refused' AND b.state = 'successful';
"""


class Migration(migrations.Migration):
    """The awards of contracts that were refused stand no more."""

    dependencies = [
        ("contracts", "0022_one_standing_contract"),
        ("bids", "0036_refused_award_guards"),
    ]
    operations = [migrations.RunSQL(FALLEN, migrations.RunSQL.noop)]
