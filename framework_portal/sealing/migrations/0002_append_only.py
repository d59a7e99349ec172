from django.db import migrations, models

import framework_portal.clock
from framework_portal.audit.triggers import append_only


class Migration(migrations.Migration):
    """Sealed rows are never changed; offers are never deleted either."""

    dependencies = [("sealing", "0001_initial"), ("framework_portal", "0001_clock")]
    operations = [
        migrations.AlterField(
            "sealedoffer",
            "sealed_at",
            models.DateTimeField(db_default=framework_portal.clock.PortalClock(), editable=False),
        ),
        *append_only("sealing_sealedoffer", delete_unless="OLD.purpose NOT IN ('draft', 'stash')"),
    ]
