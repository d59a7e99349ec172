from django.db import migrations


class Migration(migrations.Migration):
    """The table of the database cache, as `createcachetable` makes it: `migrate` alone suffices."""

    dependencies = [("accounts", "0002_sign_ins")]
    operations = [
        migrations.RunSQL(
            "CREATE TABLE IF NOT EXISTS portal_cache"
            " (cache_key varchar(255) PRIMARY KEY, value text NOT NULL,"
            " expires timestamptz NOT NULL);"
            " CREATE INDEX IF NOT EXISTS portal_cache_expires ON portal_cache (expires)",
            "DROP TABLE IF EXISTS portal_cache",
        )
    ]
