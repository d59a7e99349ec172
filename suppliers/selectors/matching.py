"""Reads across models that pages share."""

from django.db import connection

# Fewer matching suppliers than this, and a lot may well fail: small rural lots drew no bid.
FEW = 3

_MATCHING = """
WITH wanted_area AS (
  SELECT DISTINCT la.lot_id, leaf.id AS area_id
  FROM lots_lot_areas la
  JOIN reference_area leaf ON leaf.id = la.area_id OR leaf.parent_id = la.area_id
  WHERE la.lot_id = ANY(%(lots)s)
    AND NOT EXISTS (SELECT 1 FROM reference_area part WHERE part.parent_id = leaf.id)
), wanted_category AS (
  SELECT lot_id, category_id FROM lots_lot_categories WHERE lot_id = ANY(%(lots)s)
), how_many AS (
  SELECT lot_id,
    (SELECT count(*) FROM wanted_area a WHERE a.lot_id = lot.lot_id) AS areas,
    (SELECT count(*) FROM wanted_category c WHERE c.lot_id = lot.lot_id) AS categories
  FROM unnest(%(lots)s::bigint[]) AS lot (lot_id)
), serves AS (
  SELECT lot_id, served.supplier_id
  FROM how_many JOIN wanted_area USING (lot_id)
    JOIN suppliers_supplier_areas served USING (area_id)
  GROUP BY lot_id, areas, served.supplier_id HAVING count(*) = areas
), holds AS (
  SELECT lot_id, q.supplier_id
  FROM how_many JOIN wanted_category USING (lot_id)
    JOIN suppliers_qualification q USING (category_id)
  WHERE q.state = 'granted' AND (q.expires_at IS NULL OR q.expires_at > %(at)s)
  GROUP BY lot_id, categories, q.supplier_id HAVING count(DISTINCT category_id) = categories
), matches AS (
  -- Not a join: the planner takes both sides for small, and would try every pair.
  SELECT lot_id, supplier_id FROM serves INTERSECT SELECT lot_id, supplier_id FROM holds
)
"""
_COUNTS = "SELECT lot_id, count(*) FROM matches GROUP BY 1"
_COMPETITIONS = """
SELECT DISTINCT lot.competition_id, supplier_id
FROM matches JOIN lots_lot lot ON lot.id = lot_id
"""


def matching_counts(lots, *, at):
    """How many suppliers match each of `lots` at `at`: lot's key -> number, in one statement.

    The same rule as `Supplier.objects.matching`, asked of many lots together.
    """
    keys = [lot.pk for lot in lots]
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING + _COUNTS, {"lots": keys, "at": at})
        return dict.fromkeys(keys, 0) | dict(cursor.fetchall())


def matching_competitions(lots, *, at):
    """The pairs (competition, supplier), as keys, where a supplier matches one of `lots` at `at`.

    By the same rule, in one statement.
    """
    keys = list(lots.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_MATCHING + _COMPETITIONS, {"lots": keys, "at": at})
        return cursor.fetchall()
