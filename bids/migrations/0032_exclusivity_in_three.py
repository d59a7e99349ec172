import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Yes, no, or prefers not to say; and words, which are sealed whether there are any or not."""

    dependencies = [("bids", "0031_consent_guards"), ("sealing", "0003_to_a_key")]

    operations = [
        migrations.RemoveField(model_name="exclusivityanswer", name="was_asked"),
        migrations.AddField(
            model_name="exclusivityanswer",
            name="said",
            field=models.CharField(
                choices=[
                    ("asked", "Yes"),
                    ("not_asked", "No"),
                    ("unsaid", "Prefers not to say"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="exclusivityanswer",
            name="words",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sealing.sealedoffer",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusivityanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("said__in", ["asked", "not_asked", "unsaid"])),
                name="exclusivity_answer_known",
            ),
        ),
    ]
