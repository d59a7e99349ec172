"""The table of figures."""

HEAD = ("What", "Portal", "Limit", "Ratio", "Wanted", "Met")


class Table:
    """Rows as they are measured, printed once at the end and line by line on the way."""

    def __init__(self):
        self.rows = []

    def add(self, what, portal, limit="", *, ratio=None, least=None, most=None, figure=None):
        """One row. `least` or `most` bounds the ratio, or `figure` where there is no ratio."""
        value = ratio if ratio is not None else figure
        wanted = met = ""
        if least is not None:
            wanted, met = f"at least {least:g}", value >= least
        if most is not None:
            wanted, met = f"at most {most:g}", value <= most
        shown = f"{ratio:.2f}" if ratio is not None else ""
        said = {True: "yes", False: "NO", "": ""}[met]
        self.rows.append((what, str(portal), str(limit), shown, wanted, said))
        print(f"  {what}: {portal} {shown} {said}", flush=True)

    def __str__(self):
        rows = [HEAD, *self.rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        ]
        return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
