from django.db import migrations

from framework_portal.freshness import marks_public_change


class Migration(migrations.Migration):
    """From the opening on, the leaves of the log are public."""

    dependencies = [("bids", "0019_versions_and_presence")]
    operations = [*marks_public_change("bids_opening")]
