from django.db import migrations

from framework_portal.freshness import marks_public_change


class Migration(migrations.Migration):
    """All of these stand on public pages."""

    dependencies = [("reference", "0001_initial"), ("framework_portal", "0002_public_edition")]
    operations = [
        *marks_public_change("reference_framework"),
        *marks_public_change("reference_category"),
        *marks_public_change("reference_areaset"),
        *marks_public_change("reference_arealevel"),
        *marks_public_change("reference_area"),
        *marks_public_change("reference_commissioner"),
        *marks_public_change("reference_period"),
    ]
