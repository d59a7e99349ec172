from django.db import migrations, models

import framework_portal.clock
from framework_portal.audit.chain import GENESIS, LOCK
from framework_portal.audit.triggers import append_only

# The search path is fixed, so that nobody's temporary table stands in for the chain.
CHAIN = f"""
CREATE FUNCTION audit_field(field text) RETURNS text LANGUAGE sql IMMUTABLE
AS $body$SELECT coalesce(octet_length(field) || ':' || field, '-')$body$;

CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
AS $body$
DECLARE
    head record;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    SELECT seq, hash INTO head FROM audit_auditevent ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(head.seq, 0) + 1;
    NEW.prev_hash := coalesce(head.hash, '{GENESIS}');
    NEW.at := portal_clock();
    NEW.hash := encode(sha256(convert_to(
        audit_field(NEW.prev_hash)
        || audit_field(NEW.seq::text)
        || audit_field(to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
        || audit_field(NEW.actor_id::text)
        || audit_field(NEW.verb)
        || audit_field(NEW.subject_type)
        || audit_field(NEW.subject_reference)
        || audit_field(NEW.outcome)
        || audit_field(NEW.detail_text), 'UTF8')), 'hex');
    RETURN NEW;
END
$body$;

CREATE TRIGGER chain BEFORE INSERT ON audit_auditevent
    FOR EACH ROW EXECUTE FUNCTION audit_chain();
"""
UNCHAIN = """
DROP TRIGGER chain ON audit_auditevent;
DROP FUNCTION audit_chain();
DROP FUNCTION audit_field(text);
"""


class Migration(migrations.Migration):
    """The database itself chains the events, sets their instant, and refuses every change."""

    dependencies = [("audit", "0001_initial"), ("framework_portal", "0001_clock")]
    operations = [
        migrations.AlterField(
            "auditevent",
            "seq",
            models.BigIntegerField(db_default=0, editable=False, primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            "auditevent",
            "at",
            models.DateTimeField(db_default=framework_portal.clock.PortalClock(), editable=False),
        ),
        migrations.AlterField(
            "auditevent",
            "prev_hash",
            models.CharField(db_default="", editable=False, max_length=64),
        ),
        migrations.AlterField(
            "auditevent",
            "hash",
            models.CharField(db_default="", editable=False, max_length=64, unique=True),
        ),
        migrations.RunSQL(CHAIN, UNCHAIN),
        *append_only("audit_auditevent"),
    ]
