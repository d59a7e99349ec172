from django.db import migrations, models

PURPOSES = [
    ("draft", "Draft"),
    ("opened", "Opened offer"),
    ("stash", "Form kept through a time-out"),
    ("offer", "Offer"),
    ("price", "Price opened after quality"),
    ("dummy", "Dummy offer of a rehearsal"),
    ("copy", "Bidder’s own copy of an offer"),
    ("kept", "What a bidder keeps for itself"),
]


def spare(purposes):
    """The trigger that refuses to delete rows, but of these purposes."""
    return f"""
        DROP TRIGGER refuse_delete ON sealing_sealedoffer;
        CREATE TRIGGER refuse_delete BEFORE DELETE ON sealing_sealedoffer FOR EACH ROW
          WHEN (OLD.purpose NOT IN ({purposes})) EXECUTE FUNCTION refuse_change();
    """


class Migration(migrations.Migration):
    """Rows sealed to a public key: a competition's, or a bidder's vault's."""

    dependencies = [("sealing", "0002_append_only")]
    operations = [
        migrations.RemoveConstraint("sealedoffer", "sealed_purpose_known"),
        migrations.AlterField(
            "sealedoffer", "purpose", models.CharField(choices=PURPOSES, max_length=10)
        ),
        migrations.AddConstraint(
            "sealedoffer",
            models.CheckConstraint(
                condition=models.Q(purpose__in=[purpose for purpose, _words in PURPOSES]),
                name="sealed_purpose_known",
            ),
        ),
        migrations.RunSQL(spare("'draft', 'stash', 'kept'"), spare("'draft', 'stash'")),
    ]
