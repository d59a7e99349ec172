from django.db import migrations

from framework_portal.freshness import marks_public_change


class Migration(migrations.Migration):
    """An award is public once it is announced. Nothing else of a bid ever is."""

    dependencies = [
        ("bids", "0005_tickets_do_not_wait"),
        ("framework_portal", "0002_public_edition"),
    ]
    operations = [
        *marks_public_change(
            "bids_award", when="{row}.is_history OR {row}.state IN ('announced', 'confirmed')"
        ),
    ]
