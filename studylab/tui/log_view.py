"""The output of a run, full screen: opens at its end and follows it."""

from __future__ import annotations

from collections import deque
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Footer, Static

from studylab.language import _
from studylab.runs.directory import RunDirectory, RunDirectoryError
from studylab.runs.log import Follower
from studylab.runs.wording import size
from studylab.tui.live_text import quiet
from studylab.tui.translated import TranslatedKeys

TAIL_BYTES = 2 << 20
MOST_LINES = 20_000
TICK_SECONDS = 0.5


class LogLines(ScrollView, can_focus=True):
    """Lines of text, drawn only where they are seen."""

    DEFAULT_CSS = "LogLines { height: 1fr; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._pending = ""
        self._width = 0

    def extend(self, lines: list[str], pending: str) -> None:
        """Append whole lines and show the unfinished one; stay at the end if that is in view."""
        at_end = self.is_vertical_scroll_end
        self._lines.extend(lines)
        self._pending = pending
        for line in (*lines, pending):
            self._width = max(self._width, cell_len(line))
        count = len(self._lines) + bool(pending)
        self.virtual_size = Size(self._width, count)
        self.refresh()
        if at_end:
            self.scroll_end(animate=False, immediate=True, force=True)

    def render_line(self, y: int) -> Strip:
        left, top = self.scroll_offset
        row = top + y
        line = ""
        if row < len(self._lines):
            line = self._lines[row]
        elif row == len(self._lines):
            line = self._pending
        strip = Strip([Segment(line, self.rich_style)], cell_len(line))
        return strip.crop_extend(left, left + self.size.width, self.rich_style)


class LogView(TranslatedKeys, Screen[None]):
    """A run's `output.log`, as a terminal would show it and without what it could do to one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home,g", "to_start", "Top"),
        Binding("end,G", "to_end", "End"),
        Binding("escape,l", "back", "Back"),
    ]
    DEFAULT_CSS = """
    LogView > #about {
        height: 1; padding: 0 1; background: $panel;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    def __init__(self, run: RunDirectory) -> None:
        super().__init__()
        self.run = run
        self._follower: Follower | None = None
        self._skipped = 0

    def compose(self) -> ComposeResult:
        yield Static(id="about")
        yield LogLines()
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        self.query_one(LogLines).focus()
        # The size of the lines is known after the first layout; only then is there an end.
        self.call_after_refresh(self._read)
        self.set_interval(TICK_SECONDS, self._read)

    def _read(self) -> None:
        if self.app.screen is not self:
            return
        output = self.run.output
        try:
            length = output.stat().st_size
        except OSError:
            length = 0
        first = self._follower is None
        if self._follower is None:
            self._skipped = max(0, length - TAIL_BYTES)
            self._follower = Follower(output, self._skipped)
        elif length < self._follower.offset:
            self._skipped = 0
        lines = self._follower.read(TAIL_BYTES + 1)
        if first and self._skipped and lines:
            # It began somewhere in a line.
            lines = lines[1:]
        if first or lines or self._follower.pending:
            self.query_one(LogLines).extend(lines, self._follower.pending)
        if first:
            self.query_one(LogLines).scroll_end(animate=False, immediate=True, force=True)
        self.query_one("#about", Static).update(quiet(self._about(length)), layout=False)

    def _about(self, length: int) -> str:
        parts = [f"{self.run.id}  output.log  {size(length)}"]
        try:
            parts.append(_(self.run.read_state().state.value))
        except RunDirectoryError:
            parts.append(_("its state can't be read"))
        if self._skipped:
            shown = size(TAIL_BYTES)
            parts.append(
                _(
                    "its last {size} are here, all of it is in {path}",
                    size=shown,
                    path=self.run.output,
                )
            )
        return "  ".join(parts)

    def action_to_start(self) -> None:
        """Go to the first line that is here."""
        self.query_one(LogLines).scroll_home(animate=False)

    def action_to_end(self) -> None:
        """Go to the end and follow it."""
        self.query_one(LogLines).scroll_end(animate=False)

    def action_back(self) -> None:
        """Close."""
        self.dismiss()
