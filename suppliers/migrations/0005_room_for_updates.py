from django.db import migrations


class Migration(migrations.Migration):
    """Findings are seen again every day: leave room on each page, so that an update stays there."""

    dependencies = [("suppliers", "0004_public_edition")]
    operations = [
        migrations.RunSQL(
            "ALTER TABLE suppliers_checkresult SET (fillfactor = 50)",
            "ALTER TABLE suppliers_checkresult RESET (fillfactor)",
        )
    ]
