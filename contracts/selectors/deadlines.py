"""What requested changes add to the dashboard: views to give, terms to answer."""

from datetime import datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from bids.selectors.deadlines import Deadline, source
from contracts.models import AffectedView, ChangeCase, ProposalAnswer
from contracts.states import CaseParty
from framework_portal.navigation import address


@source
def of_cases(user, at):
    """The own view while it is waited for, and terms that nobody has answered."""
    mine = ChangeCase.objects.waiting().concerning(user).for_list()
    about = ChangeCase.objects.about(user).filter(pk=OuterRef("pk"))
    views = AffectedView.objects.filter(case=OuterRef("pk"))
    answers = ProposalAnswer.objects.filter(
        line__case=OuterRef("pk"), line__party=CaseParty.REPLACEMENT
    )
    for case in mine.annotate(
        is_about=Exists(about), is_heard=Exists(views), is_answered=Exists(answers)
    ):
        url = address("supplier:asked_change", reference=case.reference)
        lot = case.contract.lot.title
        if case.is_about and not case.is_heard and case.views_due_on >= timezone.localdate(at):
            yield _due(case.views_due_on, _("Your view on a requested change"), lot, url)
        elif not case.is_about and not case.is_answered:
            yield _due(case.decide_by, _("Answer to terms proposed to you"), lot, url)


def _due(on, what, about, url):
    ends_at = timezone.make_aware(datetime.combine(on, time(23, 59, 59)))
    return Deadline(ends_at, what, about, url, has_clock=False)
