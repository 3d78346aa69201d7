"""The table in which runs are compared: a column for each run, what differs first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.message import Message

from studylab.language import _
from studylab.plain import one_line
from studylab.study.comparison import TITLES, Row, Section
from studylab.tui.tones import QUIET, WARN
from studylab.tui.widgets import row_list
from studylab.tui.widgets.row_list import GAP, Cell, Column, RowList

MARK = "*"
LEAST_COLUMN, ROOMY_COLUMN = 12, 16
SPACE = 1
"""Cells between two runs, beside the gap that every column has."""


class ComparisonTable(RowList):
    """Names at the left, which stay; of the runs as many as fit, from the first in view on."""

    class Moved(Message):
        """Other runs are in view."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__([Column()], id=id)
        self._runs: tuple[str, ...] = ()
        self._compared: tuple[Row, ...] = ()
        self._first = 0

    @property
    def window(self) -> tuple[int, int, int]:
        """The first and the last run in view, counted from 1, and how many there are."""
        return self._first + 1, min(len(self._runs), self._first + self._room()), len(self._runs)

    def compare(self, runs: Sequence[str], rows: Sequence[Row]) -> None:
        """Show these rows, with the runs in this order."""
        self._runs, self._compared = tuple(runs), tuple(rows)
        self._arrange()

    def move_columns(self, by: int) -> None:
        """Show the runs further left or right."""
        self._first += by
        self._arrange()

    def on_resize(self) -> None:
        """Another width has room for other columns."""
        self._arrange()
        super().on_resize()

    def _arrange(self) -> None:
        before = self._first, self._titles
        room = self._room()
        self._first = max(0, min(self._first, len(self._runs) - room))
        shown = self._runs[self._first : self._first + room]
        width = self._column_width()
        self._columns = (
            Column(len(MARK)),
            Column(self._name_width()),
            *(Column(width + SPACE) for _run in shown),
        )
        self._titles = ["", "", *map(one_line, shown)]
        self._widest = [0] * len(self._columns)
        self._header = 1
        self.set_rows(self._rows_of(shown))
        self.refresh()
        if (self._first, self._titles) != before:
            self.post_message(self.Moved())

    def _rows_of(self, runs: Sequence[str]) -> list[row_list.Row]:
        rows = []
        for section in Section:
            of_section = [row for row in self._compared if row.section is section]
            if not of_section:
                continue
            title = Content.styled(_(TITLES[section]), "bold")
            rows.append(row_list.Row(section.value, ("", title, *("" for _run in runs))))
            rows += [
                row_list.Row(f"{section.value}/{row.name}", _cells(row, runs)) for row in of_section
            ]
        return rows

    def _room(self) -> int:
        """How many runs fit beside the names."""
        return max(1, self._left_for_runs() // (self._column_width() + SPACE + GAP))

    def _left_for_runs(self) -> int:
        return self.scrollable_content_region.width - len(MARK) - GAP - self._name_width()

    def _name_width(self) -> int:
        texts = [row.title for row in self._compared] + [_(title) for title in TITLES.values()]
        widest = max(cell_len(one_line(text)) for text in texts)
        return min(widest, max(10, self.scrollable_content_region.width * 2 // 5))

    def _column_width(self) -> int:
        texts = [row.told(run) for row in self._compared for run in row.values]
        widest = max((cell_len(text) for text in (*texts, *self._runs)), default=0)
        # Of several runs never one alone: there would be nothing to compare it with.
        left, count = self._left_for_runs(), max(1, len(self._runs))
        share = left // min(count, max(2, left // ROOMY_COLUMN)) - SPACE - GAP
        return max(LEAST_COLUMN, min(widest, share))


def _cells(row: Row, runs: Sequence[str]) -> tuple[Cell, ...]:
    told = [row.told(run) for run in runs]
    name = one_line(row.title)
    if row.differs:
        return Content.styled(MARK, f"bold {WARN}"), Content(name), *told
    return "", Content.styled(name, QUIET), *(Content.styled(text, QUIET) for text in told)
