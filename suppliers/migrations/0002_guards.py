from django.db import migrations

from framework_portal.audit.triggers import append_only


class Migration(migrations.Migration):
    """Decisions on qualifications are kept as they were made."""

    dependencies = [("suppliers", "0001_initial")]
    operations = [*append_only("suppliers_qualificationdecision")]
