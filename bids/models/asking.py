"""Who asked for a clarification, and by which mark officers know the asker."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lots.models import Clarification, Competition
from suppliers.models import Supplier

PERSON = settings.AUTH_USER_MODEL


class ClarificationAsker(models.Model):
    """Whose question it is. Kept apart, so that whoever answers cannot know."""

    # Nor who asked.
    hidden_from_reports = True

    clarification = models.OneToOneField(Clarification, models.PROTECT, related_name="asker")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="clarifications_asked")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("asker of a clarification")
        verbose_name_plural = _("askers of clarifications")

    def __str__(self):
        return str(self.clarification_id)


class QuestionDraft(models.Model):
    """A question that somebody is writing, as it was typed: for nobody's eyes but theirs."""

    # Nor who thinks of asking.
    hidden_from_reports = True

    competition = models.ForeignKey(Competition, models.CASCADE, related_name="+")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    sealed = models.TextField()
    saved_at = models.DateTimeField()
    # How often the page has saved by itself in the minute that began then.
    saves = models.PositiveIntegerField(default=0)
    counted_from = models.DateTimeField()

    class Meta:
        verbose_name = _("question being written")
        verbose_name_plural = _("questions being written")
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "person"], name="one_question_being_written"
            ),
        ]

    def __str__(self):
        return f"{self.saved_at:%d %b %H:%M}"


class AskerMark(models.Model):
    """The mark of an asker in one competition. Another competition draws another one."""

    competition = models.ForeignKey(Competition, models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="+")
    mark = models.CharField(max_length=4)

    append_only = True
    hidden_from_reports = True

    class Meta:
        verbose_name = _("mark of an asker")
        verbose_name_plural = _("marks of askers")
        constraints = [
            models.UniqueConstraint(fields=["competition", "supplier"], name="one_mark_each"),
            models.UniqueConstraint(fields=["competition", "mark"], name="one_asker_per_mark"),
        ]

    def __str__(self):
        return self.mark
