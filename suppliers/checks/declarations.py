"""Have the declarations been made, and lately enough?"""

from django.db.models import Max
from django.utils.translation import gettext_noop as _

from suppliers import periods
from suppliers.checks.registry import Finding, Verdict, check
from suppliers.models import Answer, JoiningQuestion
from suppliers.states import AnswerKind, Outcome, QualificationState

STANDING = [QualificationState.GRANTED, QualificationState.SUSPENDED]
VERDICTS = {
    "not_needed": Verdict(Outcome.PASS, _("No declarations are needed before joining")),
    "fresh": Verdict(Outcome.PASS, _("The declarations are up to date")),
    "missing": Verdict(
        Outcome.FAIL,
        _("A declaration has not been made"),
        _("Start an application: the declarations are made when it is submitted"),
    ),
    "old": Verdict(
        Outcome.REFER,
        _("A declaration is too old"),
        _("Start an application, check your answers and submit: that renews the declarations"),
    ),
}


def for_all(at):
    """The newest yes to each required declaration, in an application that was submitted."""
    sql = """
        WITH wanted AS (
            SELECT id, good_for_months FROM suppliers_joiningquestion
            WHERE kind = 'declaration' AND is_required
        ), holders AS (
            SELECT DISTINCT supplier_id FROM suppliers_qualification WHERE state = ANY(%(states)s)
        ), made AS (
            SELECT a.supplier_id, ans.question_id, max(ans.saved_at) AS made_at
            FROM suppliers_answer ans
            JOIN wanted ON wanted.id = ans.question_id
            JOIN suppliers_application a ON a.id = ans.application_id
            WHERE ans.is_yes AND a.submitted_at IS NOT NULL
            GROUP BY a.supplier_id, ans.question_id
        ), judged AS (
            SELECT made.supplier_id, count(*) AS made,
                   bool_or(wanted.good_for_months IS NOT NULL AND made.made_at
                           + make_interval(months => wanted.good_for_months::int) <= %(at)s) AS old
            FROM made JOIN wanted ON wanted.id = made.question_id
            GROUP BY made.supplier_id
        )
        SELECT s.id AS supplier_id,
               CASE WHEN holders.supplier_id IS NULL THEN 'not_needed'
                    WHEN coalesce(judged.made, 0) < (SELECT count(*) FROM wanted) THEN 'missing'
                    WHEN judged.old THEN 'old' ELSE 'fresh' END AS verdict,
               '{}'::jsonb AS evidence
        FROM suppliers_supplier s
        LEFT JOIN holders ON holders.supplier_id = s.id
        LEFT JOIN judged ON judged.supplier_id = s.id
    """
    return sql, {"at": at, "states": [str(state) for state in STANDING]}


@check(
    "declarations_made",
    question=_("Have the declarations been made, and lately enough?"),
    verdicts=VERDICTS,
    run_all=for_all,
)
def declarations_made(supplier, *, at):
    if not supplier.qualifications.filter(state__in=STANDING).exists():
        return Finding.of(VERDICTS["not_needed"])
    made = dict(
        Answer.objects.filter(
            application__supplier=supplier, application__submitted_at__isnull=False, is_yes=True
        )
        .values_list("question")
        .annotate(Max("saved_at"))
    )
    wanted = list(JoiningQuestion.objects.filter(kind=AnswerKind.DECLARATION, is_required=True))
    if any(question.pk not in made for question in wanted):
        return Finding.of(VERDICTS["missing"])
    for question in wanted:
        months = question.good_for_months
        if months is not None and periods.months_after(made[question.pk], months) <= at:
            return Finding.of(VERDICTS["old"])
    return Finding.of(VERDICTS["fresh"])
