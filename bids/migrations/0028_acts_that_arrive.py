import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Each guard as it was, but for the instant that it asks about.
GUARDS = """
-- When the withdrawal that `bid` tells of arrived: by its ticket, while that holds, or else now.
CREATE FUNCTION bids_withdrawal_came(bid bids_bid) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(
    (SELECT min(a.at) FROM bids_arrival a
     WHERE a.bid_id = bid.id AND a.account_id = bid.withdrawn_by_id AND a.act = 'withdrawal'
       AND a.at = bid.withdrawn_at AND a.at >= portal_clock() - interval '60 seconds'),
    portal_clock())
$$;

CREATE FUNCTION pg_temp.rewrite(guard text, VARIADIC pairs text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  body text := (SELECT prosrc FROM pg_proc WHERE proname = guard);
BEGIN
  FOR n IN 1 .. array_length(pairs, 1) / 2 LOOP
    IF position(pairs[2 * n - 1] IN body) = 0 THEN
      RAISE EXCEPTION '% is not what it was', guard;
    END IF;
    body := replace(body, pairs[2 * n - 1], pairs[2 * n]);
  END LOOP;
  EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql AS %L',
                 guard, body);
END $$;

SELECT pg_temp.rewrite('bids_guard_bid',
  'AND portal_clock() >= competition.closes_at THEN',
  'AND bids_withdrawal_came(NEW) >= competition.closes_at THEN');
SELECT pg_temp.rewrite('bids_guard_counting',
  'OLD.state = ''draft'' AND portal_clock() >= closes',
  'OLD.state = ''draft'' AND bids_withdrawal_came(NEW) >= closes');
-- A ticket is worth nothing for another act than its own.
SELECT pg_temp.rewrite('bids_guard_submission',
  'OR ticket.key <> NEW.key THEN',
  'OR ticket.key <> NEW.key
     OR (NEW.instruction_id IS NULL) <> (ticket.act = ''submission'')
     OR ticket.act = ''withdrawal'' THEN');
-- An instruction is timed by the request that gave it, while its ticket holds.
SELECT pg_temp.rewrite('bids_guard_instruction',
  'NEW.given_at := portal_clock();',
  'SELECT at INTO NEW.given_at FROM bids_arrival
    WHERE id = NEW.arrival_id AND bid_id = NEW.bid_id AND account_id = NEW.given_by_id
      AND act <> ''submission'' AND at >= portal_clock() - interval ''60 seconds'';
  IF NEW.arrival_id IS NOT NULL AND NEW.given_at IS NULL THEN
    RAISE EXCEPTION ''the arrival is of another act, bid or person, or too old''
      USING ERRCODE = ''check_violation'', CONSTRAINT = ''instruction_fits_its_arrival'';
  END IF;
  NEW.given_at := coalesce(NEW.given_at, portal_clock());');
DROP FUNCTION pg_temp.rewrite;
"""


class Migration(migrations.Migration):
    """Withdrawals, instructions and saves under them are timed by their arrival too."""

    dependencies = [
        ("bids", "0027_opened_bids"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="arrival",
            name="act",
            field=models.CharField(
                choices=[
                    ("submission", "Submit the bid"),
                    ("withdrawal", "Withdraw the bid"),
                    ("instruction", "Give or take back the standing instruction"),
                    ("save", "Save under the standing instruction"),
                ],
                db_default="submission",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="standbyinstruction",
            name="arrival",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="bids.arrival",
            ),
        ),
        migrations.AddConstraint(
            model_name="arrival",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ["submission", "withdrawal", "instruction", "save"])
                ),
                name="act_known",
            ),
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
