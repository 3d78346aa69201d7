"""The upper part of the Machine room: GPUs, cores, memory, disk and network, drawn as one."""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget
from typing_extensions import override

from studylab.runs.machine_use import View
from studylab.tui.machine_bars import Pen
from studylab.tui.machine_gauges import gauges_height, put_gauges
from studylab.tui.machine_gpus import gpus_height, put_gpus
from studylab.tui.machine_history import History
from studylab.tui.widgets.grid import BLANK, Grid
from studylab.tui.widgets.terminal import is_ascii_only


class MachineBoard(Widget):
    """Draws a view of the machine, and its last minutes where there is room."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "board--label",
        "board--bar",
        "board--high",
        "board--track",
        "board--history",
        "board--figure",
        "board--quiet",
        "board--free",
        "board--trouble",
    }
    DEFAULT_CSS = """
    MachineBoard {
        height: auto;
        & > .board--label { color: $foreground 75%; }
        & > .board--bar { color: $primary; }
        & > .board--high { color: $warning; }
        & > .board--track { color: $foreground 20%; }
        & > .board--history { color: $primary 70%; }
        & > .board--quiet { color: $foreground 65%; }
        & > .board--free { color: $text-success; text-style: bold; }
        & > .board--trouble { color: $text-error; }
        &:ansi > .board--track { text-style: dim; }
    }
    """

    def __init__(self, history: History, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._history = history
        self._view: View | None = None
        self._ascii_only = is_ascii_only()
        self._strips: list[Strip] = []
        self._made_for = Size(0, 0)

    def show(self, view: View) -> None:
        """Show another look at the machine."""
        before, self._view = self._view, view
        self._strips = []
        width = self.size.width
        if before is None or self._height(before, width) != self._height(view, width):
            self.refresh(layout=True)
        else:
            self.refresh()

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are figures for."""
        return self._height(self._view, width) if self._view is not None else 0

    def notify_style_update(self) -> None:
        """Draw anew in the colours of another theme."""
        self._strips = []
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One line of the board."""
        if self._view is None:
            return Strip.blank(self.size.width, self.rich_style)
        if not self._strips or self._made_for != self.size:
            self._made_for = self.size
            self._strips = self._draw(self._view, self.size.width).strips(self._style)
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _height(self, view: View, width: int) -> int:
        return gpus_height(view) + gauges_height(view, width)

    def _draw(self, view: View, width: int) -> Grid:
        pen = Pen(Grid(width, self._height(view, width)), self._history, self._ascii_only)
        put_gpus(pen, view)
        put_gauges(pen, gpus_height(view), view)
        return pen.grid

    def _style(self, role: str) -> Style:
        if role == BLANK:
            return self.rich_style
        return self.get_component_rich_style(f"board--{role}")
