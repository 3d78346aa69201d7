"""One row that shows how much of something is in use: CPU, memory, a GPU."""

from __future__ import annotations

import math
from collections import deque
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from studylab.plain import one_line
from studylab.tui.widgets.braille import Canvas
from studylab.tui.widgets.grid import BLANK, Grid, fit
from studylab.tui.widgets.terminal import is_ascii_only

_SMALLEST_BAR = 5
_SHADES = ".:-=+*#@"
_LABEL, _FIGURE, _HISTORY = "label", "figure", "history"
_BAR, _HIGH, _TRACK = "bar", "high", "track"


class Meter(Widget):
    """A label, a bar, a figure, and if wanted the last values as a small curve.

    Every part keeps its column when the figure changes. In a narrow row the curve goes first, then
    the bar.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "meter--label",
        "meter--bar",
        "meter--high",
        "meter--track",
        "meter--figure",
        "meter--history",
    }
    DEFAULT_CSS = """
    Meter {
        height: 1;
        & > .meter--label { color: $foreground 75%; }
        & > .meter--bar { color: $primary; }
        & > .meter--high { color: $warning; }
        & > .meter--track { color: $foreground 20%; }
        & > .meter--history { color: $primary 70%; }
        &:ansi > .meter--track { text-style: dim; }
    }
    """

    def __init__(
        self,
        label: str,
        *,
        label_width: int = 8,
        figure_width: int = 14,
        history: int = 0,
        high: float | None = None,
        ascii_only: bool | None = None,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Widths are in cells, also `history`, that of the curve; 0 means none.

        From the share `high` on the bar is drawn as a warning. `ascii_only` None asks the terminal.
        """
        super().__init__(name=name, id=id, classes=classes)
        self._label = one_line(label)
        self._label_width = label_width
        self._figure_width = figure_width
        self._history_width = history
        self._high = high
        self._ascii_only = is_ascii_only() if ascii_only is None else ascii_only
        self._share: float | None = None
        self._figure = ""
        per_cell = 1 if self._ascii_only else 2
        self._past: deque[float | None] = deque(maxlen=history * per_cell)
        self._strip: Strip | None = None

    def set_value(self, share: float | None, figure: str) -> None:
        """The share in use, from 0 to 1, or None if it is unknown; and what to write, as `42 %`."""
        figure = one_line(figure)
        if share is not None:
            share = None if math.isnan(share) else max(0.0, min(1.0, share))
        unchanged = (share, figure) == (self._share, self._figure) and not self._history_width
        self._past.append(share)
        self._share, self._figure = share, figure
        if not unchanged:
            self._strip = None
            self.refresh()

    def notify_style_update(self) -> None:
        self._strip = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y > 0:
            return Strip.blank(width, self.rich_style)
        if self._strip is None or self._strip.cell_length != width:
            [self._strip] = self._draw(width).strips(self._style)
        return self._strip

    def _style(self, role: str) -> Style:
        if role == BLANK:
            return self.rich_style
        return self.get_component_rich_style(f"meter--{role}")

    def _draw(self, width: int) -> Grid:
        grid = Grid(width, 1)
        label_width = min(self._label_width, max(0, width - self._figure_width - 1))
        grid.put(0, 0, fit(self._label, label_width, self._ascii_only), _LABEL)
        right = width
        history = self._history_width
        if history and width - label_width - self._figure_width - history - 3 >= _SMALLEST_BAR:
            right -= history
            self._draw_history(grid, right, history)
            right -= 1
        figure = fit(self._figure, min(self._figure_width, right), self._ascii_only)
        grid.put(0, right - cell_len(figure), figure, _FIGURE)
        start, stop = label_width + 1, right - self._figure_width - 1
        if stop - start >= _SMALLEST_BAR:
            self._draw_bar(grid, start, stop - start)
        return grid

    def _draw_bar(self, grid: Grid, start: int, width: int) -> None:
        full, half, rest = ("#", "", ".") if self._ascii_only else ("━", "╸", "─")
        grid.put(0, start, rest * width, _TRACK)
        if self._share is None:
            return
        high = self._high is not None and self._share >= self._high
        halves = round(self._share * width * 2)
        bar = full * (halves // 2) + half * (halves % 2)
        grid.put(0, start, bar, _HIGH if high else _BAR)

    def _draw_history(self, grid: Grid, start: int, width: int) -> None:
        """The last values, the newest at the right: a filled curve, in ASCII darker and darker."""
        if self._ascii_only:
            shades = "".join(
                " " if share is None else _SHADES[round(share * (len(_SHADES) - 1))]
                for share in self._past
            )
            grid.put(0, start, shades.rjust(width), _HISTORY)
            return
        canvas = Canvas(width, 1)
        for x, share in enumerate(self._past, start=canvas.width - len(self._past)):
            if share is not None:
                top = round((1 - share) * (canvas.height - 1))
                canvas.line(x, top, x, canvas.height - 1)
        grid.put(0, start, canvas.text()[0], _HISTORY)
