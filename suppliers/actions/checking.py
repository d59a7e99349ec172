"""Running the compliance checks and keeping what they find."""

import json
import logging

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from suppliers.checks import CHECKS, Finding
from suppliers.models import CheckRun, Supplier
from suppliers.states import Outcome

logger = logging.getLogger(__name__)

CHUNK = 500
BROKEN = Finding(
    Outcome.REFER,
    _("This check could not be made"),
    _("You need do nothing: an assessor looks at it"),
)

# One judgement. What is as it was has only its last sight moved; what is not is answered.
_SEE = """
WITH found AS MATERIALIZED ({found}), same AS (
    UPDATE suppliers_checkresult kept SET last_seen_at = %(_at)s
    FROM found
    WHERE kept.supplier_id = found.supplier_id AND kept.check_code = %(_code)s AND kept.is_current
      AND kept.outcome = found.outcome AND kept.message = found.message
      AND kept.how_to_mend = found.how_to_mend AND kept.evidence = found.evidence
    RETURNING kept.supplier_id
)
SELECT supplier_id, outcome, message, how_to_mend, evidence::text
FROM found WHERE supplier_id NOT IN (SELECT supplier_id FROM same)
"""
_JUDGED = """
SELECT judged.supplier_id, v.outcome, v.message, v.how_to_mend, judged.evidence
FROM ({judged}) judged
JOIN unnest(%(_verdicts)s::text[], %(_outcomes)s::text[], %(_messages)s::text[], %(_mends)s::text[])
     AS v (verdict, outcome, message, how_to_mend) ON v.verdict = judged.verdict
"""
_GIVEN = """
SELECT given.supplier_id, given.outcome, given.message, given.how_to_mend, given.evidence::jsonb
FROM unnest(%(_suppliers)s::bigint[], %(_outcomes)s::text[], %(_messages)s::text[],
            %(_mends)s::text[], %(_evidence)s::text[])
     AS given (supplier_id, outcome, message, how_to_mend, evidence)
JOIN suppliers_supplier s ON s.id = given.supplier_id
"""
_CLOSE = """
UPDATE suppliers_checkresult SET is_current = false
WHERE check_code = %s AND is_current AND supplier_id = ANY(%s)
"""
_KEEP = """
INSERT INTO suppliers_checkresult (supplier_id, check_code, outcome, message, how_to_mend,
                                   evidence, first_seen_at, last_seen_at, is_current)
SELECT supplier_id, %s, outcome, message, how_to_mend, evidence::jsonb, %s, %s, true
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS new (supplier_id, outcome, message, how_to_mend, evidence)
"""


@transaction.atomic
def check_all(*, check, at):
    """Ask a check that SQL can answer of every supplier. Answers how many findings are new."""
    judged, params = check.run_all(at)
    names = list(check.verdicts)
    verdicts = [check.verdicts[name] for name in names]
    return _keep(
        check.code,
        _JUDGED.format(judged=judged),
        {
            **params,
            "_verdicts": names,
            "_outcomes": [str(one.outcome) for one in verdicts],
            "_messages": [one.message for one in verdicts],
            "_mends": [one.how_to_mend for one in verdicts],
        },
        at,
    )


def check_some(*, check, suppliers, at):
    """Ask a check of each of `suppliers`. Answers how many findings are new."""
    # Judged outside the transaction: a check that breaks must not spoil the others.
    found = _judged(check, suppliers, at)
    with transaction.atomic():
        return _keep(
            check.code,
            _GIVEN,
            {
                "_suppliers": [key for key, _finding in found],
                "_outcomes": [str(finding.outcome) for _key, finding in found],
                "_messages": [finding.message for _key, finding in found],
                "_mends": [finding.how_to_mend for _key, finding in found],
                "_evidence": [json.dumps(finding.evidence) for _key, finding in found],
            },
            at,
        )


def check_supplier(*, supplier, at):
    """Ask every check of one supplier, after something about it changed."""
    for check in list(CHECKS.values()):
        check_some(check=check, suppliers=[supplier], at=at)


def _judged(check, suppliers, at):
    """What `check` finds of each, under one savepoint while it breaks on none."""
    try:
        with transaction.atomic():
            return [(supplier.pk, check.run(supplier, at=at)) for supplier in suppliers]
    except Exception:
        return [(supplier.pk, judged(check, supplier, at)) for supplier in suppliers]


def judged(check, supplier, at):
    """What `check` finds; a check that breaks is referred to an officer."""
    try:
        with transaction.atomic():
            return check.run(supplier, at=at)
    except Exception:
        logger.exception("Check %s broke on supplier %s", check.code, supplier.reference)
        return BROKEN


def run_due(*, at):
    """Every check that has not been made today of every supplier, going on where one stopped."""
    for check in list(CHECKS.values()):
        try:
            while _next_part(check, at):
                pass
        except Exception:  # one broken check must not silence the others
            logger.exception("The run of check %s stopped; the next run goes on", check.code)


@transaction.atomic
def _next_part(check, at):
    """Make the next part of today's run. Answers whether there may be more."""
    day = timezone.localdate(at)
    since = at - check.repeat_every
    done = CheckRun.objects.filter(check_code=check.code, finished_at__isnull=False, day__lte=day)
    if done.filter(day__gt=timezone.localdate(since)).exists():
        return False
    CheckRun.objects.get_or_create(check_code=check.code, day=day, defaults={"started_at": at})
    run = (
        CheckRun.objects.select_for_update(skip_locked=True)
        .filter(check_code=check.code, day=day, finished_at=None)
        .first()
    )
    if run is None:
        return False  # somebody else is at it, or has finished
    if check.run_all is not None:
        check_all(check=check, at=at)
        part = []
    else:
        part = list(
            Supplier.objects.filter(pk__gt=run.reached)
            .order_by("pk")
            .prefetch_related(*check.needs)[:CHUNK]
        )
        check_some(check=check, suppliers=part, at=at)
    if len(part) < CHUNK:
        run.finished_at = at
    run.reached = part[-1].pk if part else run.reached
    run.save(update_fields=["reached", "finished_at"])
    return run.finished_at is None


def _keep(code, found, params, at):
    with connection.cursor() as cursor:
        # One writer for each check: the daily run and a change at the same moment.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('suppliers_checkresult'), hashtext(%s))", [code]
        )
        cursor.execute(_SEE.format(found=found), {**params, "_at": at, "_code": code})
        changed = cursor.fetchall()
        if changed:
            suppliers, *rest = (list(column) for column in zip(*changed, strict=True))
            cursor.execute(_CLOSE, [code, suppliers])
            cursor.execute(_KEEP, [code, at, at, suppliers, *rest])
    return len(changed)
