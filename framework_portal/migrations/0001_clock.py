from django.db import migrations


class Migration(migrations.Migration):
    """The one clock. A function, so that its owner, and nobody else, can set it for a rehearsal."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            "CREATE FUNCTION portal_clock() RETURNS timestamptz LANGUAGE sql VOLATILE"
            " AS $body$SELECT clock_timestamp()$body$",
            "DROP FUNCTION portal_clock()",
        )
    ]
