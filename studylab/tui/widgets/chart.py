"""A line chart of metrics over training steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.tui.widgets.grid import BLANK
from studylab.tui.widgets.plot import LINE, Plot, Reference
from studylab.tui.widgets.terminal import is_ascii_only

# Okabe and Ito's colours, which people with any kind of colour vision tell apart, darker on light
# backgrounds. A theme may set its own as the variables chart-1, chart-2 ...
_ON_DARK = ("#56B4E9", "#E69F00", "#2FBF97", "#CC79A7", "#F0E442", "#E8743B")
_ON_LIGHT = ("#0072B2", "#C04A00", "#007A5A", "#A8487F", "#7A6A00", "#303030")


class Chart(Widget):
    """Named series in one picture: a title row with the last values, the lines, two axes.

    Texts are data: they are shown as they are, without control characters, never as markup.

    NaN and the infinities are a red cross on the bottom axis at their step; on a logarithmic axis
    an arrow there stands for values of 0 and below, which it can't show. A line has a gap where a
    column holds no value that can be drawn.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--axis",
        "chart--label",
        "chart--reference",
        "chart--nonfinite",
        "chart--empty",
    }
    DEFAULT_CSS = """
    Chart {
        height: 1fr;
        min-width: 20;
        min-height: 5;
        & > .chart--title { text-style: bold; }
        & > .chart--axis { color: $foreground 40%; }
        & > .chart--label { color: $foreground 75%; }
        & > .chart--reference { color: $foreground 65%; }
        & > .chart--nonfinite { color: $text-error; text-style: bold; }
        & > .chart--empty { color: $foreground 65%; text-style: italic; }
        &:ansi > .chart--axis { text-style: dim; }
        &:ansi > .chart--reference { text-style: dim; }
    }
    """

    def __init__(
        self,
        title: str = "",
        *,
        log_y: bool = False,
        ascii_only: bool | None = None,
        step_label: str = "step",
        empty_text: str = "waiting for the first point",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`ascii_only` None asks the terminal; the two texts are parameters to be translated."""
        super().__init__(name=name, id=id, classes=classes)
        self._plot = Plot(
            title=one_line(title),
            log_y=log_y,
            ascii_only=is_ascii_only() if ascii_only is None else ascii_only,
            step_label=one_line(step_label),
            empty_text=one_line(empty_text),
        )
        self._strips: list[Strip] = []
        self._drawn_size: tuple[int, int] | None = None

    @property
    def log_y(self) -> bool:
        """Whether the value axis is logarithmic."""
        return self._plot.log_y

    @log_y.setter
    def log_y(self, log_y: bool) -> None:
        self._plot.log_y = log_y
        self.refresh_data()

    def set_title(self, text: str) -> None:
        """What the chart shows, usually the name of a metric."""
        self._plot.title = one_line(text)
        self.refresh_data()

    def set_lines(self, lines: Mapping[str, Series]) -> None:
        """The series to draw, by name; the first has the first colour, and so on.

        They are kept, not copied: add points to them and call `refresh_data`.
        """
        self._plot.lines = [(one_line(name), series) for name, series in lines.items()]
        self.refresh_data()

    def set_reference(self, value: float | None, label: str = "") -> None:
        """A thin dashed line at `value`, with a label; none if `value` is None or not finite.

        The label is left out where it would hide a line.
        """
        self._plot.reference = None
        if value is not None and math.isfinite(value):
            self._plot.reference = Reference(value, one_line(label))
        self.refresh_data()

    def set_x_range(self, x_range: tuple[int, int] | None) -> None:
        """The first and last step to show, so that the axis stands still; None follows the data."""
        self._plot.x_range = x_range
        self.refresh_data()

    def refresh_data(self) -> None:
        """Draw again, after points were added. Nothing is drawn while the chart is hidden."""
        self._drawn_size = None
        self.refresh()

    def notify_style_update(self) -> None:
        self._drawn_size = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        size = self.size.width, self.size.height
        if self._drawn_size != size:
            self._strips = self._plot.draw(*size).strips(self._style)
            self._drawn_size = size
        return self._strips[y] if y < len(self._strips) else Strip.blank(size[0], self.rich_style)

    def _style(self, role: str) -> Style:
        if role == BLANK:
            return self.rich_style
        if not role.startswith(LINE):
            return self.get_component_rich_style(f"chart--{role}")
        colors = _ON_DARK if self.app.current_theme.dark else _ON_LIGHT
        number = int(role.removeprefix(LINE)) % len(colors)
        color = self.app.theme_variables.get(f"chart-{number + 1}", colors[number])
        return self.rich_style + Style(color=color)
