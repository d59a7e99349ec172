from django.db import migrations, models


class Migration(migrations.Migration):
    """Room for the sums, and for shares of very small incomes."""

    dependencies = [
        ("contracts", "0016_signing_keeps_the_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportrow",
            name="pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportrow",
            name="real_share",
            field=models.DecimalField(decimal_places=2, max_digits=18, null=True),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="disputed_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="income_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="outside_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="small_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="unanswered_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
        migrations.AlterField(
            model_name="reportsigning",
            name="voluntary_pounds",
            field=models.DecimalField(decimal_places=2, max_digits=18),
        ),
    ]
