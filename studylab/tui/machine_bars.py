"""Bars and curves of one line, drawn on a grid."""

from __future__ import annotations

from dataclasses import dataclass

from studylab.tui.machine_history import History, drawn
from studylab.tui.widgets.grid import Grid

HIGH = 0.9
"""From this share on memory, swap and disk are drawn as a warning."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws on one grid, in what its terminal has."""

    grid: Grid
    history: History
    ascii_only: bool

    def bar(
        self, row: int, x: int, width: int, share: float | None, *, can_be_high: bool = False
    ) -> None:
        """A bar; only its track where the share is not known."""
        full, half, rest = ("#", "", ".") if self.ascii_only else ("━", "╸", "─")
        self.grid.put(row, x, rest * width, "track")
        if share is None:
            return
        halves = round(max(0.0, min(1.0, share)) * width * 2)
        done = full * (halves // 2) + half * (halves % 2)
        self.grid.put(row, x, done, "high" if can_be_high and share >= HIGH else "bar")

    def curve(self, row: int, x: int, width: int, name: str) -> None:
        """The last minutes of a figure."""
        curve = self.history.curve(name, width)
        self.grid.put(row, x, drawn(curve, ascii_only=self.ascii_only), "history")
