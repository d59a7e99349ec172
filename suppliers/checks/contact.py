"""Does somebody we know read the contact's mail?"""

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_noop as _

from suppliers.checks.registry import Finding, Verdict, check
from suppliers.states import Outcome

VERDICTS = {
    "confirmed": Verdict(Outcome.PASS, _("The contact's address is confirmed")),
    "unconfirmed": Verdict(
        Outcome.REFER,
        _("The contact's email address has not been confirmed"),
        _("Invite the contact to your team, or give the address of somebody who is in it"),
    ),
}


def for_all(at):
    """Confirmed: an address that somebody in the team has shown to be theirs."""
    sql = """
        SELECT s.id AS supplier_id,
               CASE WHEN confirmed.id IS NULL THEN 'unconfirmed' ELSE 'confirmed' END AS verdict,
               '{}'::jsonb AS evidence
        FROM suppliers_supplier s
        LEFT JOIN (
            SELECT DISTINCT s.id
            FROM suppliers_supplier s
            JOIN suppliers_membership m ON m.supplier_id = s.id
            JOIN accounts_user u ON u.id = m.user_id AND u.is_active
            JOIN account_emailaddress e ON e.user_id = m.user_id AND e.verified
             AND lower(e.email) = lower(s.contact_email)
        ) confirmed ON confirmed.id = s.id
    """
    return sql, {}


@check(
    "contact_confirmed",
    question=_("Is the contact's email address confirmed?"),
    verdicts=VERDICTS,
    run_all=for_all,
)
def contact_confirmed(supplier, *, at):
    known = EmailAddress.objects.filter(
        user__memberships__supplier=supplier,
        user__is_active=True,
        verified=True,
        email__iexact=supplier.contact_email,
    )
    return Finding.of(VERDICTS["confirmed" if known.exists() else "unconfirmed"])
