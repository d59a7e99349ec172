from django.db import migrations


class Migration(migrations.Migration):
    """Whom a bid names lies sealed in the bid; the address is enough to write to."""

    dependencies = [("suppliers", "0008_organisation_invitations")]

    operations = [migrations.RemoveField(model_name="organisationinvitation", name="name")]
