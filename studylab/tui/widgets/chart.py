"""A line chart of metrics over training steps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.tui.widgets.grid import BLANK
from studylab.tui.widgets.line_colours import ON_DARK, ON_LIGHT, is_colourless
from studylab.tui.widgets.plot import FAINT, LINE, Plot, Reference
from studylab.tui.widgets.scale import Scale
from studylab.tui.widgets.terminal import is_ascii_only


class Chart(Widget):
    """Named series in one picture: a title row with the last values, the lines, two axes.

    Texts are data: they are shown as they are, without control characters, never as markup.

    NaN and the infinities are a red cross on the bottom axis at their step; on a logarithmic axis
    an arrow there stands for values of 0 and below, which it can't show. A line has a gap where a
    column holds no value that can be drawn.

    The colours of the lines are Okabe and Ito's (see `line_colours`); a theme may set its own as
    the variables chart-1, chart-2 ...
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "chart--title",
        "chart--axis",
        "chart--label",
        "chart--reference",
        "chart--nonfinite",
        "chart--empty",
        "chart--cursor",
        "chart--selected",
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
        & > .chart--cursor { color: $primary; }
        & > .chart--selected { color: $text-primary; text-style: bold; }
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
            marks=is_colourless(),
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

    @property
    def plot(self) -> Plot:
        """What is drawn; to be looked at."""
        return self._plot

    def set_title(self, text: str) -> None:
        """What the chart shows, usually the name of a metric."""
        self._plot.title = one_line(text)
        self.refresh_data()

    def set_lines(self, lines: Mapping[str, Series], under: Sequence[Series] = ()) -> None:
        """The series to draw, by name; the first has the first colour, and so on.

        `under` are drawn faintly beneath, in the same order of colours. All are kept, not copied:
        add points to them and call `refresh_data`.
        """
        self._plot.lines = [(one_line(name), series) for name, series in lines.items()]
        self._plot.under = list(under)
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

    def set_scale(self, scale: Scale, label: str) -> None:
        """What the bottom axis counts, and the word for it."""
        self._plot.scale = scale
        self._plot.step_label = one_line(label)
        self.refresh_data()

    def set_cursor(self, cursor: int | None) -> None:
        """A place on the bottom axis to mark; the legend tells the values there."""
        self._plot.cursor = cursor
        self.refresh_data()

    def set_alert(self, text: str) -> None:
        """A few words beside the title, in the colour of what is wrong; none if empty."""
        self._plot.alert = one_line(text)
        self.refresh_data()

    def set_empty_text(self, text: str) -> None:
        """What is said while there is no point."""
        self._plot.empty_text = one_line(text)
        self.refresh_data()

    def set_selected(self, selected: bool) -> None:
        """Whether the keys of charts go to this one."""
        self._plot.selected = selected
        self.refresh_data()

    def x_range(self) -> tuple[int, int] | None:
        """The first and last step that are visible; None without points."""
        if not self._plot.series or not self.size.width:
            return None
        axis = self._plot.x_axis(self.size.width)
        return int(axis.low), int(axis.high)

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
        if not role.startswith((LINE, FAINT)):
            return self.get_component_rich_style(f"chart--{role}")
        colors = ON_DARK if self.app.current_theme.dark else ON_LIGHT
        number = int(role.rpartition("-")[2]) % len(colors)
        color = self.app.theme_variables.get(f"chart-{number + 1}", colors[number])
        if role.startswith(LINE):
            return self.rich_style + Style(color=color)
        background = self.background_colors[1]
        if background.ansi is not None or is_colourless():
            return self.rich_style + Style(color=color, dim=True)
        return self.rich_style + Style(color=Color.parse(color).blend(background, 0.6).hex6)
