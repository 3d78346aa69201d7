"""A calendar of how much was done on each day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from studylab.language import _
from studylab.store.activity import Day
from studylab.study import heat_map
from studylab.tui.widgets.terminal import is_ascii_only

QUIET = "$foreground 60%"

COLOURS = ("$foreground 25%", "$primary 70%", "$primary 80%", "$primary 90%", "$primary")
"""One hue that gets stronger: with the glyphs it can be read with any kind of colour vision."""

HEIGHT = 9


class HeatMap(Widget):
    """As many of the last 26 weeks as fit, Monday first, with the months above."""

    DEFAULT_CSS = f"HeatMap {{ height: {HEIGHT}; }}"

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._days: Mapping[date, Day] = {}
        self._today = date.min

    def show(self, days: Mapping[date, Day], today: date) -> None:
        """Show what was done until `today`."""
        if (days, today) != (self._days, self._today):
            self._days, self._today = days, today
            self.refresh()

    def render(self) -> Content:
        """Nine lines: the months, the days, and what the signs mean."""
        names = heat_map.name_width()
        weeks = min(heat_map.WEEKS, (self.content_size.width - names + 1) // heat_map.CELL)
        if weeks < 1 or self._today == date.min:
            return Content("")
        glyphs = heat_map.ASCII_GLYPHS if is_ascii_only() else heat_map.GLYPHS
        signs = [Content.styled(g, c) for g, c in zip(glyphs, COLOURS, strict=True)]
        lines = [Content.styled(" " * names + heat_map.months(self._today, weeks), QUIET)]
        rows = heat_map.levels(self._days, self._today, weeks)
        for name, row in zip(heat_map.WEEKDAYS, rows, strict=True):
            word = _(name) if name else ""
            parts = [Content.styled(word + " " * (names - cell_len(word)), QUIET)]
            parts += [Content(" ") if level is None else signs[level] for level in row]
            lines.append(Content.assemble(parts[0], Content(" ").join(parts[1:])))
        legend = [Content.styled(_("less"), QUIET), *signs, Content.styled(_("more"), QUIET)]
        lines.append(Content.assemble(" " * names, Content(" ").join(legend)))
        return Content("\n").join(lines)
