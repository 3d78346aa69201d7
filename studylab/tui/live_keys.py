"""The keys of the charts of a live view: find, select, one alone, cursor, zoom, axes, smoothing."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from typing_extensions import override

from studylab.tui import zoom
from studylab.tui.cursor import nearest_step, next_step, step_before
from studylab.tui.live_charts import LiveCharts
from studylab.tui.live_find import FindBar
from studylab.tui.smoothing import next_weight
from studylab.tui.translated import TranslatedKeys
from studylab.tui.zoom import Window

ZOOMING = {"zoom_in", "zoom_out", "pan", "all_points"}


class ChartScreen(TranslatedKeys, Screen[None]):
    """A screen with `LiveCharts` and a `FindBar`; a subclass shows them."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "find", "Find", key_display="/", tooltip="Find charts by part of a name"),
        Binding("enter", "alone", "Enlarge", tooltip="The marked chart alone, or all charts"),
        Binding("m", "more_charts", "More", show=False, tooltip="More charts"),
        Binding("tab", "select(1)", "Next chart", show=False),
        Binding("shift+tab", "select(-1)", "Chart before", show=False),
        Binding("down", "select_row(1)", "Chart below", show=False),
        Binding("up", "select_row(-1)", "Chart above", show=False),
        Binding(
            "right", "along(1)", "Right", show=False,
            tooltip="Next chart; in a chart alone, the cursor to the next point",
        ),
        Binding(
            "left", "along(-1)", "Left", show=False,
            tooltip="Chart before; in a chart alone, the cursor to the point before",
        ),
        Binding("home", "to_end(-1)", "First point", show=False),
        Binding("end", "to_end(1)", "Last point", show=False),
        Binding("plus,equals_sign", "zoom_in", "Zoom in", show=False, key_display="+"),
        Binding("minus", "zoom_out", "Zoom out", show=False, key_display="-"),
        Binding(
            "shift+right,greater_than_sign", "pan(1)", "Move right", show=False,
            tooltip="Zoomed in: later steps",
        ),
        Binding(
            "shift+left,less_than_sign", "pan(-1)", "Move left", show=False,
            tooltip="Zoomed in: earlier steps",
        ),
        Binding("0", "all_points", "All points", show=False, tooltip="Zoomed in: everything again"),
        Binding("x", "next_x", "X axis", show=False, tooltip="Over steps, epochs or time"),
        Binding("y", "log_scale", "Log scale", show=False),
        Binding(
            "right_square_bracket", "smooth(1)", "Smoother", show=False, key_display="]",
            tooltip="Smooth the lines more; what they were made of stays, faintly",
        ),
        Binding("left_square_bracket", "smooth(-1)", "Less smooth", show=False, key_display="["),
    ]  # fmt: skip

    @property
    def charts(self) -> LiveCharts:
        """The curves."""
        return self.query_one(LiveCharts)

    @property
    def find_bar(self) -> FindBar:
        """The field for a part of a name."""
        return self.query_one(FindBar)

    def looked(self) -> None:
        """The charts look different; a subclass tells it in words."""

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        if action == "more_charts":
            return bool(self.charts.hidden)
        if action in ("find", "alone", "select", "select_row", "along", "next_x", "smooth"):
            return self.charts.count[1] > 0
        if action == "pan":
            return self.charts.looks.window is not None
        return True

    # Which charts

    def action_find(self) -> None:
        """Type a part of a name."""
        self.find_bar.open()

    def on_find_bar_typed(self, event: FindBar.Typed) -> None:
        """Show what is found."""
        self.charts.find(event.part)

    def on_find_bar_left(self) -> None:
        """Enter in the field: the keys are the charts' again."""
        self.set_focus(None)

    def step_out(self) -> bool:
        """Go back by one: to all metrics, to all charts; whether there was anything to leave."""
        if self.charts.alone:
            self.action_alone()
        elif self.find_bar.used:
            self.find_bar.clear()
        else:
            return False
        return True

    def action_more_charts(self) -> None:
        """Show the next charts; after the last the first."""
        self.charts.next_page()

    def action_select(self, by: int) -> None:
        """Mark another chart."""
        self.charts.select(by)
        self.looked()

    def action_select_row(self, by: int) -> None:
        """Mark the chart below or above."""
        self.charts.select_row(by)
        self.looked()

    def action_alone(self) -> None:
        """One chart, or all."""
        self.charts.show_alone(not self.charts.alone)
        self.set_class(self.charts.alone, "-alone")
        self.looked()

    # The cursor

    def action_along(self, by: int) -> None:
        """Move the mark; in a chart alone, the cursor."""
        charts = self.charts
        if not charts.alone:
            self.action_select(by)
            return
        series = charts.selected_series
        longest = max(series.values(), key=len, default=None)
        if longest is None or not len(longest):
            return
        looks, axes = charts.looks, charts.axes
        visible = self._visible()
        if looks.cursor is None:
            # In from the side that the key comes from, as far as is visible.
            place = visible.low if by > 0 else visible.high
            self._put_cursor(nearest_step(series.values(), axes.step(place, longest)))
            return
        # No key press without something to see: on by at least one column of cells.
        column = max(1, visible.span // max(1, self._columns()))
        place = axes.place(looks.cursor, longest)
        least = abs(axes.step(place + by * column, longest) - looks.cursor)
        move = next_step if by > 0 else step_before
        self._put_cursor(move(series.values(), looks.cursor, least))

    def action_to_end(self, by: int) -> None:
        """The cursor to the first or the last point."""
        series = [each for each in self.charts.selected_series.values() if len(each)]
        if self.charts.alone and series:
            ends = [each.steps[-1] if by > 0 else each.steps[0] for each in series]
            self._put_cursor(max(ends) if by > 0 else min(ends))

    def show_step(self, step: int) -> None:
        """The marked chart alone, with the cursor at the point nearest to `step`."""
        if not self.charts.alone:
            self.action_alone()
        self._put_cursor(nearest_step(self.charts.selected_series.values(), step))

    def _put_cursor(self, step: int) -> None:
        charts = self.charts
        charts.looks.cursor = step
        longest = max(charts.selected_series.values(), key=len, default=None)
        whole = self._whole()
        if charts.looks.window is not None and whole is not None and longest is not None:
            place = charts.axes.place(step, longest)
            charts.looks.window = zoom.around(charts.looks.window, whole, place)
        self._look()

    # The axes

    def action_zoom_in(self) -> None:
        """See half as much, in larger."""
        if self._whole() is not None:
            self.charts.looks.window = zoom.zoomed_in(self._visible(), self._centre())
            self._look()

    def action_zoom_out(self) -> None:
        """See twice as much."""
        looks, whole = self.charts.looks, self._whole()
        if looks.window is not None and whole is not None:
            looks.window = zoom.zoomed_out(looks.window, whole, self._centre())
            self._look()

    def action_pan(self, by: int) -> None:
        """See what is beside it."""
        looks, whole = self.charts.looks, self._whole()
        if looks.window is not None and whole is not None:
            looks.window = zoom.panned(looks.window, whole, by)
            self._look()

    def action_all_points(self) -> None:
        """See everything."""
        self.charts.looks.window = None
        self._look()

    def action_next_x(self) -> None:
        """Steps, epochs, or time; what is visible stays."""
        charts = self.charts
        looks, axes = charts.looks, charts.axes
        longest = max(charts.selected_series.values(), key=len, default=None)
        ends: tuple[int, ...] = ()
        if looks.window is not None and longest is not None:
            ends = tuple(axes.step(place, longest) for place in looks.window)
        axes.next_x()
        looks.window = None
        if longest is not None and ends:
            low, high = (axes.place(step, longest) for step in ends)
            looks.window = Window(low, high) if low < high else None
        self._look()

    def action_log_scale(self) -> None:
        """Switch the value axes between linear and logarithmic."""
        self.charts.looks.log_scale = not self.charts.looks.log_scale
        self._look()

    def action_smooth(self, by: int) -> None:
        """Smooth the lines more, or less."""
        looks = self.charts.looks
        looks.weight = next_weight(looks.weight, by)
        self._look()

    def _look(self) -> None:
        self.charts.look()
        self.looked()

    def _visible(self) -> Window:
        """What the marked chart shows."""
        chart = self.charts.selected_chart
        visible = chart.x_range() if chart is not None else None
        return self.charts.looks.window or Window(*(visible or (0, 1)))

    def _whole(self) -> Window | None:
        names = [name for group in self.charts.shown for name in group.lines.values()]
        feed = self.charts.axes.feed
        return self.charts.axes.whole(feed.series[name] for name in names if name in feed.series)

    def _columns(self) -> int:
        chart = self.charts.selected_chart
        return chart.size.width if chart is not None else 1

    def _centre(self) -> int | None:
        """The cursor's place: what is zoomed into."""
        charts = self.charts
        longest = max(charts.selected_series.values(), key=len, default=None)
        if charts.looks.cursor is None or longest is None:
            return None
        return charts.axes.place(charts.looks.cursor, longest)
