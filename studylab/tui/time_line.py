"""The line of the Week screen about time: what is known of it, and the clock of the session."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

GAP = "  "

Part = tuple[int, Content]
"""A piece of the line, and its rank: the highest is left out first."""


class TimeLine(Widget):
    """Where not all fits, what is most wanted stays. The clock runs only while a session does."""

    DEFAULT_CSS = "TimeLine { height: 1; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._parts: Sequence[Part] = ()
        self._clock: Callable[[], Content] = Content
        self._second: Timer | None = None

    def show(self, parts: Sequence[Part], clock: Callable[[], Content], *, running: bool) -> None:
        """Show the parts, and at the right what `clock` gives; each second anew if it runs."""
        self._parts, self._clock = parts, clock
        self.refresh()
        self.tick(running=running)

    def tick(self, *, running: bool) -> None:
        """Draw anew each second, or no more."""
        if running and self._second is None:
            self._second = self.set_interval(1.0, self.refresh)
        elif not running and self._second is not None:
            self._second.stop()
            self._second = None

    def render(self) -> Content:
        """The parts that fit, and the clock."""
        clock = self._clock()
        end = Content.assemble(GAP, clock) if clock.cell_length else clock
        room = max(0, self.content_size.width - end.cell_length)
        parts = list(self._parts)
        while len(parts) > 1 and _joined(parts).cell_length > room:
            parts.remove(max(parts, key=lambda part: part[0]))
        return Content.assemble(_joined(parts).truncate(room, ellipsis=True, pad=True), end)


def _joined(parts: Sequence[Part]) -> Content:
    return Content(GAP).join([content for _rank, content in parts])
