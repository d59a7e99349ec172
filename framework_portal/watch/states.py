"""What can stop a submission."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trouble(models.TextChoices):
    """What a failed look found, as well as it can be told from outside."""

    UNREACHABLE = "unreachable", _("The portal did not answer")
    SLOW = "slow", _("The portal answered too slowly")
    DATABASE = "database", _("The database did not take anything in")
    DISK = "disk", _("The disk did not take anything in")
    SEALING = "sealing", _("Bids could not be sealed")
    OTHER = "other", _("The portal answered with an error")
