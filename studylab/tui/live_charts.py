"""The curves of a run: as many charts as there is room for, the rest a page away."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import Grid
from textual.message import Message

from studylab.labspec import Reference
from studylab.language import _
from studylab.metrics.groups import ChartGroup
from studylab.metrics.series import Point, Series
from studylab.tui import live_text
from studylab.tui.live_axes import Axes, Looks
from studylab.tui.live_feed import LiveFeed
from studylab.tui.live_find import found
from studylab.tui.live_groups import chart_groups
from studylab.tui.widgets.chart import Chart

CHART_WIDTH, CHART_HEIGHT, LEAST_CHART_HEIGHT = 52, 9, 5
ROOMY_HEIGHT = 28
MAIN_CHARTS, CHARTS_A_TURN = 2, 2


class LiveCharts(Grid):
    """Draws what a feed has read. Charts that stay in view keep their widget and their colours.

    One chart is selected: the one that the keys go to. Alone, it fills the whole place.
    """

    DEFAULT_CSS = "LiveCharts { height: 1fr; grid-gutter: 0 2; padding: 0 1; }"

    class Rearranged(Message):
        """Other metrics are in view now."""

    def __init__(self, feed: LiveFeed, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.references: tuple[Reference, ...] = ()
        self.looks = Looks()
        self.axes = Axes(feed, self.looks)
        self.alone = False
        """Whether the selected chart is the only one in view."""
        self._feed = feed
        self._groups: list[ChartGroup] = []
        self._found: list[ChartGroup] = []
        self._shown: list[ChartGroup] = []
        self._part = ""
        self._selected = ""
        self._known = 0
        self._columns = 1
        self._frames: dict[str, object] = {}
        self._page = 0
        self._turn = 0

    @property
    def hidden(self) -> list[ChartGroup]:
        """The metrics that have no chart in view."""
        shown = {group.quantity for group in self._shown}
        return [group for group in self._groups if group.quantity not in shown]

    @property
    def shown(self) -> list[ChartGroup]:
        """The metrics that have one."""
        return self._shown

    @property
    def count(self) -> tuple[int, int]:
        """How many charts were found, and how many there are."""
        return len(self._found), len(self._groups)

    @property
    def selected(self) -> ChartGroup | None:
        """What the selected chart shows."""
        return self._found[self._at] if self._found else None

    @property
    def selected_series(self) -> dict[str, Series]:
        """Its series as they were logged, by the names of their lines."""
        group = self.selected
        if group is None:
            return {}
        return {line: self._feed.series[name] for line, name in group.lines.items()}

    @property
    def selected_chart(self) -> Chart | None:
        """Its chart."""
        group = self.selected
        if group is None or group not in self._shown:
            return None
        charts = list(self.query(Chart))
        at = self._shown.index(group)
        return charts[at] if at < len(charts) else None

    @property
    def _at(self) -> int:
        quantities = [group.quantity for group in self._found]
        return quantities.index(self._selected) if self._selected in quantities else 0

    def forget(self) -> None:
        """The metrics start over."""
        self._groups, self._found, self._shown, self._known = [], [], [], 0

    def draw(self) -> None:
        """Draw what is new; of many charts a few in turn, so that a key never waits for a screen
        full of curves."""
        if len(self._feed.series) != self._known:
            self._known = len(self._feed.series)
            self._groups = chart_groups(self._feed.series)
            self._found = found(self._groups, self._part)
            self.post_message(self.Rearranged())
        self.place()
        for chart in self._due():
            chart.refresh_data()

    def place(self) -> None:
        """Give each chart its metrics, for the present size and page."""
        columns, room = (1, 1) if self.alone else self._room()
        if self.alone and self._found:
            self._page = self._at
        self._page = min(self._page, max(0, -(-len(self._found) // room) - 1))
        shown = self._found[self._page * room : (self._page + 1) * room]
        charts = self._charts(max(1, len(shown)))
        # Four in a square rather than three and one.
        columns = -(-len(charts) // -(-len(charts) // columns))
        self._columns = columns
        if self.styles.grid_size_columns != columns:
            self.styles.grid_size_columns = columns
        if shown != self._shown:
            self._shown, self._frames = shown, {}
            self.axes.keep(self._names())
            self.post_message(self.Rearranged())
        if not shown:
            self._empty(charts[0])
        for chart, group in zip(charts, shown, strict=False):
            self._dress(chart, group)

    def grow(self, seconds: float) -> bool:
        """Work on smoothed lines and the like; whether there is more to do."""
        behind = self.axes.grow(self._names(), seconds)
        # A line that had to be made all over again is another one.
        for chart, group in zip(self.query(Chart), self._shown, strict=False):
            self._dress(chart, group)
        return behind

    # Keys

    def next_page(self) -> None:
        """Show the next charts; after the last the first."""
        if self.alone:
            self.select(1 if self._at + 1 < len(self._found) else -len(self._found))
            return
        _columns, room = self._room()
        first = (self._page + 1) * room
        self._page = self._page + 1 if first < len(self._found) else 0
        self._selected = self._found[self._page * room].quantity if self._found else ""
        self.place()

    def select(self, by: int) -> None:
        """Move the mark by so many charts, on to another page where that one is there."""
        if not self._found:
            return
        at = max(0, min(len(self._found) - 1, self._at + by))
        self._selected = self._found[at].quantity
        _columns, room = self._room()
        self._page = at // room
        self.place()

    def select_row(self, by: int) -> None:
        """Move the mark to the row above or below; alone, to the chart before or after."""
        self.select(by if self.alone else by * self._columns)

    def show_alone(self, alone: bool) -> None:
        """The selected chart over the whole place, or all of them."""
        group = self.selected
        self._selected = group.quantity if group is not None else ""
        self.alone = alone
        if not alone:
            self.looks.cursor = None
            _columns, room = self._room()
            self._page = self._at // room
        self.place()

    def find(self, part: str) -> None:
        """Show only metrics whose name holds `part`."""
        self._part = part
        self._found = found(self._groups, part)
        self._page = 0
        self.place()
        self.post_message(self.Rearranged())

    def look(self) -> None:
        """Draw with other looks."""
        self.axes.keep(self._names())
        self.place()

    def on_resize(self) -> None:
        """Another size has room for other charts."""
        self.place()

    # Charts

    def _names(self) -> list[str]:
        return [name for group in self._shown for name in group.lines.values()]

    def _dress(self, chart: Chart, group: ChartGroup) -> None:
        """Give a chart what differs from what it has; any of it draws the chart anew."""
        axes, looks = self.axes, self.looks
        lines = {line: axes.drawn(name) for line, name in group.lines.items()}
        beneath = [axes.beneath(name) for name in group.lines.values()]
        under = [series for series in beneath if series is not None]
        identity = tuple(map(id, (*lines.values(), *under)))
        sources = [self._feed.series[name] for name in group.lines.values()]
        aim = live_text.reference_line(self.references, self._feed, group.quantity)
        window = looks.window
        if window is None and self._feed.ended:
            # While it grows the axis has room to the right.
            window = axes.whole(sources)
        cursor = None
        if looks.cursor is not None and sources:
            cursor = axes.place(looks.cursor, max(sources, key=len))
        selected = len(self._found) > 1 and group == self.selected
        frame = identity, aim, window, cursor, looks.log_scale, selected, axes.scale, axes.label
        alert = live_text.nonfinite(first_nonfinite(sources))
        if self._frames.get(group.quantity) == (*frame, alert):
            return
        self._frames[group.quantity] = (*frame, alert)
        chart.set_title(group.quantity)
        chart.set_lines(lines, under)
        chart.set_reference(*(aim or (None, "")))
        chart.set_x_range(window)
        chart.set_scale(axes.scale, axes.label)
        chart.set_cursor(cursor)
        chart.set_alert(alert)
        chart.set_selected(selected)
        if chart.log_y != looks.log_scale:
            chart.log_y = looks.log_scale

    def _empty(self, chart: Chart) -> None:
        waiting = _("waiting for the first point")
        none = _("no metric has {part!r} in its name; esc shows all", part=self._part)
        chart.set_empty_text(none if self._groups else waiting)
        chart.set_title("")
        chart.set_lines({})
        chart.set_reference(None)
        chart.set_alert("")
        chart.set_selected(False)

    def _room(self) -> tuple[int, int]:
        """Columns, and how many charts: two always if they can be read at all, more where they
        are large."""
        width, height = self.content_size
        columns, rows = max(1, width // CHART_WIDTH), max(1, height // CHART_HEIGHT)
        if columns * rows < 2 and height >= 2 * LEAST_CHART_HEIGHT:
            rows = 2
        room = columns * rows
        telling = sum(not group.is_technical for group in self._found)
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


def first_nonfinite(all_series: Iterable[Series]) -> Point | None:
    """The first NaN or infinity of several series."""
    points = (series.first_nonfinite() for series in all_series)
    return min((p for p in points if p is not None), default=None, key=lambda point: point.step)
