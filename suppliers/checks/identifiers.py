"""Are the register numbers there, in shape, and the supplier's alone?"""

from django.utils.translation import gettext_noop as _

from suppliers.checks.registry import Finding, Verdict, check
from suppliers.identifiers import NOUGHTS, SHAPES, is_well_formed
from suppliers.models import Identifier
from suppliers.questionnaire import REGISTERED_FORMS
from suppliers.states import Outcome

SHAPE = {
    "well_formed": Verdict(Outcome.PASS, _("The register numbers have the right shape")),
    "none_needed": Verdict(
        Outcome.PASS, _("An organisation of this form needs no register number")
    ),
    "missing": Verdict(
        Outcome.REFER,
        _("There is no register number"),
        _("Give your charity, company or other register number"),
    ),
    "malformed": Verdict(
        Outcome.FAIL,
        _("A register number has not the right shape"),
        _("Take the wrong number away and give it again as it is in the register"),
    ),
}


def shapes_for_all(at):
    """The shapes are those that Python uses."""
    schemes, shapes = zip(*((str(s), f"^({shape})$") for s, shape in SHAPES.items()), strict=True)
    sql = """
        SELECT s.id AS supplier_id,
               CASE WHEN i.malformed > 0 THEN 'malformed'
                    WHEN i.supplier_id IS NOT NULL THEN 'well_formed'
                    WHEN s.legal_form = ANY(%(forms)s) THEN 'missing'
                    ELSE 'none_needed' END AS verdict,
               CASE WHEN i.malformed > 0 THEN jsonb_build_object('numbers', i.malformed)
                    ELSE '{}'::jsonb END AS evidence
        FROM suppliers_supplier s
        LEFT JOIN (
            SELECT i.supplier_id,
                   count(*) FILTER (WHERE NOT (i.value ~ shape.shape)
                                       OR i.value ~ %(noughts)s) AS malformed
            FROM suppliers_identifier i
            JOIN unnest(%(schemes)s::text[], %(shapes)s::text[]) AS shape (scheme, shape)
              ON shape.scheme = i.scheme
            GROUP BY i.supplier_id
        ) i ON i.supplier_id = s.id
    """
    return sql, {
        "schemes": list(schemes),
        "shapes": list(shapes),
        "noughts": f"^({NOUGHTS})$",
        "forms": [str(form) for form in REGISTERED_FORMS],
    }


@check(
    "identifiers_well_formed",
    question=_("Do the register numbers have the right shape?"),
    verdicts=SHAPE,
    run_all=shapes_for_all,
    needs=("identifiers",),
)
def identifiers_well_formed(supplier, *, at):
    numbers = list(supplier.identifiers.all())
    malformed = [one for one in numbers if not is_well_formed(one.scheme, one.value)]
    if malformed:
        return Finding.of(SHAPE["malformed"], numbers=len(malformed))
    if numbers:
        return Finding.of(SHAPE["well_formed"])
    needed = supplier.legal_form in REGISTERED_FORMS
    return Finding.of(SHAPE["missing" if needed else "none_needed"])


SHARED = {
    "own": Verdict(Outcome.PASS, _("No other organisation gave the same register number")),
    "shared": Verdict(
        Outcome.REFER,
        _("Another organisation gave the same register number"),
        _(
            "Check the number. If your organisation is registered here twice, ask a colleague to "
            "invite you and write to us"
        ),
    ),
}


def sharing_for_all(at):
    """Numbers are kept in one way, so equal numbers are equal texts.

    Who the others are is shown to assessors only.
    """
    sql = """
        SELECT s.id AS supplier_id,
               CASE WHEN shared.numbers IS NULL THEN 'own' ELSE 'shared' END AS verdict,
               CASE WHEN shared.numbers IS NULL THEN '{}'::jsonb
                    ELSE jsonb_build_object('numbers', shared.numbers,
                                            'others', to_jsonb(shared.others)) END AS evidence
        FROM suppliers_supplier s
        LEFT JOIN (
            SELECT i.supplier_id, count(DISTINCT i.id) AS numbers,
                   array_agg(DISTINCT other.reference::text ORDER BY other.reference::text)
                     AS others
            FROM suppliers_identifier i
            JOIN (
                SELECT scheme, value FROM suppliers_identifier
                GROUP BY scheme, value HAVING count(*) > 1
            ) twice USING (scheme, value)
            JOIN suppliers_identifier theirs ON theirs.scheme = i.scheme
             AND theirs.value = i.value AND theirs.supplier_id <> i.supplier_id
            JOIN suppliers_supplier other ON other.id = theirs.supplier_id
            GROUP BY i.supplier_id
        ) shared ON shared.supplier_id = s.id
    """
    return sql, {}


@check(
    "identifiers_not_shared",
    question=_("Are the register numbers the supplier's alone?"),
    verdicts=SHARED,
    run_all=sharing_for_all,
)
def identifiers_not_shared(supplier, *, at):
    held = set(supplier.identifiers.values_list("scheme", "value"))
    others = Identifier.objects.filter(value__in=[value for _scheme, value in held])
    named = others.exclude(supplier=supplier).select_related("supplier")
    taken = [one for one in named if (one.scheme, one.value) in held]
    if taken:
        return Finding.of(
            SHARED["shared"],
            numbers=len({(one.scheme, one.value) for one in taken}),
            others=sorted({str(one.supplier.reference) for one in taken}),
        )
    return Finding.of(SHARED["own"])
