from django.db import migrations

from framework_portal.freshness import marks_public_change

OF_A_PUBLIC_COMPETITION = """
-- A row that belongs to a competition is public when the competition is.
CREATE FUNCTION lots_mark_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE competition bigint;
BEGIN
  competition := CASE WHEN TG_OP = 'DELETE' THEN OLD.competition_id ELSE NEW.competition_id END;
  IF EXISTS (SELECT 1 FROM lots_competition
             WHERE id = competition AND (published_at IS NOT NULL OR is_history)) THEN
    PERFORM count_public_change();
  END IF;
  RETURN NULL;
END $$;
"""
TABLES = ["lots_lot", "lots_criterion", "lots_competitiondocument"]


class Migration(migrations.Migration):
    """Published competitions stand on public pages; drafts and waiting questions do not.

    Categories and areas of lots stand still from publication on, so they need no trigger.
    """

    dependencies = [("lots", "0002_guards"), ("framework_portal", "0002_public_edition")]
    operations = [
        *marks_public_change(
            "lots_competition", when="{row}.published_at IS NOT NULL OR {row}.is_history"
        ),
        *marks_public_change("lots_competitionchange"),
        *marks_public_change("lots_clarification", when="{row}.answered_at IS NOT NULL"),
        migrations.RunSQL(OF_A_PUBLIC_COMPETITION, "DROP FUNCTION lots_mark_public_change"),
        *[
            migrations.RunSQL(
                f"CREATE TRIGGER marks_public_change AFTER INSERT OR UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION lots_mark_public_change()",
                f"DROP TRIGGER marks_public_change ON {table}",
            )
            for table in TABLES
        ],
    ]
