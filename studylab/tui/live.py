"""One run while it goes on, and after: curves, speed, resources, the end of its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab.labspec import Setting, Value
from studylab.language import _
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import changed_settings
from studylab.tui import live_text
from studylab.tui.findings import Findings
from studylab.tui.gap_line import GapLine
from studylab.tui.live_charts import LiveCharts
from studylab.tui.live_feed import Changed, LiveFeed
from studylab.tui.live_find import FindBar
from studylab.tui.live_history import LiveHistory
from studylab.tui.live_keys import ChartScreen
from studylab.tui.live_notes import warning_line
from studylab.tui.live_reading import reading
from studylab.tui.live_usage import LiveUsage
from studylab.tui.reading import ReadsInFront
from studylab.tui.room import RoomBar
from studylab.tui.tones import BAD
from studylab.tui.widgets.progress import ProgressRow
from studylab.tui.widgets.tail import Tail

SLICE_SECONDS = 0.015
REST_SECONDS = 0.005
"""Between two slices of a backlog the app has this long for keys and painting."""
TICK_SECONDS = 0.5
ENDED_TICK_SECONDS = 2.0
REPAINT_SECONDS = 0.25
"""While a backlog is read the charts are painted this often."""


class LiveView(ReadsInFront, ChartScreen):
    """Watches one run directory; needs nothing but its files. With `at_step` it opens with the
    cursor at that step."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop"),
        Binding("l", "log", "Log"),
        Binding("v", "notes", "Samples", tooltip="Samples, tables and warnings of the run"),
        Binding("e", "lesson", "Learn", tooltip="What goes wrong, and the episodes about it"),
        Binding("c", "clone", "Clone", show=False, tooltip="A new run with the same settings"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about this run"),
        Binding(
            "p", "expect", "Expect", show=False, tooltip="What you expect of this run, and the gap"
        ),
        Binding("escape", "back", "Back"),
    ]

    DEFAULT_CSS = """
    LiveView {
        & #title, & #progress { padding: 0 1; height: 1; }
        & #title { text-wrap: nowrap; text-overflow: ellipsis; }
        & #reason { padding: 0 1; height: auto; max-height: 3; }
        & #results {
            padding: 0 1; height: auto; max-height: 6;
            text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #others, & #reading {
            padding: 0 1; height: 1; text-wrap: nowrap; text-overflow: ellipsis;
        }
        & #warning {
            height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
            color: $text-warning;
        }
        & #bottom { height: 5; }
        & #bottom Tail {
            border-top: solid $foreground 20%;
            border-title-color: $foreground 65%;
            padding: 0 1;
        }
        & #notes { width: 1fr; display: none; }
        & #output { width: 2fr; }
        & .empty { display: none; }
        &.-without-points #charts { display: none; }
        &.-without-points #others { display: none; }
        &.-without-usage #meters { display: none; }
        &.-without-points #bottom { height: 1fr; }
        &.-alone #bottom, &.-alone #others, &.-alone #results, &.-alone #expected { display: none; }
        &.-alone LiveHistory.filled { display: block; }
    }
    LiveView.-high #bottom { height: 8; }
    LiveView.-wide #notes.filled, LiveView.-very-wide #notes.filled { display: block; }
    LiveView.-very-wide.-high #bottom { height: 12; }
    LiveView.-flat #meters, LiveView.-flat #others { display: none; }
    LiveView.-flat #bottom { height: 2; }
    LiveView.-flat LiveHistory { display: none; }
    """

    def __init__(
        self,
        run: RunDirectory,
        *,
        clock: Callable[[], float] = time.time,
        at_step: int | None = None,
    ) -> None:
        super().__init__()
        self._at_step = at_step
        self.run = run
        self.feed = LiveFeed(run, clock)
        self.findings = Findings(self.feed)
        self._declared: tuple[Setting, ...] = ()
        self._painted_at = 0.0
        self._stale = False
        self._behind = False
        self._keys_shown = (False, False)

    def compose(self) -> ComposeResult:
        yield RoomBar("runs")
        yield Static(id="title")
        yield ProgressRow(id="progress")
        yield Static(id="reason", classes="empty")
        yield Static(id="results", classes="empty")
        yield GapLine(self.feed)
        yield FindBar()
        yield LiveCharts(self.feed, id="charts")
        yield LiveHistory(self.feed, id="history")
        yield Static(id="reading", classes="empty")
        yield Static(id="others", classes="empty")
        yield LiveUsage(self.feed, id="meters")
        yield Static(id="warning", classes="empty")
        with Horizontal(id="bottom"):
            yield Tail(_("nothing printed yet"), id="output")
            yield Tail(id="notes")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one("#output").border_title = f" {_('output')} "
        self.query_one("#notes").border_title = f" {_('samples and warnings')} "
        self.read_on()

    @property
    def history(self) -> LiveHistory:
        """What the run has used, under a chart that is alone."""
        return self.query_one(LiveHistory)

    @property
    def usage(self) -> LiveUsage:
        """The meters."""
        return self.query_one(LiveUsage)

    # Reading, while this screen is in front

    @override
    def read_slice(self) -> float | None:
        """Read a slice and show what is new; the next one soon if there is more."""
        self._show(self.feed.read(SLICE_SECONDS))
        behind = self._work_on_charts()
        if self.feed.catching_up or behind:
            return REST_SECONDS
        return ENDED_TICK_SECONDS if self.feed.ended else TICK_SECONDS

    def _work_on_charts(self) -> bool:
        """What is worked out of the points, for a moment; whether there is more to do."""
        behind = self.charts.grow(SLICE_SECONDS)
        if self.charts.alone:
            behind |= self.history.read(SLICE_SECONDS, self.charts.axes)
        self._stale |= behind or self._behind
        self._behind = behind
        return behind

    def looked(self) -> None:
        """A key changed the charts: go on working on them, and tell what is seen now."""
        if self._work_on_charts():
            self.read_on()
        self._show_reading()
        self._show_history()
        # A chart that is alone has its size only after the layout.
        self.call_after_refresh(self._show_history)

    # Showing

    def _show(self, changed: Changed) -> None:
        feed = self.feed
        if changed & Changed.STATE:
            self._find_lab()
        if changed & (Changed.STATE | Changed.POINTS):
            self.set_class(self._has_failed_early(), "-without-points")
            self.set_class(feed.ended and feed.usage is None, "-without-usage")
        self._show_charts(changed)
        title = live_text.title(feed, changed_settings(self._settings, self._declared))
        self._fill("#title", title)
        before, share, after = live_text.progress(feed)
        self.query_one(ProgressRow).set_progress(before, share, after)
        self._fill("#reason", live_text.reason(feed))
        if self.findings.look(changed) | bool(changed & (Changed.EVENTS | Changed.STATE)):
            self._fill("#results", live_text.results(feed))
            self._show_notes()
        self.query_one(GapLine).tell()
        if changed & Changed.USAGE:
            self.usage.show_sample()
        if changed & (Changed.LOG | Changed.STATE):
            failed = feed.state is not None and feed.state.state.value == "failed"
            self.query_one("#output", Tail).set_lines(feed.log, BAD if failed else "")
        if changed & Changed.STATE:
            self.usage.explain()
            self.refresh_bindings()

    def _show_charts(self, changed: Changed) -> None:
        if changed & Changed.RESTARTED:
            self.charts.forget()
        self._stale |= bool(changed & (Changed.POINTS | Changed.EVENTS | Changed.STATE))
        too_soon = time.monotonic() - self._painted_at < REPAINT_SECONDS
        if self._stale and not ((self.feed.catching_up or self._behind) and too_soon):
            self._painted_at = time.monotonic()
            self._stale = False
            self.charts.draw()
            self._show_others()
            self._show_history()
            self._show_reading()
        if self._at_step is not None and self.charts.selected and not self.feed.catching_up:
            step, self._at_step = self._at_step, None
            self.show_step(step)

    def on_live_charts_rearranged(self) -> None:
        """What has no chart is told in figures."""
        self.find_bar.show_count(*self.charts.count)
        self._show_others()
        shown = bool(self.charts.hidden), self.charts.count[1] > 0
        if shown != self._keys_shown:
            # The footer is made anew: a key press should not wait for that without need.
            self._keys_shown = shown
            self.refresh_bindings()

    def _show_history(self) -> None:
        chart = self.charts.selected_chart
        if self.charts.alone and chart is not None:
            self.history.follow(self.charts.axes, chart)

    def _show_reading(self) -> None:
        self._fill("#reading", reading(self.charts, self.feed))

    def _show_others(self) -> None:
        hidden = self.charts.hidden
        page = _("{count} more", count=len(hidden)) if hidden else ""
        if self.feed.catching_up:
            page = _("reading {percent:.0f} %", percent=self.feed.share_read * 100)
        page += "   " if page else ""
        self._fill("#others", live_text.others(self.feed, hidden, page))

    def _show_notes(self) -> None:
        notes = self.feed.notes
        width = self.size.width - 2
        self._fill("#warning", Content(warning_line(notes, self.findings.found, width)))
        lines: list[str] = []
        for note in notes:
            lines += [note.heading, *(f"  {line}" for line in note.text.splitlines())]
        panel = self.query_one("#notes", Tail)
        panel.set_lines(lines)
        panel.set_class(bool(lines), "filled")

    def _fill(self, selector: str, content: Content) -> None:
        """Set the text of a row that is only there while it has one."""
        row = self.query_one(selector, Static)
        if not isinstance(row.content, Content) or not row.content.is_same(content):
            row.update(content, layout=row.styles.is_auto_height)
        row.set_class(not content.plain, "empty")

    def _has_failed_early(self) -> bool:
        return self.feed.ended and not self.feed.series and not self.feed.catching_up

    # The lab

    @property
    def _settings(self) -> dict[str, Value]:
        return dict(self.feed.spec.settings) if self.feed.spec else {}

    def _find_lab(self) -> None:
        if self._declared or self.feed.spec is None or not self.feed.spec.lab:
            return
        for entry in self.workspace.labs:
            if entry.id == self.feed.spec.lab:
                self._declared = entry.settings
                self.charts.references = entry.declared.references

    # Keys

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show only the keys that do something now."""
        if action == "stop":
            return not self.feed.ended
        if action == "clone":
            return self.feed.spec is not None
        return super().check_action(action, parameters)

    def action_back(self) -> None:
        """Go back by one: to all metrics, to all charts, to where the run was opened."""
        if not self.step_out():
            self.dismiss()

    def action_stop(self) -> None:
        """Ask first, then ask the run to stop."""
        from studylab.tui.stopping import confirm_stop

        confirm_stop(self.app, self.run)

    def action_log(self) -> None:
        """Show the output full screen."""
        from studylab.tui.log_view import LogView

        self.app.push_screen(LogView(self.run))

    def action_notes(self) -> None:
        """Show samples, tables, pictures and warnings full screen."""
        from studylab.tui.artifacts import ArtifactsView

        self.app.push_screen(ArtifactsView(self.run))

    def action_lesson(self) -> None:
        """Tell what goes wrong, with the episodes and papers about it and about the lab."""
        from studylab.tui.lesson import open_lesson

        open_lesson(self.app, self.findings.found, self.feed.spec.lab if self.feed.spec else "")

    def action_clone(self) -> None:
        """Open the launch form with this run's settings, or the form of its command."""
        from studylab.tui.again import open_clone

        if self.feed.spec is not None:
            open_clone(self.app, self.run, self.feed.spec.lab, self._settings)

    def action_expect(self) -> None:
        """Say what is expected of this run; after it, what came of that."""
        from studylab.tui.expecting import open_expectation

        open_expectation(self.app, self.run.id)

    def action_ask(self) -> None:
        """Ask a question about this run at this step."""
        from studylab.tui.dialogs.ask import AskDialog

        cursor = self.charts.looks.cursor
        step = self.feed.step if cursor is None else cursor
        self.app.push_screen(AskDialog(run=self.run.id, step=step))
