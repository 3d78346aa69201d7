"""Runs that are marked to be seen together, and which ones are meant where none is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from textual.content import Content

from studylab.store.runs import RunRow
from studylab.tui.widgets.row_list import Row

RUN_CELL = 1


def marked_row(row: Row) -> Row:
    """A row of the list of runs, with a mark before the run's id."""
    cells = list(row.cells)
    cells[RUN_CELL] = Content.assemble(Content.styled("• ", "bold $text-accent"), row.key)
    return replace(row, cells=tuple(cells))


def meant(
    rows: Mapping[str, RunRow], marked: Iterable[str], current: RunRow | None
) -> list[RunRow]:
    """The runs to lay over each other, the newest first; fewer than two if there are none.

    They are those that are marked, with the current one if that is a single other; without any,
    the current one and the run before it of the same lab. `rows` holds the newest first.
    """
    wanted = {run for run in marked if run in rows}
    if len(wanted) < 2 and current is not None:
        wanted.add(current.id)
    if len(wanted) == 1 and current is not None and current.id in wanted:
        newest_first = list(rows.values())
        earlier = newest_first[newest_first.index(current) + 1 :]
        before = next((row for row in earlier if row.lab == current.lab), None)
        wanted |= {before.id} if before is not None else set()
    return [row for row in rows.values() if row.id in wanted]
