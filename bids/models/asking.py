"""Who asked for a clarification."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lots.models import Clarification
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


class ClarificationAsker(models.Model):
    """Whose question it is. Kept apart, so that whoever answers cannot know."""

    clarification = models.OneToOneField(Clarification, models.PROTECT, related_name="asker")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="clarifications_asked")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("asker of a clarification")
        verbose_name_plural = _("askers of clarifications")

    def __str__(self):
        return str(self.clarification_id)
