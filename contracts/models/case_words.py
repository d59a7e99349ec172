"""What organisations say in a requested change: to their terms, and of what is asked of them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.case_querysets import AffectedViewQuerySet
from contracts.models.cases import ChangeCase, ProposedLine
from contracts.states import TermsAnswer

PERSON = settings.AUTH_USER_MODEL


class ProposalAnswer(models.Model):
    """An organisation's word on terms proposed for it, given in its own account.

    It may change its mind until the decision: the answer with the highest number counts.
    """

    line = models.ForeignKey(ProposedLine, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    answer = models.CharField(max_length=10, choices=TermsAnswer)
    # What would have to change, for the lead and the commissioner; blank unless it asks.
    words = models.TextField(blank=True)
    # The statement with the terms in full, signed by the portal; null unless it agreed.
    signed = models.JSONField(null=True)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True

    class Meta:
        verbose_name = _("answer to proposed terms")
        verbose_name_plural = _("answers to proposed terms")
        ordering = ["line", "number"]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="answered_once_per_number"),
            models.CheckConstraint(
                condition=Q(answer=TermsAnswer.AGREED, signed__isnull=False)
                | Q(answer__in=[TermsAnswer.DECLINED, TermsAnswer.ASKED], signed__isnull=True),
                name="agreement_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(answer=TermsAnswer.ASKED) & ~Q(words="")
                | ~Q(answer=TermsAnswer.ASKED) & Q(words=""),
                name="who_asks_says_for_what",
            ),
        ]

    def __str__(self):
        return f"{self.line}, {self.number}"


class AffectedView(models.Model):
    """What the affected subcontractor says of a case: for the commissioner's eyes alone.

    The lead must never read it, so nothing that is shown to the lead may be computed from it, and
    neither reports nor the administration list it. That there is one which says that it is all
    follows from a grant before `views_due_on` is over that is not `before_hearing`, and from a
    review by then; from nothing else.
    """

    reference = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(ChangeCase, models.PROTECT, related_name="views")
    number = models.PositiveSmallIntegerField()
    words = models.TextField()
    # "It may be decided now": until one says so, the whole time to be heard is kept.
    says_all = models.BooleanField(default=False)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    append_only = True
    hidden_from_reports = True

    objects = AffectedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("view of an affected subcontractor")
        verbose_name_plural = _("views of affected subcontractors")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="view_once_per_number"),
            models.CheckConstraint(condition=~Q(words=""), name="view_says_something"),
        ]

    def __str__(self):
        return f"{self.case_id}, {self.number}"
