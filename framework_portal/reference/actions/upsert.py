"""Rows brought to what they should be, in at most two statements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """How many rows were new, changed, and as they should be already."""

    new: int
    changed: int
    same: int

    def __str__(self):
        return f"{self.new} new, {self.changed} changed, {self.same} as they were"


def upsert(rows, *, by, among=None, fields=None):
    """Make the table hold `rows`, unsaved model instances that are told apart by the fields `by`.

    Each of `rows` gets its primary key. `among` narrows where existing rows are looked for, and
    `fields` what is compared and updated: without it, all but the reference, which stays.
    """
    if not rows:
        return Outcome(0, 0, 0)
    model = type(rows[0])
    fields = fields or [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in (*by, "reference")
    ]

    def key(row):
        return tuple(getattr(row, name) for name in by)

    held = model.objects.all() if among is None else among
    there = {key(row): row for row in held.order_by()}
    new, changed = [], []
    for row in rows:
        old = there.get(key(row))
        if old is None:
            new.append(row)
            continue
        row.pk = old.pk
        if any(getattr(row, name) != getattr(old, name) for name in fields):
            changed.append(row)
    model.objects.bulk_create(new)
    model.objects.bulk_update(changed, fields)
    return Outcome(len(new), len(changed), len(rows) - len(new) - len(changed))


def link(through, wanted, *, owners):
    """Make a many-to-many table hold the pairs `wanted` for `owners`; says whether it changed.

    `wanted` are pairs of keys, in the order of the table's two columns.
    """
    owner, other = [
        field.attname for field in through._meta.concrete_fields if not field.primary_key
    ]
    held = through.objects.filter(**{f"{owner}__in": owners})
    there = {(getattr(row, owner), getattr(row, other)): row.pk for row in held}
    spare = [pk for pair, pk in there.items() if pair not in wanted]
    missing = [through(**{owner: pair[0], other: pair[1]}) for pair in wanted if pair not in there]
    if spare:
        through.objects.filter(pk__in=spare).delete()
    through.objects.bulk_create(missing)
    return bool(spare or missing)
