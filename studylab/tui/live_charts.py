"""The curves of a run: as many charts as there is room for, the rest a page away."""

from __future__ import annotations

from textual.containers import Grid
from textual.message import Message

from studylab.labspec import Reference
from studylab.language import _
from studylab.metrics.groups import ChartGroup, group_metrics
from studylab.tui import live_text
from studylab.tui.live_feed import LiveFeed
from studylab.tui.widgets.chart import Chart

CHART_WIDTH, CHART_HEIGHT, LEAST_CHART_HEIGHT = 52, 9, 5
ROOMY_HEIGHT = 28
MAIN_CHARTS, CHARTS_A_TURN = 2, 2


class LiveCharts(Grid):
    """Draws what a feed has read. Charts that stay in view keep their widget and their colours."""

    DEFAULT_CSS = "LiveCharts { height: 1fr; grid-gutter: 0 2; padding: 0 1; }"

    class Rearranged(Message):
        """Other metrics are in view now."""

    def __init__(self, feed: LiveFeed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.references: tuple[Reference, ...] = ()
        self._feed = feed
        self._groups: list[ChartGroup] = []
        self._shown: list[ChartGroup] = []
        self._known = 0
        self._frames: dict[str, object] = {}
        self._page = 0
        self._turn = 0
        self._log_scale = False

    @property
    def hidden(self) -> list[ChartGroup]:
        """The metrics that have no chart in view."""
        return [group for group in self._groups if group not in self._shown]

    @property
    def shown(self) -> list[ChartGroup]:
        """The metrics that have one."""
        return self._shown

    def forget(self) -> None:
        """The metrics start over."""
        self._groups, self._shown, self._known = [], [], 0

    def draw(self) -> None:
        """Draw what is new; of many charts a few in turn, so that a key never waits for a screen
        full of curves."""
        if len(self._feed.series) != self._known:
            self._known = len(self._feed.series)
            # The epoch is told beside the bar.
            groups = group_metrics(self._feed.series)
            self._groups = [group for group in groups if group.quantity != "epoch"]
            self.post_message(self.Rearranged())
        self.place()
        for chart in self._due():
            chart.refresh_data()

    def place(self) -> None:
        """Give each chart its metrics, for the present size and page."""
        columns, room = self._room()
        self._page = min(self._page, max(0, -(-len(self._groups) // room) - 1))
        shown = self._groups[self._page * room : (self._page + 1) * room]
        charts = self._charts(max(1, len(shown)))
        # Four in a square rather than three and one.
        columns = -(-len(charts) // -(-len(charts) // columns))
        if self.styles.grid_size_columns != columns:
            self.styles.grid_size_columns = columns
        if shown != self._shown:
            self._shown, self._frames = shown, {}
            for chart, group in zip(charts, shown, strict=False):
                chart.set_title(group.quantity)
                lines = {line: self._feed.series[name] for line, name in group.lines.items()}
                chart.set_lines(lines)
                chart.log_y = self._log_scale
            self.post_message(self.Rearranged())
        for chart, group in zip(charts, shown, strict=False):
            aim = live_text.reference_line(self.references, self._feed, group.quantity)
            frame = aim, live_text.whole_range(self._feed, group)
            # Setting either draws the chart anew, its turn or not.
            if self._frames.get(group.quantity) != frame:
                self._frames[group.quantity] = frame
                chart.set_reference(*(aim or (None, "")))
                chart.set_x_range(frame[1])

    def next_page(self) -> None:
        """Show the next charts; after the last the first."""
        page = self._page
        self._page += 1
        self.place()
        if self._page == page:
            self._page = 0
            self.place()

    def switch_log_scale(self) -> None:
        """Linear or logarithmic value axes."""
        self._log_scale = not self._log_scale
        for chart in self.query(Chart):
            chart.log_y = self._log_scale

    def on_resize(self) -> None:
        """Another size has room for other charts."""
        self.place()

    def _room(self) -> tuple[int, int]:
        """Columns, and how many charts: two always if they can be read at all, more where they
        are large."""
        width, height = self.content_size
        columns, rows = max(1, width // CHART_WIDTH), max(1, height // CHART_HEIGHT)
        if columns * rows < 2 and height >= 2 * LEAST_CHART_HEIGHT:
            rows = 2
        room = columns * rows
        telling = sum(not group.is_technical for group in self._groups)
        if height < ROOMY_HEIGHT:
            # Large curves of what is learned before small ones of how fast.
            room = min(room, telling or room)
        return columns, room

    def _charts(self, count: int) -> list[Chart]:
        charts = list(self.query(Chart))
        if len(charts) < count:
            step, empty = _("step"), _("waiting for the first point")
            new = range(count - len(charts))
            self.mount_all(Chart(step_label=step, empty_text=empty) for _chart in new)
            self._shown = []
        for chart in charts[count:]:
            chart.remove()
        return list(self.query(Chart))[:count]

    def _due(self) -> list[Chart]:
        """The first charts always, the others in turn; all of them once the run is over."""
        charts = list(self.query(Chart))
        others = charts[MAIN_CHARTS:]
        if self._feed.ended or len(others) <= CHARTS_A_TURN:
            return charts
        self._turn = (self._turn + CHARTS_A_TURN) % len(others)
        return charts[:MAIN_CHARTS] + (others + others)[self._turn : self._turn + CHARTS_A_TURN]
