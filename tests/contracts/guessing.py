"""What can be worked out from sums that are shown."""

from fractions import Fraction


def most(sums, goal):
    """The largest value of the cells in `goal` that agrees with every sum in `sums`.

    `sums` are pairs of a set of cells and what they come to; no cell is negative. None where a cell
    of `goal` is in no sum, so that nothing bounds it. By the simplex method, in fractions.
    """
    cells = frozenset().union(goal, *(held for held, _total in sums))
    # Cells that are in the same sums are one unknown.
    unknown = sorted(
        {(tuple(cell in held for held, _total in sums), cell in goal) for cell in cells}
    )
    if any(wanted and not any(where) for where, wanted in unknown):
        return None
    count, more = len(unknown), len(sums)
    table = [
        [Fraction(where[row]) for where, _wanted in unknown]
        + [Fraction(row == own) for own in range(more)]
        + [Fraction(total)]
        for row, (_held, total) in enumerate(sums)
    ]
    basis = list(range(count, count + more))
    # First until all sums are met without anything beside them, then as high as may be.
    _climb(table, basis, [Fraction(0)] * count + [Fraction(-1)] * more)
    for row, own in enumerate(basis):
        enters = next((column for column in range(count) if table[row][column]), None)
        if own >= count and enters is not None:
            _pivot(table, basis, row, enters)
    gain = [Fraction(wanted) for _where, wanted in unknown]
    kept = [row for row, own in enumerate(basis) if own < count]
    table = [table[row][:count] + table[row][-1:] for row in kept]
    basis = [basis[row] for row in kept]
    _climb(table, basis, gain)
    return sum(gain[own] * line[-1] for own, line in zip(basis, table, strict=True))


def _climb(table, basis, gain):
    """Pivot by Bland's rule until no unknown gains."""
    while (enters := _gaining(table, basis, gain)) is not None:
        bounds = (
            (line[-1] / line[enters], basis[row], row)
            for row, line in enumerate(table)
            if line[enters] > 0
        )
        _pivot(table, basis, min(bounds)[2], enters)


def _gaining(table, basis, gain):
    for column, own in enumerate(gain):
        if own > sum(gain[held] * line[column] for held, line in zip(basis, table, strict=True)):
            return column
    return None


def _pivot(table, basis, leaves, enters):
    unit = table[leaves][enters]
    table[leaves] = [value / unit for value in table[leaves]]
    for row, line in enumerate(table):
        if row != leaves and (times := line[enters]):
            table[row] = [
                value - times * own for value, own in zip(line, table[leaves], strict=True)
            ]
    basis[leaves] = enters
