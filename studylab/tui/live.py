"""One run while it goes on, and after: curves, speed, resources, the end of its log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Footer, Static
from typing_extensions import override

from studylab.labspec import Setting, Value
from studylab.language import _
from studylab.plain import one_line
from studylab.runs.directory import RunDirectory
from studylab.runs.wording import changed_settings
from studylab.tui import live_text
from studylab.tui.live_charts import LiveCharts
from studylab.tui.live_feed import Changed, LiveFeed
from studylab.tui.live_usage import LiveUsage
from studylab.tui.room import RoomBar
from studylab.tui.tones import BAD
from studylab.tui.translated import TranslatedKeys
from studylab.tui.widgets.progress import ProgressRow
from studylab.tui.widgets.tail import Tail

SLICE_SECONDS = 0.015
REST_SECONDS = 0.005
"""Between two slices of a backlog the app has this long for keys and painting."""
TICK_SECONDS = 0.5
ENDED_TICK_SECONDS = 2.0
REPAINT_SECONDS = 0.25
"""While a backlog is read the charts are painted this often."""


class LiveView(TranslatedKeys, Screen[None]):
    """Watches one run directory; needs nothing but its files."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s", "stop", "Stop"),
        Binding("l", "log", "Log"),
        Binding("e", "notes", "Samples", tooltip="Samples, tables and warnings of the run"),
        Binding("c", "clone", "Clone", tooltip="A new run with the same settings"),
        Binding("a", "ask", "Ask", tooltip="Ask a question about this run"),
        Binding("m", "more_charts", "More", tooltip="More charts"),
        Binding("y", "log_scale", "Log scale", show=False),
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
        & #others { padding: 0 1; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
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
    }
    LiveView.-high #bottom { height: 8; }
    LiveView.-wide #notes.filled, LiveView.-very-wide #notes.filled { display: block; }
    LiveView.-very-wide.-high #bottom { height: 12; }
    LiveView.-flat #meters, LiveView.-flat #others { display: none; }
    LiveView.-flat #bottom { height: 2; }
    """

    def __init__(self, run: RunDirectory, *, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.run = run
        self.feed = LiveFeed(run, clock)
        self._declared: tuple[Setting, ...] = ()
        self._timer: Timer | None = None
        self._painted_at = 0.0
        self._stale = False

    def compose(self) -> ComposeResult:
        yield RoomBar("runs")
        yield Static(id="title")
        yield ProgressRow(id="progress")
        yield Static(id="reason", classes="empty")
        yield Static(id="results", classes="empty")
        yield LiveCharts(self.feed, id="charts")
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
        self._read()

    @property
    def charts(self) -> LiveCharts:
        """The curves."""
        return self.query_one(LiveCharts)

    @property
    def usage(self) -> LiveUsage:
        """The meters."""
        return self.query_one(LiveUsage)

    # Reading, while this screen is in front

    def on_screen_resume(self) -> None:
        if self._timer is None:
            self._read()

    def on_screen_suspend(self) -> None:
        self._rest()

    def on_unmount(self) -> None:
        self._rest()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _read(self) -> None:
        """Read a slice, show what is new, and come back: at once if there is more."""
        self._rest()
        if not self.is_attached:
            return
        self._show(self.feed.read(SLICE_SECONDS))
        if self.feed.catching_up:
            delay = REST_SECONDS
        else:
            delay = ENDED_TICK_SECONDS if self.feed.ended else TICK_SECONDS
        if self.app.screen is self:
            self._timer = self.set_timer(delay, self._read)

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
        if changed & (Changed.EVENTS | Changed.STATE):
            self._fill("#results", live_text.results(feed))
            self._show_notes()
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
        if self._stale and not (self.feed.catching_up and too_soon):
            self._painted_at = time.monotonic()
            self._stale = False
            self.charts.draw()
            self._show_others()

    def on_live_charts_rearranged(self) -> None:
        """What has no chart is told in figures."""
        self._show_others()
        self.refresh_bindings()

    def _show_others(self) -> None:
        hidden = self.charts.hidden
        page = _("{count} more", count=len(hidden)) if hidden else ""
        if self.feed.catching_up:
            page = _("reading {percent:.0f} %", percent=self.feed.share_read * 100)
        page += "   " if page else ""
        self._fill("#others", live_text.others(self.feed, hidden, page))

    def _show_notes(self) -> None:
        notes = self.feed.notes
        warnings = [note for note in notes if note.is_warning]
        last = one_line(warnings[-1].text) if warnings else ""
        if len(warnings) > 1:
            last = _("{warning} ({count} warnings)", warning=last, count=len(warnings))
        self._fill("#warning", Content(f"! {last}" if last else ""))
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
            return bool(self.feed.spec and self.feed.spec.lab)
        if action == "more_charts":
            return bool(self.charts.hidden)
        return True

    def action_back(self) -> None:
        """Go back to where the run was opened."""
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
        """Show samples, tables and warnings full screen."""
        from studylab.tui.notes_view import NotesView

        self.app.push_screen(NotesView(self.run.id, list(self.feed.notes)))

    def action_clone(self) -> None:
        """Open the launch form with this run's settings."""
        from studylab.tui.launch import LaunchForm

        if self.feed.spec is not None:
            self.app.push_screen(LaunchForm(self.feed.spec.lab, self._settings))

    def action_ask(self) -> None:
        """Ask a question about this run at this step."""
        from studylab.tui.dialogs.ask import AskDialog

        self.app.push_screen(AskDialog(run=self.run.id, step=self.feed.step))

    def action_more_charts(self) -> None:
        """Show the next charts; after the last the first."""
        self.charts.next_page()

    def action_log_scale(self) -> None:
        """Switch the value axes between linear and logarithmic."""
        self.charts.switch_log_scale()
