"""The last lines of something, as many as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget


class Tail(Widget):
    """Shows the end of a list of lines; each is one row, cut at the edge."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Tail {
        height: 1fr;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        color: $foreground 85%;
    }
    """

    def __init__(
        self,
        empty_text: str = "",
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._empty_text = empty_text
        self._lines: list[str] = []
        self._last_style = ""

    def set_lines(self, lines: Sequence[str], last_style: str = "") -> None:
        """Show other lines; they must be plain. `last_style` marks the last one that says
        something, such as the error that a run ended with."""
        if (list(lines), last_style) == (self._lines, self._last_style):
            return
        self._lines, self._last_style = list(lines), last_style
        self.refresh()

    def render(self) -> Content:
        """The last lines that fit."""
        shown = self._lines[-self.size.height :] if self.size.height else []
        if not any(self._lines):
            return Content.styled(self._empty_text, "$foreground 60%")
        marked = max((i for i, line in enumerate(shown) if line.strip()), default=-1)
        rows = [
            Content.styled(line, self._last_style) if i == marked else Content(line)
            for i, line in enumerate(shown)
        ]
        return Content("\n").join(rows)
