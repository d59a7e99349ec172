"""Mails of requested changes: references and links, never a word of what was said.

Nothing that goes to the lead may depend on the affected subcontractor's view.
"""

from contracts.selectors.cases import needs_consent
from contracts.states import CaseState
from framework_portal.notifications import outbox
from framework_portal.reference.models import Officer
from framework_portal.reference.states import OfficerRole
from lots.models import Competition
from suppliers.models import Membership
from suppliers.states import MemberRole

WRITERS = [MemberRole.OWNER, MemberRole.EDITOR]
LEAD, CONCERNED, COMMISSIONER = "supplier:case", "supplier:asked_change", "commissioner:case"


def tell_raised(case):
    """At once: whom it is about, who is to come in, and who decides."""
    _tell("case_about_you", case, _affected(case), CONCERNED)
    _tell("case_terms", case, _newcomer(case), CONCERNED)
    _tell("case_raised", case, officers(case), COMMISSIONER)


def tell_heard(view):
    """The commissioner alone."""
    case = view.case
    _tell("case_heard", case, officers(case), COMMISSIONER, about=view.reference)


def tell_answered(case, line, given):
    """Who needs the consent learns of the answer; an unasked one is the commissioner's."""
    about = f"{line.party}:{given.number}"
    if needs_consent(case, line):
        _tell("case_answered", case, writers(case.contract.supplier), LEAD, about=about)
    _tell("case_answered", case, officers(case), COMMISSIONER, about=about)


def tell_ended(case):
    """Everybody whom it concerned, each by the own page; what waits to be sent is not sent."""
    outbox.cancel(reminders_of(case))
    _tell("case_ended", case, _affected(case), CONCERNED)
    _tell("case_ended", case, _newcomer(case), CONCERNED)
    if case.state == CaseState.WITHDRAWN:
        _tell("case_ended", case, officers(case), COMMISSIONER)
    else:
        _tell("case_ended", case, writers(case.contract.supplier), LEAD)


def tell_reviewed(case):
    """Both sides, each by the own page."""
    outbox.cancel(reminders_of(case))
    _tell("case_reviewed", case, _affected(case), CONCERNED)
    _tell("case_reviewed", case, writers(case.contract.supplier), LEAD)


def reminders_of(case):
    """How the keys of all reminders of a case begin."""
    return f"case-due:{case.reference}:"


def writers(supplier):
    """The people who act for an organisation and can sign in: (reference, address)."""
    found = Membership.objects.filter(supplier=supplier, role__in=WRITERS, user__is_active=True)
    return list(found.order_by().values_list("user__reference", "user__email"))


def officers(case):
    """The people who may decide the case: (reference, address)."""
    competition = case.contract.lot.competition_id
    acting = Officer.objects.filter(
        commissioner=case.contract.commissioner_id,
        role=OfficerRole.COMMISSIONER,
        user__is_active=True,
    ).select_related("user")
    acting = acting.exclude(user__in=people_of(case).values("user"))
    people = {officer.user_id: officer.user for officer in acting}
    return [
        (user.reference, user.email)
        for user in people.values()
        if Competition.objects.run_by(user).filter(pk=competition).exists()
    ]


def people_of(case):
    """The memberships of every party to a case: those who do not decide it."""
    line = case.subcontractor
    parties = [case.contract.supplier_id, line and line.supplier_id, case.replacement_id]
    return Membership.objects.filter(supplier__in=[each for each in parties if each]).order_by()


def rows_of(case, people, page, key, **context):
    """Rows of the outbox: one for each person."""
    return [
        {
            "to": address,
            "key": f"{key}:{person}",
            "context": {"case": str(case.reference), "page": page, **context},
        }
        for person, address in people
    ]


def _tell(kind, case, people, page, *, about=""):
    key = ":".join(str(each) for each in (kind, case.reference, about) if each)
    if people:
        outbox.queue_many(kind, rows_of(case, people, page, key))


def _affected(case):
    line = case.subcontractor
    return writers(line.supplier) if line is not None and line.supplier_id else []


def _newcomer(case):
    return writers(case.replacement) if case.replacement is not None else []
