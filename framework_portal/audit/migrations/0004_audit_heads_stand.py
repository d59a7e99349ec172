from django.db import migrations

from framework_portal.audit.triggers import append_only
from framework_portal.freshness import marks_public_change


class Migration(migrations.Migration):
    """Signed heads are evidence, and public."""

    dependencies = [
        ("audit", "0003_audit_heads"),
        ("framework_portal", "0002_public_edition"),
    ]
    operations = [*append_only("audit_audithead"), *marks_public_change("audit_audithead")]
