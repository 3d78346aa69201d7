"""One row that says how far a run is: steps, a bar, and figures that keep their columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from studylab.tui.widgets.progress_bar import bar

LEAST_BAR, WIDEST_BAR = 8, 40


class ProgressRow(Widget):
    """A figure, a bar, and more figures; the last of them go first where it gets narrow."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ProgressRow { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._shown: tuple[str, float | None, tuple[str, ...]] = ("", None, ())

    def set_progress(self, before: str, share: float | None, after: Sequence[str]) -> None:
        """What stands before the bar, its share from 0 to 1 (None: no bar), what stands after."""
        shown = (before, share, tuple(after))
        if shown != self._shown:
            self._shown = shown
            self.refresh()

    def render(self) -> Content:
        """The row at the present width."""
        before, share, after = self._shown
        room = self.size.width - cell_len(before)
        parts = [part for part in after if part]
        least = LEAST_BAR + 2 if share is not None else 0
        while parts and sum(cell_len(part) + 2 for part in parts) > room - least:
            parts.pop()
        tail = "".join(f"  {part}" for part in parts)
        row = [Content.styled(before, "bold")]
        if share is not None:
            width = min(WIDEST_BAR, room - cell_len(tail) - 2)
            if width >= LEAST_BAR:
                row += [Content("  "), bar(max(0.0, min(1.0, share)), width)]
        return Content.assemble(*row, tail)
