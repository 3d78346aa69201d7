"""What an artifact says, as text: paragraphs, and tables in aligned columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from studylab.language import _, n_
from studylab.plain import one_line, plain
from studylab.runs.artifacts import Artifact, Table

WIDEST = 40
"""Cells of a column; what is longer ends in an ellipsis."""


def heading(artifact: Artifact) -> str:
    """What it is, and of which step."""
    if artifact.kind == "warning":
        return _("warning")
    if artifact.step is None:
        return artifact.title
    return _("{what} at step {step:,}", what=artifact.title, step=artifact.step)


def text_of(artifact: Artifact) -> str:
    """The text or the table; of a picture the path."""
    if isinstance(artifact.content, Table):
        return table_text(artifact.content)
    return plain(artifact.content)


def table_text(table: Table) -> str:
    """A table in aligned columns, figures to the right, the titles above a line."""
    titles = [_cell(each) for each in table.columns]
    body = [[_cell(each) for each in row] for row in table.rows]
    count = max([len(titles), *map(len, body)], default=0)
    if not count:
        return _("an empty table")
    rows = [[*row, *[""] * (count - len(row))] for row in (titles, *body)]
    widths = [max(cell_len(row[i]) for row in rows) for i in range(count)]
    figures = [_are_figures([row[i] for row in table.rows if i < len(row)]) for i in range(count)]
    lines = [_line(row, widths, figures) for row in rows]
    if any(titles):
        lines.insert(1, "  ".join("─" * width for width in widths))
    else:
        lines = lines[1:]
    if table.left_out:
        lines.append(n_("… and {count} row more", "… and {count} rows more", table.left_out))
    return "\n".join(lines)


def csv_of(table: Table) -> str:
    """A table as CSV, its figures as they were logged."""
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([table.columns, *table.rows] if table.columns else table.rows)
    return text.getvalue()


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    return "  ".join(
        " " * (width - cell_len(cell)) + cell if to_right else set_cell_size(cell, width)
        for cell, width, to_right in zip(cells, widths, right, strict=True)
    ).rstrip()


def _are_figures(column: Sequence[object]) -> bool:
    written = ("NaN", "Infinity", "-Infinity", None, "")
    figures = [isinstance(each, (int, float)) or each in written for each in column]
    return bool(column) and all(figures)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        # A whole number that happens to be a float stays readable, however large.
        return f"{value:.4g}" if not math.isfinite(value) or abs(value) < 1e5 else f"{value:g}"
    text = one_line(str(value))
    return text if cell_len(text) <= WIDEST else set_cell_size(text, WIDEST - 1).rstrip() + "…"
