"""The charts of several runs: one metric each, and in it a curve for each run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style
from textual.containers import Grid
from textual.message import Message
from typing_extensions import override

from studylab.language import _
from studylab.metrics.series import Series
from studylab.plain import one_line
from studylab.tui.overlay_curves import OverlaidRun, Overlay
from studylab.tui.widgets.chart import Chart
from studylab.tui.widgets.plot import FAINT, LINE

CHART_WIDTH, CHART_HEIGHT, LEAST_CHART_HEIGHT = 52, 9, 5
CHARTS_A_TURN = 2


class RunsChart(Chart):
    """A chart whose curves have the colours of their runs; pinned ones lie on top and are bold."""

    def __init__(self, *, step_label: str, empty_text: str) -> None:
        super().__init__(step_label=step_label, empty_text=empty_text)
        self._above: Sequence[OverlaidRun] = ()
        self._beneath: Sequence[OverlaidRun] = ()

    @property
    def in_marks(self) -> bool:
        """Whether runs are told apart by characters, for want of colours or of fine dots."""
        return self.plot.ascii_only or self.plot.marks

    def set_curves(self, curves: Sequence[tuple[OverlaidRun, Series]]) -> None:
        """The curves to draw, those of pinned runs first."""
        # Beneath, all lines have the same character.
        front = [] if self.in_marks else [curve for curve in curves if curve[0].pinned]
        back = [curve for curve in curves if curve not in front] if front else []
        front = front or list(curves)
        self._above = [run for run, _series in front]
        self._beneath = [run for run, _series in back]
        lines: Mapping[str, Series] = {run.id: series for run, series in front}
        self.set_lines(lines, [series for _run, series in back])

    @override
    def _style(self, role: str) -> Style:
        for prefix, runs in ((LINE, self._above), (FAINT, self._beneath)):
            if role.startswith(prefix):
                run = runs[int(role.removeprefix(prefix))]
                return super()._style(f"{LINE}{run.colour}") + Style(bold=run.pinned)
        return super()._style(role)


class OverlayCharts(Grid):
    """As many charts as there is room for, the rest a page away."""

    DEFAULT_CSS = "OverlayCharts { height: 1fr; grid-gutter: 0 2; padding: 0 1; }"

    class Rearranged(Message):
        """Other metrics are in view now."""

    def __init__(self, overlay: Overlay, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._overlay = overlay
        self._metrics: list[str] = []
        self._page = self._turn = 0
        self._part = ""
        self.count = 0, 0
        """How many metrics were found, and how many there are."""

    @property
    def shown(self) -> list[str]:
        """The metrics that have a chart in view."""
        room = self._room()[1]
        return self._metrics[self._page * room : (self._page + 1) * room]

    @property
    def hidden(self) -> list[str]:
        """The metrics that have none."""
        shown = self.shown
        return [name for name in self._metrics if name not in shown]

    def draw(self, *, in_turn: bool = False) -> None:
        """Draw what is in view anew; `in_turn` a few charts each time, so that a key never waits
        for a screen full of curves."""
        every = self._overlay.metrics()
        metrics = [name for name in every if self._part in name.casefold()]
        self.count = len(metrics), len(every)
        rearranged = metrics != self._metrics
        self._metrics = metrics
        columns, room = self._room()
        self._page = min(self._page, max(0, -(-len(metrics) // room) - 1))
        shown = self.shown
        charts = self._charts(max(1, len(shown)))
        # Four in a square rather than three and one.
        columns = -(-len(charts) // -(-len(charts) // columns))
        if self.styles.grid_size_columns != columns:
            self.styles.grid_size_columns = columns
        due = self._due(len(charts)) if in_turn else range(len(charts))
        for number, (chart, name) in enumerate(zip(charts, shown, strict=False)):
            if number not in due and chart.plot.title == one_line(name):
                continue
            chart.set_title(name)
            chart.set_scale(self._overlay.scale, self._overlay.label)
            chart.log_y = self._overlay.looks.log_scale
            chart.set_curves(self._curves(name, in_marks=chart.in_marks))
        if not shown:
            charts[0].set_title("")
            charts[0].set_curves([])
        if rearranged:
            self.post_message(self.Rearranged())

    def find(self, part: str) -> None:
        """Show only metrics with `part` in their names; capitals make no difference."""
        self._part, self._page = part.strip().casefold(), 0
        self.draw()

    def next_page(self) -> None:
        """Show the next charts; after the last the first."""
        pages = max(1, -(-len(self._metrics) // self._room()[1]))
        self._page = (self._page + 1) % pages
        self.draw()
        self.post_message(self.Rearranged())

    def on_resize(self) -> None:
        """Another size has room for other charts."""
        self.draw()
        self.post_message(self.Rearranged())

    def _due(self, count: int) -> set[int]:
        self._turn = (self._turn + CHARTS_A_TURN) % max(1, count)
        return {(self._turn + number) % count for number in range(min(count, CHARTS_A_TURN))}

    def _curves(self, name: str, *, in_marks: bool) -> list[tuple[OverlaidRun, Series]]:
        lines = self._overlay.lines(name)
        if not in_marks:
            return lines
        # A character belongs to a place in the list of runs: those without a curve keep theirs.
        there = {run.id: series for run, series in lines}
        return [(run, there.get(run.id, Series())) for run in self._overlay.runs]

    def _room(self) -> tuple[int, int]:
        """Columns, and how many charts: two always if they can be read at all."""
        width, height = self.content_size
        columns, rows = max(1, width // CHART_WIDTH), max(1, height // CHART_HEIGHT)
        if columns * rows < 2 and height >= 2 * LEAST_CHART_HEIGHT:
            rows = 2
        return columns, columns * rows

    def _charts(self, count: int) -> list[RunsChart]:
        charts = list(self.query(RunsChart))
        new = range(count - len(charts))
        if new:
            self.mount_all(
                RunsChart(step_label=_("step"), empty_text=_("no run has a point here"))
                for _chart in new
            )
        for chart in charts[count:]:
            chart.remove()
        return list(self.query(RunsChart))[:count]
