"""Are the documents in date?"""

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from suppliers.checks.registry import Finding, Verdict, check
from suppliers.states import Outcome

VERDICTS = {
    "none": Verdict(Outcome.PASS, _("No document that runs out has been shown")),
    "in_date": Verdict(Outcome.PASS, _("The documents are in date")),
    "ended": Verdict(
        Outcome.FAIL,
        _("A document has run out"),
        _("Upload the new document, or take the old one away if you no longer need it"),
    ),
}


def for_all(at):
    """A document counts until a newer one for the same question is in date."""
    sql = """
        SELECT s.id AS supplier_id,
               CASE WHEN e.ended IS NOT NULL THEN 'ended'
                    WHEN e.supplier_id IS NOT NULL THEN 'in_date' ELSE 'none' END AS verdict,
               CASE WHEN e.ended IS NULL THEN '{}'::jsonb
                    ELSE jsonb_build_object('ended', e.ended::text) END AS evidence
        FROM suppliers_supplier s
        LEFT JOIN (
            SELECT supplier_id, min(ends) FILTER (WHERE ends < %(today)s) AS ended
            FROM (
                SELECT supplier_id, question_id, max(expires_on) AS ends
                FROM suppliers_evidence
                WHERE replaced_at IS NULL AND expires_on IS NOT NULL
                GROUP BY supplier_id, question_id
            ) newest
            GROUP BY supplier_id
        ) e ON e.supplier_id = s.id
    """
    return sql, {"today": timezone.localdate(at)}


@check(
    "evidence_in_date",
    question=_("Are the documents in date?"),
    verdicts=VERDICTS,
    run_all=for_all,
    needs=("evidence",),
)
def evidence_in_date(supplier, *, at):
    newest = {}
    for one in supplier.evidence.all():
        if one.replaced_at is None and one.expires_on is not None:
            newest[one.question_id] = max(
                one.expires_on, newest.get(one.question_id, one.expires_on)
            )
    ended = [ends for ends in newest.values() if ends < timezone.localdate(at)]
    if ended:
        return Finding.of(VERDICTS["ended"], ended=min(ended).isoformat())
    return Finding.of(VERDICTS["in_date" if newest else "none"])
