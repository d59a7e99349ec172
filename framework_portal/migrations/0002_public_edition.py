from django.db import migrations

COUNT = """
-- How many transactions have changed something that public pages show. Each takes a slot that no
-- other holds, so that nobody waits; the sum rises with every commit, in the order of commits.
CREATE TABLE public_edition (
  slot integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  edition bigint NOT NULL DEFAULT 1
);

CREATE FUNCTION public_edition() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $body$
  SELECT coalesce(sum(edition), 0)::bigint FROM public_edition
$body$;

CREATE FUNCTION count_public_change() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  -- Once in a transaction. A savepoint that is rolled back takes this mark with it.
  IF current_setting('portal.public_change', true) = 'counted' THEN
    RETURN;
  END IF;
  UPDATE public_edition SET edition = edition + 1
    WHERE slot = (SELECT slot FROM public_edition ORDER BY slot LIMIT 1 FOR UPDATE SKIP LOCKED);
  IF NOT FOUND THEN
    INSERT INTO public_edition DEFAULT VALUES;
  END IF;
  PERFORM set_config('portal.public_change', 'counted', true);
END
$body$;

CREATE FUNCTION mark_public_change() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  PERFORM count_public_change();
  RETURN NULL;
END
$body$;
"""


class Migration(migrations.Migration):
    """The database counts what changes on public pages: their ETags are made of the count."""

    dependencies = [("framework_portal", "0001_clock")]
    operations = [
        migrations.RunSQL(
            COUNT,
            "DROP FUNCTION mark_public_change, count_public_change, public_edition;"
            " DROP TABLE public_edition",
        )
    ]
