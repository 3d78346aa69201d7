"""The two lines above a week: which it is, and how far the student has come."""

from __future__ import annotations

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from studylab.language import _
from studylab.syllabus.model import Progress
from studylab.tui.week_rows import QUIET
from studylab.tui.widgets.progress_bar import bar


class WeekHead(Widget):
    """The week's title, and how much of it and of the whole is done."""

    DEFAULT_CSS = "WeekHead { height: 2; padding: 0 1; }"

    shown: reactive[tuple[str, str, Progress, Progress]] = reactive(
        ("", "", Progress(0, 0), Progress(0, 0))
    )

    keys: reactive[str] = reactive("")

    def render(self) -> Content:
        """Two lines that fit the width."""
        number, title, week, whole = self.shown
        width = self.content_size.width
        keys = self.keys if width >= 56 else ""
        left = Content.assemble((number, "bold $text-accent"), "  ", (title, "bold"))
        room = width - cell_len(keys) - 1
        first = left.truncate(room, ellipsis=True, pad=True)
        labels = (_("this week"), _("all weeks")) if width >= 60 else ("", "")
        figures = f"{week.done}/{week.total}", f"{whole.done}/{whole.total}"
        used = sum(cell_len(part) + 1 for part in (*labels, *figures) if part) + 2
        length = max(4, min(50, (width - used) // 2))
        second = Content.assemble(
            self._part(labels[0], week, length, figures[0]),
            "  ",
            self._part(labels[1], whole, length, figures[1]),
        )
        return Content.assemble(first, " ", (keys, QUIET), "\n", second.truncate(width))

    def _part(self, label: str, part: Progress, length: int, figure: str) -> Content:
        return Content.assemble(
            (f"{label} " if label else "", QUIET), bar(part.share, length), f" {figure}"
        )
