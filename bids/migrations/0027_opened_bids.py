from django.db import migrations

# What reports read of bids: those that were opened, and no other.
VIEW = """
CREATE VIEW opened_bids AS
  SELECT b.reference, l.reference AS lot, s.reference AS supplier, b.state, b.submitted_at
  FROM bids_bid b JOIN lots_lot l ON l.id = b.lot_id JOIN suppliers_supplier s ON s.id = b.supplier_id
  WHERE b.state IN ('opened', 'successful', 'unsuccessful')
"""


class Migration(migrations.Migration):
    """Reports see bids from their opening on."""

    dependencies = [("bids", "0026_openings_wait_for_the_watch"), ("suppliers", "0006_vaults")]
    operations = [migrations.RunSQL(VIEW, "DROP VIEW opened_bids")]
