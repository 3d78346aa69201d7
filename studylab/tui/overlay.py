"""Several runs seen together: their curves one over the other, and what differs between them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab.language import _, n_
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory
from studylab.store.runs import RunRow
from studylab.tui.live_axes import X
from studylab.tui.live_feed import Changed
from studylab.tui.live_find import FindBar
from studylab.tui.overlay_charts import OverlayCharts
from studylab.tui.overlay_curves import Overlay
from studylab.tui.overlay_legend import Legend, differing_settings
from studylab.tui.overlay_settings import ComparisonTable
from studylab.tui.reading import ReadsInFront
from studylab.tui.room import RoomBar
from studylab.tui.smoothing import next_weight
from studylab.tui.tones import QUIET
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.row_list import RowList

MOST_RUNS = 12
"""More curves than this in one chart tell nothing, and colours begin to come again after half."""
SLICE_SECONDS = 0.02
REST_SECONDS = 0.005
TICK_SECONDS = 0.5
REPAINT_SECONDS = 0.25
COMPARE_SECONDS = 2.0


class OverlayScreen(ReadsInFront, TranslatedKeys, Screen[None]):
    """Watches the directories of several runs, and compares what the database has of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pin", "Pin", tooltip="Keep its curve on top and bold, its column first"),
        Binding("space,h", "hide", "Hide", tooltip="Hide its curve, or show it again"),
        Binding("x", "next_x", "X axis", show=False, tooltip="Over steps, epochs or time"),
        Binding("y", "log_scale", "Log scale", show=False),
        Binding(
            "right_square_bracket", "smooth(1)", "Smoother", show=False, key_display="]",
            tooltip="Smooth the lines more",
        ),
        Binding("left_square_bracket", "smooth(-1)", "Less smooth", show=False, key_display="["),
        Binding("m", "more_charts", "More", tooltip="More charts"),
        Binding("slash", "find", "Find", key_display="/", show=False,
                tooltip="Find charts by a part of a name"),
        Binding("d", "differences", "Differences", tooltip="Settings and results side by side"),
        Binding("left", "columns(-1)", "Runs further left", show=False),
        Binding("right", "columns(1)", "Runs further right", show=False),
        Binding("escape", "back", "Back"),
    ]  # fmt: skip

    DEFAULT_CSS = """
    OverlayScreen {
        & #about { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        & #body { height: 1fr; }
        & #charts { width: 3fr; }
        & #table { width: 2fr; display: none; padding: 0 1; }
        &.-table #charts { display: none; }
        &.-table #table { display: block; }
    }
    OverlayScreen.-high Legend { max-height: 13; }
    OverlayScreen.-flat Legend { max-height: 4; }
    OverlayScreen.-very-wide #table { display: block; border-left: solid $foreground 20%; }
    OverlayScreen.-very-wide.-table #table { border-left: none; }
    """

    def __init__(self, runs: Sequence[RunRow], *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.rows = tuple(runs[:MOST_RUNS])
        self._left_out = len(runs) - len(self.rows)
        self.overlay = Overlay([RunDirectory(Path(run.directory)) for run in self.rows], clock)
        self._settings: dict[str, str] = {}
        self._painted_at = self._compared_at = 0.0
        self._stale = self._looks_changed = False

    def compose(self) -> ComposeResult:
        yield RoomBar("runs")
        yield Static(id="about")
        yield Legend(self.overlay, id="legend")
        yield FindBar()
        with Horizontal(id="body"):
            yield OverlayCharts(self.overlay, id="charts")
            yield ComparisonTable(id="table")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.set_focus(self.legend)
        self.read_on()

    @property
    def legend(self) -> Legend:
        """The list of the runs."""
        return self.query_one(Legend)

    @property
    def charts(self) -> OverlayCharts:
        """The curves."""
        return self.query_one(OverlayCharts)

    @property
    def table(self) -> ComparisonTable:
        """The table of what differs."""
        return self.query_one(ComparisonTable)

    @property
    def find_bar(self) -> FindBar:
        """The field for a part of a metric's name."""
        return self.query_one(FindBar)

    # Reading, while this screen is in front

    @override
    def read_slice(self) -> float | None:
        """Read a slice and show what is new; the next one soon if there is more."""
        changed = self.overlay.read(SLICE_SECONDS)
        if changed & Changed.STATE:
            self._settings = differing_settings(self.overlay.runs)
        behind = self.overlay.grow(self.charts.shown, SLICE_SECONDS)
        self._stale |= bool(changed) or behind
        busy = behind or self.overlay.catching_up
        too_soon = time.monotonic() - self._painted_at < REPAINT_SECONDS
        if self._stale and not (busy and too_soon):
            # Of what is still being read not every chart is drawn each time.
            self._draw(in_turn=busy and not self._looks_changed)
            self._stale, self._looks_changed = busy, False
        self._compare(again=bool(changed))
        if busy:
            return REST_SECONDS
        return None if self.overlay.ended else TICK_SECONDS

    # Showing

    def _draw(self, *, in_turn: bool) -> None:
        self._painted_at = time.monotonic()
        self.charts.draw(in_turn=in_turn)
        self.legend.show_runs(self.overlay.main_metric, self._settings)
        self._tell()

    def _compare(self, *, again: bool) -> None:
        """Fill the table where it is seen; while runs go on not more often than it takes."""
        if not self.table.display:
            return
        if again and time.monotonic() - self._compared_at < COMPARE_SECONDS:
            return
        if not again and self._compared_at:
            return
        self._compared_at = time.monotonic()
        self._fill_table()

    def _fill_table(self) -> None:
        from studylab.study.compared_runs import subject
        from studylab.study.comparison import compare

        rows = {row.id: row for row in self.rows}
        shown = [run.id for run in self.overlay.shown]
        self.table.compare(shown, compare([subject(self.workspace.db, rows[run]) for run in shown]))

    def _tell(self) -> None:
        self.find_bar.show_count(*self.charts.count)
        runs, charts, looks = self.overlay.runs, self.charts, self.overlay.looks
        parts = [n_("{count} run", "{count} runs", len(runs))]
        if self._left_out:
            parts.append(_("{count} more are left out", count=self._left_out))
        if self.table.display:
            first, last, of = self.table.window
            if last - first + 1 < of:
                parts.append(
                    _("columns {first} to {last} of {of} (← →)", first=first, last=last, of=of)
                )
        if not self.has_class("-table"):
            if looks.x is not X.STEP:
                parts.append(_("over {axis}", axis=self.overlay.label))
            parts += [words] if (words := looks.words()) else []
            if charts.hidden:
                parts.append(n_("{count} more chart", "{count} more charts", len(charts.hidden)))
        complaints = [run.feed.complaint for run in runs if run.feed.complaint]
        parts += [one_line(complaints[0])] if complaints else []
        about = Content(" · ".join(parts)).stylize(QUIET)
        self.query_one("#about", Static).update(about)

    def on_overlay_charts_rearranged(self) -> None:
        """Other metrics are in view."""
        self._tell()
        self.refresh_bindings()
        self.read_on()

    def on_comparison_table_moved(self) -> None:
        """Other runs are in view."""
        self._tell()

    # Keys

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        if action == "more_charts":
            return bool(self.charts.hidden) and not self.has_class("-table")
        if action in ("next_x", "log_scale", "smooth", "find"):
            return not self.has_class("-table")
        return True

    @on(RowList.Selected, "#legend")
    def open_run(self) -> None:
        """Enter, or a double click, on a run: it alone."""
        from studylab.tui.live import LiveView

        if (run := self.legend.run) is not None:
            self.app.push_screen(LiveView(run.feed.run))

    def action_pin(self) -> None:
        """Pin the run under the cursor, or let go of it."""
        if (run := self.legend.run) is not None:
            run.pinned = not run.pinned
            self._show_again()

    def action_hide(self) -> None:
        """Hide the curve of the run under the cursor, or show it again."""
        if (run := self.legend.run) is not None:
            run.hidden = not run.hidden
            self._show_again()

    def action_next_x(self) -> None:
        """Steps, epochs or time along the bottom."""
        self.overlay.next_x()
        self._show_again()

    def action_log_scale(self) -> None:
        """Logarithmic or linear values."""
        self.overlay.looks.log_scale = not self.overlay.looks.log_scale
        self._show_again()

    def action_smooth(self, by: int) -> None:
        """Smooth the curves more or less."""
        looks = self.overlay.looks
        looks.weight = next_weight(looks.weight, by)
        self._show_again()

    def action_more_charts(self) -> None:
        """Show the next charts; after the last the first."""
        self.charts.next_page()

    def action_find(self) -> None:
        """Type a part of a metric's name."""
        self.find_bar.open()

    def on_find_bar_typed(self, event: FindBar.Typed) -> None:
        """Find while it is typed."""
        self.charts.find(event.part)
        self._show_again()

    def on_find_bar_left(self) -> None:
        """Enter goes back to the runs; what was found stays."""
        self.legend.focus()

    def action_differences(self) -> None:
        """Show settings and results side by side, or the curves again."""
        alone = not self.has_class("-table")
        self.set_class(alone, "-table")
        self._compared_at = 0.0
        (self.table if alone else self.legend).focus()
        self._show_again()

    def action_columns(self, by: int) -> None:
        """Show the runs further left or right."""
        if self.table.display:
            self.table.move_columns(by)

    def action_back(self) -> None:
        """From the table to the curves, from what was found to all, from there to where this was
        opened."""
        if self.has_class("-table"):
            self.action_differences()
        elif self.find_bar.used:
            self.find_bar.clear()
            self.legend.focus()
        else:
            self.dismiss()

    def _show_again(self) -> None:
        self._stale = self._looks_changed = True
        self._painted_at = self._compared_at = 0.0
        self.refresh_bindings()
        self.read_on()
