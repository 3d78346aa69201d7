"""The rows of a log on the screen: drawn where they are seen, with what was searched for marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studylab.runs.log_screen import HEIGHT
from studylab.runs.log_search import matches


class LogLines(ScrollView, can_focus=True):
    """Rows of text, of which others may take the place at any time."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"log-lines--match", "log-lines--here"}
    DEFAULT_CSS = """
    LogLines {
        height: 1fr; padding: 0 1; scrollbar-size-horizontal: 0;
        & > .log-lines--match { text-style: reverse; }
        & > .log-lines--here { text-style: bold; background: $primary 30%; }
    }
    """

    class Scrolled(Message):
        """Other rows are seen now."""

    def __init__(self) -> None:
        super().__init__()
        self.needle = ""
        """What is marked."""
        self.here = -1
        """The row that was gone to."""
        self._rows: Sequence[str] = ()
        self._width = 0

    def show(self, rows: Sequence[str], *, grown: bool = False) -> None:
        """Show other rows; `grown`: those before the last screen are as they were."""
        known = len(self._rows) - HEIGHT if grown else 0
        if not grown:
            self._width = 0
        for row in rows[max(0, known) :]:
            # Most rows are not the widest, and to measure Chinese takes its time.
            if 2 * len(row) > self._width:
                self._width = max(self._width, cell_len(row))
        # Behind a last newline there is nothing to see.
        self._rows = rows
        count = len(rows) - (bool(rows) and not rows[-1])
        self.virtual_size = Size(self._width, count)
        self.refresh()

    @property
    def top(self) -> int:
        """The first row that is seen."""
        return int(self.scroll_offset.y)

    def go(self, row: int) -> None:
        """Bring a row to the top at once."""
        self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def go_to_match(self, row: int) -> None:
        """Bring a row into view with what was found in it, and mark it."""
        self.here = row
        if not self.top <= row < self.top + self.size.height:
            self.go(max(0, row - self.size.height // 2))
        spans = matches(self._rows[row], self.needle) if row < len(self._rows) else []
        if spans:
            start, end = (cell_len(self._rows[row][:place]) for place in spans[0])
            left, room = self.scroll_offset.x, self.size.width
            if not left <= start <= end <= left + room:
                x = 0 if end <= room else max(0, start - room // 3)
                self.scroll_to(x=x, animate=False, immediate=True, force=True)
        self.refresh()

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Tell that other rows are seen."""
        super().watch_scroll_y(old, new)
        if round(old) != round(new):
            self.post_message(self.Scrolled())

    def action_scroll_up(self) -> None:
        """Up by a row, at once: a log is leafed through, not looked at."""
        self.scroll_up(animate=False)

    def action_scroll_down(self) -> None:
        """Down by a row."""
        self.scroll_down(animate=False)

    def action_page_up(self) -> None:
        """Up by a screen."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """Down by a screen."""
        self.scroll_page_down(animate=False)

    def render_line(self, y: int) -> Strip:
        """One row, cut to what is seen of it."""
        left, top = self.scroll_offset
        number = top + y
        line = self._rows[number] if number < len(self._rows) else ""
        style = self.rich_style
        if number == self.here and self.needle:
            style += self.get_component_rich_style("log-lines--here", partial=True)
        marked = style + self.get_component_rich_style("log-lines--match", partial=True)
        segments, place = [], 0
        for start, end in matches(line, self.needle):
            segments += [Segment(line[place:start], style), Segment(line[start:end], marked)]
            place = end
        segments.append(Segment(line[place:], style))
        strip = Strip(segments, cell_len(line))
        return strip.crop_extend(left, left + self.size.width, style)
