from django.db import migrations

from framework_portal.freshness import marks_public_change


class Migration(migrations.Migration):
    """The register shows who is qualified, in what and where; it shows no people."""

    dependencies = [
        ("suppliers", "0003_requests_notices_and_runs"),
        ("framework_portal", "0002_public_edition"),
    ]
    operations = [
        *marks_public_change("suppliers_qualification", when="{row}.state = 'granted'"),
        *marks_public_change("suppliers_supplier_areas"),
        *marks_public_change(
            "suppliers_supplier",
            columns=["name", "legal_form", "size", "is_voluntary", "website", "description"],
        ),
    ]
