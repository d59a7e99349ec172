"""What the organisations of a requested change say to it, each in its own account."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from contracts.actions import case_news
from contracts.actions.case_locks import locked
from contracts.models import AffectedView, ProposalAnswer
from contracts.selectors.cases import needs_consent, statement_terms, takes_answers
from contracts.states import CASE, TermsAnswer
from framework_portal.audit import trail
from framework_portal.refusals import Refused
from framework_portal.sealing.signing import instant, sign
from suppliers.actions.independence import refuse_people_of

SIGNED_KIND = "consent to a change of a supply chain"
LONGEST_VIEW = 12_000
MOST_VIEWS = 20


@trail.keeps_refusals("case.view_refused", of="case")
@transaction.atomic
def give_view(*, case, words, by, at, says_all=False):
    """What the affected subcontractor thinks of it, or adds. The commissioner alone reads it.

    The lead is not written to, and nothing of the case changes that the lead can see. With
    `says_all` it may be decided at once, and not when the time to be heard is over.
    """
    case = locked(case)
    refuse_people_of(case.contract.supplier, by)
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("empty", _("Write what you think of the change"), field="words")
    if len(words) > LONGEST_VIEW:
        raise Refused("too_long", _("Write less than 12,000 characters"), field="words")
    given = list(case.views.order_by("number"))
    said = (words, by.pk, says_all)
    if given and (given[-1].words, given[-1].given_by_id, given[-1].says_all) == said:
        return given[-1]  # pressed twice
    if not case.hears:
        raise Refused("decided", _("This change is decided. Nothing can be added now"))
    if len(given) >= MOST_VIEWS:
        raise Refused("too_many", _("You have added as much as can be added here"))
    view = AffectedView.objects.create(
        case=case,
        number=len(given) + 1,
        words=words,
        says_all=says_all,
        given_at=at,
        given_by=by,
    )
    case_news.tell_heard(view)
    # Of the view and not of the case: the trail of the case tells the lead's side nothing.
    trail.record("case.view_given", view, by=by)
    return view


@trail.keeps_refusals("case.answer_refused", of="line")
@transaction.atomic
def answer_terms(*, line, answer, by, at, words=""):
    """Agree to exactly these terms, ask for others in `words`, or decline.

    It may change its mind until the decision: the last answer counts.
    """
    case = locked(line.case)
    refuse_people_of(case.contract.supplier, by)
    line = case.lines.get(pk=line.pk)
    line.case = case
    last = line.answers.order_by("-number").first()
    words = _asked_for(words) if answer == TermsAnswer.ASKED else ""
    if last is not None and (last.answer, last.words) == (answer, words):
        return last  # pressed twice
    CASE.target("answer", case.state)
    if not takes_answers(case, line) or words and not needs_consent(case, line):
        raise Refused("not_asked", _("These terms are not asked of your organisation"))
    given = ProposalAnswer.objects.create(
        line=line,
        number=last.number + 1 if last else 1,
        answer=answer,
        words=words,
        signed=_signed(line, by, at) if answer == TermsAnswer.AGREED else None,
        answered_at=at,
        answered_by=by,
    )
    case_news.tell_answered(case, line, given)
    trail.record("case.answered", case, by=by, party=line.party, answer=str(answer))
    return given


def _asked_for(words):
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("no_words", _("Say what should change"), field="words")
    return words


def _signed(line, by, at):
    """The agreement with the terms in full, signed by the portal: nobody can say others later."""
    case, organisation = line.case, line.organisation
    contract = case.contract
    return sign(
        {
            "kind": SIGNED_KIND,
            "version": 1,
            "service": settings.PORTAL_ADDRESS,
            "case": case.reference,
            "number": case.number,
            "contract": contract.reference,
            "lot": contract.lot.reference,
            "lead": contract.supplier.reference,
            "lead_name": contract.lead_name,
            "organisation": organisation.reference,
            "organisation_name": organisation.name,
            "terms": statement_terms(line),
            "effective_on": case.effective_on,
            "agreed_at": instant(at),
            "person": by.reference,
        }
    )
